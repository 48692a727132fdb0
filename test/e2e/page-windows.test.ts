import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { measureGesture, type CanvasSpeed } from './canvas-speed.ts';
import { heavyHide } from './heavy-hide.ts';

/** Two windows on one station, a bad link, a tap too many, and a hide too heavy. */

let uiDir = '';
let folder = '';
let browser: TestBrowser;
let station: FakeStation;
const pages: Page[] = [];

beforeAll(async () => {
  uiDir = await buildScreens();
  folder = await mkdtemp(join(tmpdir(), 'kerf-heavy-'));
  browser = await testBrowser();
});
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close();
  await station?.close();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Page> {
  const page = await browser.context.newPage();
  pages.push(page);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto(station.address);
  return page;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const step = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

async function toReview(page: Page): Promise<void> {
  await button(page, 'Scan').tap();
  await button(page, 'Cancel').waitFor();
  station.look(12);
  station.showInspection();
  await page.locator('.defect-row').first().waitFor();
}

async function toNesting(page: Page, layout: number): Promise<void> {
  await toReview(page);
  await button(page, /^(Accept|Looks right)/).tap();
  await step(page, 'Nest').waitFor();
  station.nest(layout);
  await page.locator('.trend').waitFor();
}

describe('"Cut this" while the search runs', () => {
  it('tapped twice, with better layouts coming in between, releases the one that was seen, once', async () => {
    station = await fakeStation({ uiDir });
    const page = await open();
    await toNesting(page, 2);
    await page.getByText('Still improving').waitFor();
    const seen = station.layoutHash();
    const cut = button(page, 'Cut this');
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
    await step(page, 'Cut').waitFor();
    await page.waitForTimeout(300);
    expect(station.approvals).toEqual([seen]);
  });

  it('waits for a new layout after a correction: the one on the screen is an old one', async () => {
    station = await fakeStation({ uiDir });
    const page = await open();
    await toNesting(page, 2);
    await expect.poll(() => button(page, 'Cut this').isEnabled()).toBe(true);
    station.correctElsewhere();
    await expect.poll(() => button(page, 'Cut this').isDisabled()).toBe(true);
    station.nest(5);
    await expect.poll(() => button(page, 'Cut this').isEnabled()).toBe(true);
  });
});

describe('two windows', () => {
  it('show the same, and the second cannot release another layout than the first did', async () => {
    station = await fakeStation({ uiDir });
    const first = await open();
    const second = await open();
    await toReview(first);
    await second.locator('.defect-row').first().waitFor();
    await button(second, /^Scar/).tap();
    await second.getByRole('button', { name: 'Grade D', exact: true }).tap();
    await button(first, /Accept 2 doubtful/).waitFor();
    await button(first, /^Accept/).tap();
    await step(second, 'Nest').waitFor();
    station.nest(3);
    await expect.poll(() => button(second, 'Cut this').isEnabled()).toBe(true);
    const seen = station.layoutHash();
    // The second window's finger lies on an older layout than the one that the first releases.
    const box = (await button(second, 'Cut this').boundingBox())!;
    await second.mouse.move(box.x + 100, box.y + 60);
    await second.mouse.down();
    station.nest(4);
    const newer = station.layoutHash();
    expect(newer).not.toBe(seen);
    await expect
      .poll(() => first.locator('.figure-104').innerText())
      .toBe(await first.locator('.figure-104').innerText());
    await button(first, 'Cut this').tap();
    await step(first, 'Cut').waitFor();
    await second.mouse.up();
    await step(second, 'Cut').waitFor();
    expect(station.approvals).toEqual([newer]);
  });
});

describe('a bad link', () => {
  it('loses nothing: banner, state kept, no tap sent twice, and the newest state once it is back', async () => {
    station = await fakeStation({ uiDir });
    const page = await open();
    await toNesting(page, 3);
    const shown = await page.locator('.figure-104').innerText();
    station.drop();
    await page.getByText(/No connection to the station/).waitFor();
    expect(await page.locator('.figure-104').innerText()).toBe(shown);
    await button(page, 'Cut this').tap();
    await page
      .getByRole('alert')
      .getByText(/Nothing was changed|does not answer|do not understand/)
      .waitFor();
    expect(station.approvals).toEqual([]);
    station.nest(5);
    station.restore();
    await expect.poll(() => page.getByText(/No connection/).count(), { timeout: 8000 }).toBe(0);
    await page.getByText('Search finished').waitFor();
    await button(page, 'Cut this').tap();
    await step(page, 'Cut').waitFor();
    expect(station.approvals).toHaveLength(1);
  });

  it('that is slow shows the tap at once and sends it once', async () => {
    station = await fakeStation({ uiDir });
    const page = await open();
    await toNesting(page, 5);
    const session = await browser.context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 900,
      downloadThroughput: 20_000,
      uploadThroughput: 20_000,
    });
    const cut = button(page, 'Cut this');
    await cut.tap();
    await expect.poll(() => cut.isDisabled(), { timeout: 400, interval: 20 }).toBe(true);
    await step(page, 'Cut').waitFor({ timeout: 15_000 });
    expect(station.approvals).toHaveLength(1);
  });
});

describe('the canvas under a scan of 36 megapixels, 200 marks and 500 pieces', () => {
  it('follows two fingers: little script, no long stop, and more than fifteen frames a second', async () => {
    station = await fakeStation({ uiDir, hide: await heavyHide(folder) });
    const page = await open();
    const session = await browser.context.newCDPSession(page);
    await toReview(page);
    await page.waitForTimeout(1500);
    const review = await measureGesture(page, session);
    await button(page, /^(Accept|Looks right)/).tap();
    station.nest(5);
    await page.getByText('Search finished').waitFor();
    await page.waitForTimeout(1500);
    const nest = await measureGesture(page, session);
    const say = (name: string, s: CanvasSpeed) =>
      console.log(
        `${name}: ${s.framesPerSecond.toFixed(1)} frames/s, script ${s.scriptMs.map((ms) => ms.toFixed(1)).join(' / ')} ms a frame (median / p95), main thread ${s.taskMs.toFixed(1)} ms, long tasks ${s.longTasks.join(' ') || 'none'}`,
      );
    say('review', review);
    say('nest', nest);
    for (const speed of [review, nest]) {
      expect(speed.framesPerSecond).toBeGreaterThan(15);
      expect(speed.scriptMs[0]).toBeLessThan(6);
      // Figures are measured on a quiet machine (docs/decisions/0005); other work stretches single tasks several times.
      expect(speed.longTasks.filter((ms) => ms > 300)).toEqual([]);
    }
  });
});
