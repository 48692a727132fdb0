/** `node test/e2e/shoot-screens.ts [FOLDER] [WIDTHxHEIGHT] [THEME…]` drives Chromium through every state of the run
 *  screen over the drawn hide and writes `<state>-<theme>.png`, by default into docs/screens at 1280x800 in both looks.
 *  The pictures are for eyes; what can be checked by a machine is checked in page.test.ts. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { testBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';

const [folder = join(import.meta.dirname, '../../docs/screens'), size = '1280x800', ...themes] = process.argv.slice(2);
const [width = 1280, height = 800] = size.split('x').map(Number);

/** What lies behind one picture: taps on the page and moves of the station, from the state before. */
interface Shot {
  readonly name: string;
  readonly go: (page: Page, station: FakeStation) => Promise<void>;
}

const tap = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).tap();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

const SHOTS: readonly Shot[] = [
  { name: 'ready', go: (page) => page.getByRole('button', { name: 'Scan' }).waitFor() },
  {
    name: 'inspecting',
    async go(page, station) {
      await tap(page, 'Scan');
      await page.getByRole('button', { name: 'Cancel' }).waitFor();
      station.look(7);
      await page.getByText('7 of 12 parts seen').waitFor();
    },
  },
  {
    name: 'reviewing',
    async go(page, station) {
      station.showInspection();
      await heading(page, 'Review');
      await page.locator('.defect-row').first().waitFor();
    },
  },
  {
    name: 'reviewing-mark',
    async go(page) {
      await page.locator('.defect-row').first().tap();
      await page.locator('.card.is-chosen').waitFor();
    },
  },
  {
    name: 'nesting',
    async go(page, station) {
      await page.getByRole('button', { name: 'Close' }).tap();
      await tap(page, /^(Accept|Looks right)/);
      await heading(page, 'Nest');
      station.nest(1);
      station.nest(3);
      await page.getByText('Still improving').waitFor();
    },
  },
  {
    name: 'nested',
    async go(page, station) {
      station.nest(5);
      await page.getByText('Search finished').waitFor();
    },
  },
  {
    name: 'released',
    async go(page) {
      await tap(page, 'Cut this');
      await heading(page, 'Cut');
    },
  },
  {
    name: 'cutting',
    async go(page, station) {
      station.answer('accepted');
      station.answer('started');
      station.cut(31);
      await page.getByText('Cutter has started').waitFor();
    },
  },
  {
    name: 'alarm',
    async go(page, station) {
      station.raise({ code: 'PLC_SILENT', severity: 2 });
      await heading(page, /^Alarm/);
    },
  },
  {
    name: 'paused',
    async go(page, station) {
      station.clear('a1');
      station.answer('paused');
      await page.getByText('Cutter has paused').waitFor();
    },
  },
  {
    name: 'lost',
    async go(page, station) {
      station.drop();
      await page.getByText(/No connection/).waitFor();
    },
  },
  {
    name: 'done',
    async go(page, station) {
      station.restore();
      await page.getByText(/No connection/).waitFor({ state: 'detached', timeout: 10_000 });
      station.answer('done');
      await page.getByRole('button', { name: 'Next hide' }).waitFor();
    },
  },
  {
    name: 'menu',
    async go(page) {
      await tap(page, 'Menu');
      await page.getByRole('dialog').waitFor();
    },
  },
];

const uiDir = await buildScreens();
await mkdir(folder, { recursive: true });
const browser = await testBrowser();
for (const theme of themes.length > 0 ? themes : ['light', 'dark']) {
  const station = await fakeStation({ uiDir });
  const page = await browser.context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
  await page.goto(station.address);
  for (const { name, go } of SHOTS) {
    await go(page, station);
    // Fonts and the scan come after the state's words.
    await page.waitForTimeout(400);
    const png = await page.screenshot();
    await writeFile(
      join(folder, `${name}-${theme}.png`),
      await sharp(png).png({ palette: true, effort: 8 }).toBuffer(),
    );
  }
  await page.close();
  await station.close();
}
await browser.close();
