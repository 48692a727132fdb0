import { describe, expect, it } from 'vitest';
import { pageVisits } from './page-visit.ts';

/** Two windows on one station, a bad link, a tap too many. */

const visits = pageVisits();

const open = () => visits.open({ reducedMotion: 'no-preference' });

describe('"Cut this" while the search runs', () => {
  it('tapped twice, with better layouts coming in between, releases the one that was seen, once', async () => {
    const { page, station, main, step, toNested } = await open();
    await toNested(2);
    await page.getByText('Still improving').waitFor();
    const seen = station.layoutHash();
    const cut = main('Cut this');
    await expect.poll(() => cut.isEnabled()).toBe(true);
    const box = (await cut.boundingBox())!;
    await page.mouse.move(box.x + 120, box.y + 64);
    await page.mouse.down();
    station.nest(3);
    await page.waitForTimeout(150);
    await page.mouse.up();
    await page.mouse.down();
    station.nest(4);
    await page.mouse.up();
    await step('Cut').waitFor();
    await page.waitForTimeout(300);
    expect(station.approvals).toEqual([seen]);
  });

  it('waits for a new layout after a correction: the one on the screen is an old one', async () => {
    const { station, main, toNested } = await open();
    await toNested(2);
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
    station.correctElsewhere();
    await expect.poll(() => main('Cut this').isDisabled()).toBe(true);
    station.nest(5);
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
  });
});

describe('two windows', () => {
  it('show the same, and the second cannot release another layout than the first did', async () => {
    const one = await open();
    const two = await visits.open({ reducedMotion: 'no-preference', station: one.station });
    const { station, page: first } = one;
    const { page: second } = two;
    await one.toReview();
    await second.locator('.defect-row').first().waitFor();
    await two.main(/^Scar/).tap();
    await second.getByRole('button', { name: 'Grade D', exact: true }).tap();
    await one.main(/Accept 2 doubtful/).waitFor();
    await one.main(/^Accept/).tap();
    await two.step('Nest').waitFor();
    station.nest(3);
    await expect.poll(() => two.main('Cut this').isEnabled()).toBe(true);
    const seen = station.layoutHash();
    // The second window's finger lies on an older layout than the one that the first releases.
    const box = (await two.main('Cut this').boundingBox())!;
    await second.mouse.move(box.x + 100, box.y + 60);
    await second.mouse.down();
    station.nest(4);
    const newer = station.layoutHash();
    expect(newer).not.toBe(seen);
    await expect
      .poll(() => first.locator('.figure-104').innerText())
      .toBe(await first.locator('.figure-104').innerText());
    await one.main('Cut this').tap();
    await one.step('Cut').waitFor();
    await second.mouse.up();
    await two.step('Cut').waitFor();
    expect(station.approvals).toEqual([newer]);
  });
});

describe('a bad link', () => {
  it('loses nothing: banner, state kept, no tap sent twice, and the newest state once it is back', async () => {
    const { page, station, main, step, toNested } = await open();
    await toNested(3);
    const shown = await page.locator('.figure-104').innerText();
    station.drop();
    await page.getByText(/No connection to the station/).waitFor();
    expect(await page.locator('.figure-104').innerText()).toBe(shown);
    // What acts is closed while nobody hears it: a finger there does nothing, now or later.
    await expect.poll(() => main('Cut this').isDisabled()).toBe(true);
    const box = (await main('Cut this').boundingBox())!;
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    expect(station.approvals).toEqual([]);
    station.nest(5);
    station.restore();
    await expect.poll(() => page.getByText(/No connection/).count(), { timeout: 8000 }).toBe(0);
    await page.getByText('Search finished').waitFor();
    await main('Cut this').tap();
    await step('Cut').waitFor();
    expect(station.approvals).toHaveLength(1);
  });

  it('that is slow shows the tap at once and sends it once', async () => {
    const { page, station, main, step, toNested } = await open();
    await toNested(5);
    const session = await visits.browser.context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 900,
      downloadThroughput: 20_000,
      uploadThroughput: 20_000,
    });
    const cut = main('Cut this');
    await cut.tap();
    await expect.poll(() => cut.isDisabled(), { timeout: 400, interval: 20 }).toBe(true);
    await step('Cut').waitFor({ timeout: 15_000 });
    expect(station.approvals).toHaveLength(1);
  });
});
