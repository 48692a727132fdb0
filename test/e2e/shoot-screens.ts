/** `node test/e2e/shoot-screens.ts [FOLDER] [WIDTHxHEIGHT] [THEME…]` drives Chromium through every state of the run
 *  screen over the drawn hide, and through every other screen, and writes `<state>-<theme>.png`, by default into
 *  docs/screens at 1280x800 in both looks. The pictures are for eyes; what can be checked by a machine is checked in
 *  page-*.test.ts. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { BrowserCamera } from '../../src/acquire/browser-camera.node.ts';
import type { ScreenPath } from '../../src/api/screen-paths.ts';
import { systemClock } from '../../src/station/system-clock.node.ts';
import { freePort } from '../station/free-port.ts';
import { hidePicture } from '../ui/drawn-hide.ts';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { testBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { screenOf } from './page-hand.ts';

const [folder = join(import.meta.dirname, '../../docs/screens'), size = '1280x800', ...themes] = process.argv.slice(2);
const [width = 1280, height = 800] = size.split('x').map(Number);

/** What lies behind one picture: taps on the page and moves of the station, from the state before. */
interface Shot {
  readonly name: string;
  readonly go: (page: Page, station: FakeStation) => Promise<void>;
}

const tap = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).tap();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

/** Another screen in the page that is open, as the browser's way back brings it. */
const show = (page: Page, path: ScreenPath) =>
  page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, path);

/** A point of the picture, given at 1280 x 800. */
async function onHide(page: Page, x: number, y: number): Promise<[number, number]> {
  const box = (await page.locator('canvas').boundingBox())!;
  return [box.x + (x / 920) * box.width, box.y + (y / 720) * box.height];
}

/** A piece while the whole hide is shown. */
const onPiece = (page: Page, station: FakeStation, label: string, hasCards = false) =>
  screenOf(page, station.layout()!.pieces.find((p) => p.label === label)!.outline, undefined, hasCards);

async function expectScan(station: FakeStation): Promise<void> {
  while (!station.isScanningCut()) await new Promise((tryAgain) => setTimeout(tryAgain, 20));
}

const SHOTS: readonly Shot[] = [
  { name: 'ready', go: (page) => page.getByRole('button', { name: 'Scan' }).waitFor() },
  {
    name: 'hide-code',
    async go(page) {
      await tap(page, 'Hide code');
      for (const key of 'H-2291') await page.getByRole('button', { name: key, exact: true }).tap();
      await page.getByText('This hide is new here').waitFor();
    },
  },
  {
    name: 'ready-live',
    async go(page, station) {
      await tap(page, 'Take this code');
      station.showCamera();
      await page.reload();
      await page.getByText('Live').waitFor();
    },
  },
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
    name: 'reviewing-alarm',
    async go(page, station) {
      station.raise({ code: 'ACQUIRE_SCAN_BLURRED', severity: 3 });
      await heading(page, /^Check/);
    },
  },
  {
    name: 'reviewing-mark',
    async go(page, station) {
      station.clear('a1');
      await heading(page, 'Review');
      await page.locator('.defect-row').first().tap();
      await page.locator('.card.is-chosen').waitFor();
    },
  },
  {
    name: 'reviewing-pen',
    async go(page) {
      await tap(page, 'Pen');
      const at = await onHide(page, 620, 330);
      await page.mouse.move(...at);
      await page.mouse.down();
      await page.mouse.move(at[0] + 60, at[1] + 34, { steps: 6 });
      await page.mouse.move(at[0] + 120, at[1] - 10, { steps: 6 });
      await page.mouse.up();
      await page.locator('.card.is-chosen').waitFor();
    },
  },
  {
    name: 'nesting',
    async go(page, station) {
      await tap(page, 'Delete mark');
      await tap(page, 'Pen');
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
    name: 'menu-hide',
    async go(page) {
      await tap(page, 'Menu');
      await page.getByText('This hide', { exact: true }).waitFor();
    },
  },
  {
    name: 'piece',
    async go(page, station) {
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).tap();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.touchscreen.tap(...(await onPiece(page, station, 'Pocket 8')));
      await page.locator('.piece-card').waitFor();
    },
  },
  {
    name: 'compare',
    async go(page) {
      await page.locator('.piece-card').getByRole('button', { name: 'Close' }).tap();
      await tap(page, 'Compare');
      await page.locator('.alternative').nth(2).waitFor();
    },
  },
  {
    name: 'chosen',
    async go(page) {
      await page.locator('.alternative').nth(2).tap();
      await page.getByText('An alternative is shown').waitFor();
    },
  },
  {
    name: 'banned',
    async go(page, station) {
      await tap(page, 'Back to the best');
      await page.touchscreen.tap(...(await onPiece(page, station, 'Body 1')));
      await tap(page, 'Not here');
      await page.getByText(/Kept off/).waitFor();
    },
  },
  {
    name: 'piece-held',
    async go(page, station) {
      await tap(page, 'Allow again');
      await page.getByText(/Kept off/).waitFor({ state: 'detached' });
      await page.touchscreen.tap(...(await onPiece(page, station, 'Pocket 8')));
      await page.locator('.piece-card').waitFor();
      const at = await onPiece(page, station, 'Pocket 8');
      const to = await onPiece(page, station, 'Front 6');
      await page.mouse.move(...at);
      await page.mouse.down();
      await page.mouse.move(at[0] + 0.5 * (to[0] - at[0]), at[1] + 0.5 * (to[1] - at[1]), { steps: 6 });
    },
  },
  {
    name: 'released',
    async go(page, station) {
      await page.mouse.move(...(await onPiece(page, station, 'Pocket 8')));
      await page.mouse.up();
      await page.locator('.main-button:not([data-disabled])').waitFor();
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
    name: 'done-marking',
    async go(page, station) {
      await tap(page, /Are all pieces good/);
      for (const label of ['Pocket 8', 'Front 6'])
        await page.touchscreen.tap(...(await onPiece(page, station, label, true)));
      await page.getByText('2 pieces not good').waitFor();
    },
  },
  {
    name: 'done-accepted',
    async go(page) {
      await tap(page, 'Keep it so');
      await page.getByText(/73 good/).waitFor();
    },
  },
  {
    name: 'done-scan-asked',
    async go(page) {
      await tap(page, 'Look again');
      await tap(page, 'Scan the table');
      await page.getByText('How do the pieces lie?').waitFor();
    },
  },
  {
    name: 'done-scan',
    async go(page, station) {
      await tap(page, 'All in place');
      await expectScan(station);
      station.seeCut();
      await page.getByText('2 pieces to decide').waitFor();
    },
  },
  {
    name: 'done-scan-decided',
    async go(page, station) {
      await tap(page, /^Body 2/);
      for (let i = 0; i < 2; i += 1) await page.touchscreen.tap(...(await onPiece(page, station, 'Front 6', true)));
      await page.getByText('Accept 73 pieces').waitFor();
    },
  },
  {
    name: 'orders',
    async go(page) {
      await show(page, '/orders');
      await page.locator('.table').waitFor();
    },
  },
  {
    name: 'commission',
    async go(page) {
      await show(page, '/commission');
      await page.locator('.check-row').first().waitFor();
    },
  },
  {
    name: 'commission-alarm',
    async go(page, station) {
      station.raise({ code: 'ACQUIRE_TABLE_DRIFTED', severity: 2, details: { drift: 0.8 } });
      await page.locator('.alarm-chip').waitFor();
    },
  },
  {
    name: 'table',
    async go(page, station) {
      station.clear('a1');
      await show(page, '/table');
      await page.locator('.corner').first().waitFor();
    },
  },
  {
    name: 'replay',
    async go(page) {
      await show(page, '/replay');
      await page.locator('.replay-picture').waitFor();
      // When the cutter has begun: the layout lies there.
      await tap(page, /^Cutting/);
    },
  },
  {
    name: 'system',
    async go(page) {
      await show(page, '/system');
      await page.locator('.log li').first().waitFor();
    },
  },
  {
    name: 'projector-corners',
    async go(page) {
      await show(page, '/projector');
      await page.locator('.corner').first().waitFor();
    },
  },
  {
    name: 'projector',
    async go(page) {
      await tap(page, 'Keep it so');
      await page.locator('.projected text').first().waitFor({ state: 'attached' });
    },
  },
  {
    name: 'projector-lost',
    async go(page, station) {
      await tap(page, /^Hide the buttons/);
      station.drop();
      await page.getByText(/No connection/).waitFor();
    },
  },
  {
    name: 'broken-off',
    async go(page, station) {
      station.restore();
      await page.getByText(/No connection/).waitFor({ state: 'detached', timeout: 10_000 });
      await show(page, '/');
      station.cut(31);
      station.answer('cancelled');
      await tap(page, /What was cut/);
      await page.getByRole('button', { name: /Go on with the rest/ }).waitFor();
      // The ledger's record of the hide before, with what was not good of it, is on the screen until this one's has come.
      await page.getByText('31 pieces cut').waitFor();
    },
  },
  {
    name: 'stock',
    async go(page) {
      await tap(page, 'Menu');
      await tap(page, 'Stock');
      await page.getByRole('button', { name: 'Cut from it next' }).waitFor();
    },
  },
  {
    name: 'hides',
    async go(page) {
      await tap(page, /^Hides$/);
      await page.locator('.passport-job').waitFor();
    },
  },
  {
    name: 'menu',
    async go(page) {
      await tap(page, 'Operator');
      await tap(page, 'Menu');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'menu-station',
    async go(page) {
      await page.locator('.station-facts > :last-child').scrollIntoViewIfNeeded();
    },
  },
];

const uiDir = await buildScreens();
// Drawn once and kept: the first picture must not wait for it.
const hide = await hidePicture();
await mkdir(folder, { recursive: true });
const scratch = await mkdtemp(join(tmpdir(), 'kerf-screens-'));
// What a browser's camera sees: an MJPEG of two pictures, for the same bytes twice are a frozen camera.
const lens = join(scratch, 'camera.mjpeg');
const seen = [80, 82].map((quality) => sharp(hide).resize(1280, 960, { fit: 'fill' }).jpeg({ quality }).toBuffer());
await writeFile(lens, Buffer.concat(await Promise.all(seen)));
const browser = await testBrowser({ camera: lens });

async function openPage(theme: string): Promise<Page> {
  const page = await browser.context.newPage();
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme === 'dark' ? 'dark' : 'light', reducedMotion: 'reduce' });
  // 112 px are 20 mm at 1920 x 1080 on 15.6 inches.
  if (width >= 1920) await page.addInitScript(() => localStorage.setItem('kerf.panelInches', '15.6'));
  return page;
}

async function shoot(page: Page, name: string, theme: string): Promise<void> {
  // Fonts and the scan come after the state's words, and a new button is closed for a moment.
  await page.waitForTimeout(name === 'reviewing' || name === 'nesting' ? 1500 : 800);
  const png = await page.screenshot();
  await writeFile(join(folder, `${name}-${theme}.png`), await sharp(png).png({ palette: true, effort: 8 }).toBuffer());
}

/** The page of a browser's camera, which `kerf scan browser:` serves. */
async function shootCamera(theme: string): Promise<void> {
  const port = await freePort();
  await using camera = new BrowserCamera({ name: `browser:${port}`, port, size: null, clock: systemClock, uiDir });
  camera.start();
  const page = await openPage(theme);
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.locator('.giver-state[data-state="giving"]').waitFor();
  await shoot(page, 'camera', theme);
  await page.close();
}

for (const theme of themes.length > 0 ? themes : ['light', 'dark']) {
  const station = await fakeStation({ uiDir });
  const page = await openPage(theme);
  await page.goto(station.address);
  for (const { name, go } of SHOTS) {
    await go(page, station);
    await shoot(page, name, theme);
  }
  await page.close();
  await station.close();
  await shootCamera(theme);
}
await browser.close();
await rm(scratch, { recursive: true, force: true });
