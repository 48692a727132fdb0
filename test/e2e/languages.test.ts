import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { textsOf } from '../ui/texts.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { appears, cutOff, keepPicture, smallTargets } from './page-checks.ts';

let uiDir = '';
let browser: TestBrowser;
let station: FakeStation;
let page: Page;

beforeAll(async () => {
  uiDir = await buildScreens();
  browser = await testBrowser();
});
afterEach(async () => {
  await page?.close();
  await station?.close();
});
afterAll(async () => {
  await browser?.close();
});

/** Families that the page fetched glyphs of. */
const loadedFonts = () =>
  page.evaluate(() =>
    [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family.replaceAll('"', '')),
  );

describe.each(LANGUAGES.filter(([tag]) => tag !== 'en'))('the run screen in %s (%s)', (tag) => {
  const texts = textsOf(tag);
  const say = (key: string) => texts.get(`operator:${key}`) ?? texts.get(`operator:${key}_other`)!;
  const button = (key: string) => page.getByRole('button', { name: say(key) });

  it('fits at 1280 x 800 from READY to an alarm', async () => {
    station = await fakeStation({ uiDir });
    page = await browser.context.newPage();
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const foreign: string[] = [];
    page.on('request', (r) => {
      if (!r.url().startsWith(station.address) && !r.url().startsWith('data:')) foreign.push(r.url());
    });
    await page.addInitScript((language) => localStorage.setItem('kerf.language', language), tag);
    await page.goto(station.address);
    const look = async (name: string) => {
      await page.evaluate(() => document.fonts.ready);
      expect.soft(await cutOff(page), `${tag} ${name}`).toEqual([]);
      expect.soft(await smallTargets(page), `${tag} ${name}`).toEqual([]);
      await keepPicture(page, `${tag}-${name}`);
    };
    await appears(button('ready.scan'));
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(tag);
    await look('1-ready');
    await button('ready.scan').tap();
    await appears(button('looking.cancel'));
    station.look(5);
    await look('2-looking');
    station.showInspection();
    await appears(page.locator('.defect-row').first());
    await page.locator('.defect-row').first().tap();
    await look('3-review');
    await page.locator('.main-button').tap();
    await appears(page.getByRole('button', { name: say('nest.cut') }));
    station.nest(5);
    await appears(page.getByText(say('nest.finished')));
    await look('4-nest');
    // However long an order's number is, clock and cutter stay whole.
    await page.locator('.header-order-words').evaluate((e) => (e.textContent = `${e.textContent} ${'W'.repeat(30)}`));
    await look('4-nest-long-order');
    await page.locator('.header-order-words').evaluate((e) => (e.textContent = e.textContent!.replace(/ W+$/, '')));
    await button('header.menu').tap();
    await appears(button('menu.scanAgain'));
    await look('4-menu');
    await button('menu.close').tap();
    await page.locator('.main-button').tap();
    await appears(button('cut.pause'));
    station.answer('accepted');
    station.answer('started');
    station.cut(31);
    await expect.poll(() => page.locator('.figure-104').innerText()).toMatch(/^31/);
    await look('5-cut');
    // The longest sentences beside most buttons: they are set smaller until they fit.
    for (const code of ['STORE_NOT_WRITABLE', 'ACQUIRE_TABLE_DRIFTED', 'PUBLISH_BROKER_AWAY']) {
      const id = station.raise({ code, severity: 2, details: { drift: 2.4, most: 0.5 } });
      await appears(page.getByText(texts.get(`alarms:${code}.means`)!));
      await look(`6-alarm-${code}`);
      if (code !== 'PUBLISH_BROKER_AWAY') station.clear(id);
    }
    await page.getByRole('button', { name: say('alarm.seen') }).tap();
    station.answer('done');
    await appears(button('done.next'));
    await look('7-done');
    await button('done.goodOpen').tap();
    await appears(button('cutScan.open'));
    await look('7-marking');
    await button('cutScan.open').tap();
    await appears(button('cutScan.takenOff'));
    await look('7-scan-asked');
    await button('cutScan.inPlace').tap();
    await expect.poll(() => station.isScanningCut()).toBe(true);
    await look('7-scan-looking');
    station.seeCut();
    await appears(page.locator('.sight').first());
    await look('7-scan-seen');
    await button('cutScan.drop').tap();
    await button('header.menu').tap();
    await appears(page.getByRole('dialog'));
    await look('8-menu');
    expect(foreign).toEqual([]);
    if (tag === 'zh-Hans') expect(await loadedFonts()).toContain('Noto Sans SC Variable');
    if (tag === 'hi') expect(await loadedFonts()).toContain('Noto Sans Devanagari Variable');
  });
});

describe('the language', () => {
  it('is chosen in the menu, shows at once, and stands after a reload', async () => {
    station = await fakeStation({ uiDir });
    page = await browser.context.newPage();
    await page.goto(station.address);
    await page.getByRole('button', { name: 'Menu' }).tap();
    await page.getByRole('button', { name: '中文' }).tap();
    await appears(page.getByRole('heading', { name: '菜单' }));
    await page.reload();
    await appears(page.getByRole('button', { name: '菜单' }));
    const requested = await page.evaluate(() => performance.getEntriesByType('resource').map((r) => r.name));
    // Parts of the font by need, not its hundred files; and no other language's texts.
    expect(requested.filter((name) => name.includes('noto-sans-sc') && name.endsWith('.woff2')).length).toBeLessThan(
      40,
    );
  });
});
