import { describe, expect, it } from 'vitest';
import { SCREEN_PATHS } from '../../src/api/screen-paths.ts';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { appears, cutOff, keepPicture } from './page-checks.ts';
import { pageVisits } from './page-visit.ts';

/** What every screen says, whichever is open: alarms, refused wishes, a station that is away. */

const visits = pageVisits();
/** One with little beside its name, one with much. */
const FRAMED = ['/system', '/table'] as const;

describe('an alarm', () => {
  it('stands on every screen, and leads to what to do', async () => {
    const { page, station } = await visits.open();
    const chip = page.locator('.alarm-chip.is-titled');
    for (const path of SCREEN_PATHS) {
      await page.goto(`${station.address}${path}`);
      await appears(page.locator('.engineer h1, .corner'));
      expect(await chip.count()).toBe(0);
      station.raise({ code: 'STORE_DISK_FULL', severity: 2 });
      station.raise({ code: 'STATION_BACKUP_FAILED', severity: 3 });
      await appears(page.getByRole('button', { name: /^Alarm: the disk/ }));
      expect(await chip.textContent()).toContain('1 more alarm');
      await chip.tap();
      await appears(page.getByRole('heading', { level: 1, name: /^Alarm: the disk/ }));
      await appears(page.getByText('What to do'));
      for (const { id } of station.status().alarms) station.clear(id);
    }
  });

  it('fits there in every language', async () => {
    const { page, station } = await visits.open();
    // The longest title of most languages, with others behind it.
    station.raise({ code: 'ACQUIRE_CORNERS_DRIFTED', severity: 2, details: { drift: 1.2 } });
    station.raise({ code: 'INSPECT_WORKER_REPLACED', severity: 3 });
    for (const [language] of LANGUAGES) {
      await page.goto(`${station.address}/system`);
      await page.evaluate((tag) => localStorage.setItem('kerf.language', tag), language);
      await page.reload();
      await page.waitForFunction((tag) => document.documentElement.lang === tag, language);
      for (const path of FRAMED) {
        await page.goto(`${station.address}${path}`);
        await page.waitForFunction((tag) => document.documentElement.lang === tag, language);
        await appears(page.locator('.alarm-chip.is-titled'));
        await page.evaluate(() => document.fonts.ready);
        const head = await page.evaluate(() => document.querySelector('.engineer-head')!.scrollWidth <= innerWidth);
        expect.soft([path, language, head, await cutOff(page)]).toEqual([path, language, true, []]);
        await keepPicture(page, `alarm-${language}${path.replace('/', '-')}`);
      }
    }
  });

  it('that somebody has seen is not projected onto the leather any more', async () => {
    const { page, station } = await visits.open();
    await page.goto(`${station.address}/projector`);
    await appears(page.locator('.corner'));
    const id = station.raise({ code: 'PLC_SILENT', severity: 2 });
    await appears(page.locator('.alarm-chip.is-titled'));
    await page.evaluate((alarm) => fetch(`/api/v1/alarms/${alarm}/acknowledge`, { method: 'POST' }), id);
    await expect.poll(() => page.locator('.alarm-chip').count()).toBe(0);
  });
});

describe('the projector', () => {
  it('says why a wish was refused, and shows the pieces faintly while the station is away', async () => {
    const { page, station, toNested } = await visits.open();
    await toNested(5);
    await page.goto(`${station.address}/projector`);
    const keep = page.getByRole('button', { name: 'Keep it so' });
    await appears(keep);
    station.refuseNext('STATION_SIGN_IN_NEEDED');
    await keep.tap();
    await appears(page.getByRole('alert').getByText(/sign in/i));
    await keepPicture(page, 'projector-refused');
    await page.getByRole('button', { name: 'Close' }).tap();
    await keep.tap();
    await page.locator('.projected text').first().waitFor({ state: 'attached' });
    const opacity = () => page.locator('.projected').evaluate((svg) => Number(getComputedStyle(svg).opacity));
    expect(await opacity()).toBe(1);
    station.drop();
    await appears(page.getByText(/No connection/));
    await expect.poll(opacity).toBe(0.25);
    await keepPicture(page, 'projector-lost');
    station.restore();
    await expect.poll(opacity).toBe(1);
  });
});
