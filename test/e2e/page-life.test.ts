import { describe, expect, it } from 'vitest';
import { heapOver } from './heap-over-jobs.ts';
import { appears, cutOff, smallTargets } from './page-checks.ts';
import { ALARM_CODES } from '../../src/station/alarm-book.node.ts';
import { textsOf } from '../ui/texts.ts';
import { pageVisits } from './page-visit.ts';

/** What alarms say more of, as long as it gets. */
const DETAILS = {
  ...{ mode: 'maintenance', code: 'tool-worn', client: 'erp-bridge-hall-2', reason: 'INSPECT_NO_HIDE' },
  ...{ drift: 2.4, most: 0.5, size: 12_345, id: 'j20261122T190000-12345', result: 'cancelled', cutCount: 1234 },
  ...{ path: '/mnt/cutter-hall-2/kerf/share', found: 'ENOTEMPTY', order: 'autumn-27-second-batch' },
  ...{ made: 'tangential-knife-hall-2', machine: 'laser-cutter-hall-10' },
};
/** Eight hours are 160 jobs and are measured by `npm run bench page`; so few show what keeps 8 kB of each. */
const WARM_JOBS = 3;
const JOBS = 8;
const MOST_GROWTH = 0.02;

const visits = pageVisits();

describe('the page', () => {
  it('keeps no memory of the jobs that it has shown', async () => {
    const { before, after } = await heapOver(visits.browser, visits.uiDir, { warmJobs: WARM_JOBS, jobs: JOBS });
    console.log(`own objects ${before.ownMb.toFixed(3)} MB, after ${JOBS} jobs ${after.ownMb.toFixed(3)} MB`);
    expect(after.ownMb / before.ownMb).toBeLessThan(1 + MOST_GROWTH);
  });

  it('brings the same screen back after a reload, in every state', async () => {
    const { page, station, complaints, main, step, toReview } = await visits.open();
    const reloads = async (heading: string) => {
      // What the rail fetches (the cut plan) comes a moment after the state.
      let before = '';
      const isAtRest = async () => {
        const now = await page.locator('.rail').innerText();
        const same = now === before;
        before = now;
        return same;
      };
      await expect.poll(isAtRest, { interval: 250, timeout: 15_000 }).toBe(true);
      await page.reload();
      await appears(step(heading));
      await expect.poll(() => page.locator('.rail').innerText()).toBe(before);
    };
    await appears(main('Scan'));
    await reloads('Scan');
    await main('Scan').tap();
    await appears(main('Cancel'));
    await reloads('Scan');
    station.look(5);
    await appears(page.getByText('5 of 12 parts seen'));
    await reloads('Scan');
    await main('Cancel').tap();
    await appears(main('Scan'));
    await toReview();
    await reloads('Review');
    await main(/Accept/).tap();
    await appears(step('Nest'));
    station.nest(5);
    await appears(page.getByText('Search finished'));
    await reloads('Nest');
    await main('Cut this').tap();
    await appears(step('Cut'));
    await reloads('Cut');
    station.answer('accepted');
    station.answer('started');
    station.cut(12);
    await expect.poll(() => page.locator('.figure-104').innerText()).toMatch(/^12/);
    await reloads('Cut');
    await main('Ask the cutter to pause').tap();
    await appears(main(/Asked/));
    await reloads('Cut');
    station.answer('paused');
    await appears(main('Ask the cutter to go on'));
    await reloads('Cut');
    const alarm = station.raise({ code: 'PLC_SILENT', severity: 2 });
    await appears(page.locator('.rail-alarm'));
    await reloads('Alarm: the cutter is silent');
    station.clear(alarm);
    station.answer('done');
    await appears(main('Next hide'));
    await reloads('Done');
    expect(complaints).toEqual([]);
  });

  it('shows an alarm with what to do, keeps it in the header once seen, and loses it with its cause', async () => {
    const { page, station, main, step, look, toNested } = await visits.open();
    await toNested();
    await main('Cut this').tap();
    await appears(step('Cut'));
    const alarm = station.raise({ code: 'PLC_SILENT', severity: 2 });
    await appears(page.getByRole('heading', { level: 1, name: 'Alarm: the cutter is silent' }));
    await page
      .getByRole('alert')
      .getByText(/Look whether the cutter is on/)
      .waitFor();
    await look('alarm');
    await main('I have seen it').tap();
    await page.getByRole('button', { name: '1 alarm' }).tap();
    await appears(page.getByText(/Look whether the cutter is on/));
    station.clear(alarm);
    await appears(step('Cut'));
    expect(await page.getByRole('button', { name: '1 alarm' }).count()).toBe(0);
  });

  it('says of each alarm what happened, what it means and what to do, where it fits', async () => {
    const { page, station, main, step, look, toReview, toNested } = await visits.open();
    const texts = textsOf('en');
    await main('Hide code').tap();
    for (const key of 'H-7') await page.getByRole('button', { name: key, exact: true }).tap();
    await main('Take this code').tap();
    await toReview();
    for (const code of ALARM_CODES) {
      const id = station.raise({ code, severity: code.startsWith('STORE_') ? 1 : 2, details: DETAILS });
      await appears(page.getByRole('heading', { level: 1, name: texts.get(`alarms:${code}.title`)! }));
      expect.soft(await page.locator('.rail-alarm').innerText(), code).not.toMatch(/\{\{|undefined/);
      expect.soft(await cutOff(page), code).toEqual([]);
      expect.soft(await smallTargets(page), code).toEqual([]);
      const remedy = code.startsWith('ACQUIRE_SCAN_')
        ? 'Scan it again'
        : /^(STORE_(?!RESTORED)|STATION_BACKUP)/.test(code)
          ? 'Open System'
          : /^ACQUIRE/.test(code)
            ? 'See the camera'
            : null;
      for (const name of ['Scan it again', 'Open System', 'See the camera'])
        expect.soft([code, name, await main(name).count()]).toEqual([code, name, name === remedy ? 1 : 0]);
      station.clear(id);
      await appears(step('Review'));
    }
    const id = station.raise({ code: 'ACQUIRE_SCAN_BLURRED', severity: 3 });
    await look('alarm-remedy');
    await main('Scan it again').tap();
    await expect.poll(() => station.starts).toEqual([{ hide: 'H-7' }, { hide: 'H-7' }]);
    station.clear(id);
    await main('Cancel').tap();

    // A hide that is nested already can be dropped too: by the menu, away from the next step.
    await toNested();
    await main('Menu').tap();
    await appears(page.getByText('This hide', { exact: true }));
    await look('menu-this-hide');
    await main('Drop this hide').tap();
    await appears(main('Scan'));
    expect(station.approvals).toEqual([]);
  });

  it('never shows the picture black while an alarm takes of its width', async () => {
    const { page, station, toReview } = await visits.open();
    await toReview();
    // Called before each frame that is shown, with what the frame before had.
    await page.evaluate(() => {
      const seen = ((window as unknown as { widths: Set<number> }).widths = new Set<number>());
      const black = ((window as unknown as { black: number[] }).black = []) as number[];
      const one = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      const look = () => {
        const canvas = document.querySelector<HTMLCanvasElement>('.picture canvas')!;
        // One that has not been painted draws nothing at all.
        one.clearRect(0, 0, 1, 1);
        one.drawImage(canvas, canvas.width / 2, 20, 1, 1, 0, 0, 1, 1);
        const [red = 0, green = 0, blue = 0] = one.getImageData(0, 0, 1, 1).data;
        if (red + green + blue < 60) black.push(canvas.width);
        seen.add(canvas.width);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    station.raise({ code: 'ACQUIRE_SCAN_BLURRED', severity: 3 });
    await appears(page.getByRole('heading', { level: 1, name: /^Check/ }));
    await expect
      .poll(() => page.evaluate(() => (window as unknown as { widths: Set<number> }).widths.size))
      .toBeGreaterThan(1);
    expect(await page.evaluate(() => (window as unknown as { black: number[] }).black)).toEqual([]);
  });

  it('offers first what the panel can do about an alarm, and asks nothing of a cutter that is not heard', async () => {
    const { page, station, main, step, toReview } = await visits.open();
    const first = page.locator('.main-button');
    await toReview();
    const blurred = station.raise({ code: 'ACQUIRE_SCAN_BLURRED', severity: 3 });
    await expect.poll(() => first.innerText()).toBe('Scan it again');
    await appears(page.locator('.side-button', { hasText: 'I have seen it' }));
    station.clear(blurred);
    await main(/Accept/).tap();
    await appears(step('Nest'));
    station.nest(5);
    await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
    await main('Cut this').tap();
    await appears(step('Cut'));
    station.answer('accepted');
    station.answer('started');
    await appears(page.getByText('Cutter has started'));
    station.raise({ code: 'PLC_SILENT', severity: 2 });
    await expect.poll(() => first.innerText()).toBe('I have seen it');
    expect(await main('Ask the cutter to pause').isDisabled()).toBe(true);
  });

  it('says when the station is away and comes back by itself', async () => {
    const { page, station, main, look, toReview } = await visits.open();
    await appears(main('Scan'));
    station.drop();
    await appears(page.getByText(/No connection to the station/));
    await look('lost');
    station.restore();
    await expect.poll(() => page.getByText(/No connection/).count(), { timeout: 8000 }).toBe(0);
    await toReview();
  });

  it('keeps look and name on this panel', async () => {
    const { page, station, main, step, look, toReview } = await visits.open();
    await main('Menu').tap();
    await appears(page.getByRole('dialog'));
    await look('menu');
    await page.getByRole('button', { name: 'Dark' }).tap();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await toReview();
    await main(/Accept/).tap();
    await appears(step('Nest'));
    expect(station.reviews.at(-1)?.by).toBe('Ana');
  });

  it('works by keyboard alone', async () => {
    const { page, station, main } = await visits.open();
    // A button that has just come takes neither a press nor the focus.
    await expect.poll(() => main('Scan').isEnabled()).toBe(true);
    for (let i = 0; i < 10; i += 1) {
      await page.keyboard.press('Tab');
      if (await main('Scan').evaluate((e) => e === document.activeElement)) break;
    }
    await page.keyboard.press('Enter');
    await appears(main('Cancel'));
    expect(station.status().state).toBe('SCANNING');
  });
});
