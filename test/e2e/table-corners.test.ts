import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openScan } from '../../src/acquire/open-scan.node.ts';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { mapPoint } from '../../src/geometry/plane-homography.ts';
import { RealRooms } from '../../src/station/real-rooms.node.ts';
import type { RunningStation } from '../../src/station/start-station.node.ts';
import { viewTable } from '../../src/synth/camera-view.ts';
import { drawMarkers } from '../../src/synth/table-markers.ts';
import { smallRooms } from '../station/small-rooms.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from '../station/small-station.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { appears, cutOff, keepPicture, lookAt, smallTargets } from './page-checks.ts';
import { complaintsOf, LARGE_TARGET_PX } from './page-visit.ts';

/** The table's corners, set by a finger in a picture of a drawn table, on a station that scans in earnest. */

const [WIDTH, HEIGHT] = [1000, 700];
const PICTURE = { widthPx: 1600, heightPx: 1200 };
/** A dark square on the table, mm from its lower left corner. */
const PATCH = { left: 420, right: 560, bottom: 260, top: 400 };

let browser: TestBrowser;
let dir: TemporaryDir;
let running: RunningStation;
let page: Page;
let complaints: readonly string[] = [];
/** Where the picture shows a place of the table, mm to px. */
let seen: (x: number, y: number) => readonly [number, number];

beforeAll(async () => {
  const uiDir = await buildScreens();
  dir = await temporaryDir();
  const picture = join(dir.path, 'table.png');
  seen = await photograph(picture);
  // True pictures; what is seen and laid is small.
  const bench = new RealRooms({ packDir: 'none', grading: LEATHER_GRADING, mmPerPx: 1 });
  running = await startSmallStation(join(dir.path, 'data'), {
    source: picture,
    rooms: {
      ...smallRooms(),
      acquireScan: (question) => bench.acquireScan(question),
      seeTable: (question) => bench.seeTable(question),
      partJpeg: (question) => bench.partJpeg(question),
      scanJpeg: (scanDir, maxPx) => bench.scanJpeg(scanDir, maxPx),
    },
    http: { port: 0, listen: '127.0.0.1', uiDir },
  });
  browser = await testBrowser();
  page = await browser.context.newPage();
  page.setDefaultTimeout(30_000);
  complaints = complaintsOf(page);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await running?.close();
  await dir?.[Symbol.asyncDispose]();
});

/** The table seen aslant by a camera without bend. */
async function photograph(path: string): Promise<typeof seen> {
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT).fill(205);
  for (let y = PATCH.bottom; y < PATCH.top; y += 1)
    rgb.fill(60, 3 * ((HEIGHT - 1 - y) * WIDTH + PATCH.left), 3 * ((HEIGHT - 1 - y) * WIDTH + PATCH.right));
  const table = { rgb, widthPx: WIDTH, heightPx: HEIGHT, mmPerPx: 1 };
  drawMarkers(table, [{ id: 5, x: 880, y: 590, size: 80 }]);
  const view = viewTable(table, { ...PICTURE, tilt: 20, turn: 3 });
  await sharp(view.rgb, { raw: { width: PICTURE.widthPx, height: PICTURE.heightPx, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(path);
  return (x, y) => mapPoint(view.toView, x, y);
}

const field = (name: string) => page.getByRole('textbox', { name });
const button = (name: string | RegExp) => page.getByRole('button', { name });

/** The page has drawn what came before. */
const drawn = () =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** A finger that goes down at one place of the screen and up at another. */
async function swipe(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (readonly [number, number])[]) =>
    cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  await touch('touchStart', [from]);
  for (let i = 1; i <= 6; i += 1)
    await touch('touchMove', [[from[0] + ((to[0] - from[0]) * i) / 6, from[1] + ((to[1] - from[1]) * i) / 6]]);
  await touch('touchEnd', []);
  await cdp.detach();
  await drawn();
}

/** Where the stage shows a pixel of the picture. */
async function onStage([u, v]: readonly [number, number]): Promise<[number, number]> {
  const box = (await page.locator('.table-stage').boundingBox())!;
  return [box.x + (u / PICTURE.widthPx) * box.width, box.y + (v / PICTURE.heightPx) * box.height];
}

/** The pixel that a handle is on, as the page has it. */
async function placeOf(sign: string): Promise<[number, number]> {
  const style = await page.locator('.corner', { hasText: sign }).first().getAttribute('style');
  const [x = 0, y = 0] = [...(style ?? '').matchAll(/(?:left|top): ([\d.]+)%/g)].map((m) => Number(m[1]));
  return [(x / 100) * PICTURE.widthPx, (y / 100) * PICTURE.heightPx];
}

/** By the large handle near to it, then in the magnifier to the pixel. */
async function setPlace(sign: string, wanted: readonly [number, number]): Promise<void> {
  // A finger takes the handle beside its middle: nothing jumps.
  const from = await onStage(await placeOf(sign));
  const to = await onStage(wanted);
  await swipe([from[0] + 15, from[1] + 10], [to[0] + 15, to[1] + 10]);
  const rough = await placeOf(sign);
  expect(Math.hypot(rough[0] - wanted[0], rough[1] - wanted[1])).toBeLessThan(6);
  const glass = (await page.locator('.magnifier').boundingBox())!;
  const middle = [glass.x + glass.width / 2, glass.y + glass.height / 2] as const;
  // Four of the panel's pixels to one of the picture's: pulled the other way.
  const scale = 4;
  await swipe(middle, [middle[0] - scale * (wanted[0] - rough[0]), middle[1] - scale * (wanted[1] - rough[1])]);
  const fine = await placeOf(sign);
  expect(Math.hypot(fine[0] - wanted[0], fine[1] - wanted[1])).toBeLessThan(0.5);
}

it('are dragged by a finger, checked by a length, kept, and the next scan comes out straight', async () => {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`${running.http!.url}/commission`);
  await button('Table corners').tap();
  await appears(page.getByText('Take a picture of the table'));
  await lookAt(page, 'table-1-none');
  await button('Take a picture').tap();
  await appears(page.locator('.table-stage'));
  // Nothing else is known of this table but its machine's size.
  await field('Width of the table, mm').fill('2.4');
  await field('Height of the table, mm').fill('700');
  await field('Height of the table, mm').blur();
  await appears(page.getByText('No table has these sides'));
  expect(await button('Keep it so').isDisabled()).toBe(true);
  await field('Width of the table, mm').fill('1000');
  await field('Width of the table, mm').blur();
  await appears(page.getByText('Grid lines every 100 mm'));
  await lookAt(page, 'table-2-start');

  // The mirror of the table is said at once.
  const start = await placeOf('1');
  const other = await placeOf('2');
  await swipe(await onStage(start), await onStage([other[0] - 10, 300]));
  await appears(page.getByText(/cross or are one line/));
  await page.getByRole('button', { name: 'Undo', exact: true }).tap();
  await expect.poll(() => placeOf('1')).toEqual(start);

  await setPlace('1', seen(0, 0));
  await setPlace('2', seen(WIDTH, 0));
  await setPlace('3', seen(WIDTH, HEIGHT));
  await setPlace('4', seen(0, HEIGHT));
  // An arrow key is a pixel; there and back.
  const at = await placeOf('4');
  await page.getByRole('button', { name: /^Corner 4/ }).focus();
  await page.keyboard.press('ArrowRight');
  await drawn();
  expect((await placeOf('4'))[0] - at[0]).toBeCloseTo(1, 3);
  await page.keyboard.press('ArrowLeft');
  await appears(page.getByText('1 marker is seen'));
  await appears(page.getByText('Nothing tells yet how well'));
  await lookAt(page, 'table-3-set');

  await button('Check a known length').tap();
  await setPlace('A', seen(100, 200));
  await setPlace('B', seen(900, 200));
  await appears(page.getByText(/^Seen as (799|800)(\.\d+)? mm$/));
  await field('The length, mm').fill('800');
  await field('The length, mm').blur();
  await appears(page.getByText(/^Seen as (799|800)(\.\d+)? mm: 0(\.\d+)? mm off$/));
  await lookAt(page, 'table-4-length');
  await button('Keep it so').tap();
  await appears(page.getByText(/The next scan goes by four corners: operator/));
  const kept = (await running.station.table.view()).corners!;
  expect(kept).toMatchObject({ width: 1000, height: 700, setBy: 'operator', checks: { length: { told: 800 } } });
  expect(Math.abs(kept.checks.length!.measured - 800)).toBeLessThan(1);

  const { station } = running;
  await station.startJob();
  await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(30_000));
  const opened = await openScan(join(station.jobDir(station.job!.id), 'scan'));
  const { scan } = opened;
  expect(scan.widthPx * scan.mmPerPx).toBeCloseTo(WIDTH, -1);
  expect(scan.flags.map(({ kind }) => kind)).toContain('corners');
  expect(scan.drift).toBeLessThan(0.1);
  // The square's corners lie where they were drawn: dark within, bright without.
  const pixels = await opened.tile(0, 0, scan.widthPx, scan.heightPx);
  const level = (x: number, y: number) => {
    const [u, v] = [Math.floor(x / scan.mmPerPx), Math.floor((HEIGHT - y) / scan.mmPerPx)];
    return pixels[3 * (v * scan.widthPx + u)]!;
  };
  for (const [x, y, left, up] of [
    [PATCH.left, PATCH.bottom, 1, 1],
    [PATCH.right, PATCH.bottom, -1, 1],
    [PATCH.right, PATCH.top, -1, -1],
    [PATCH.left, PATCH.top, 1, -1],
  ] as const) {
    expect(level(x + 3 * left, y + 3 * up), `in ${x}, ${y}`).toBeLessThan(90);
    expect(level(x - 3 * left, y + 3 * up), `beside ${x}, ${y}`).toBeGreaterThan(180);
    expect(level(x + 3 * left, y - 3 * up), `off ${x}, ${y}`).toBeGreaterThan(180);
  }

  await button('Commission').first().tap();
  await appears(page.getByText('The last picture was straightened by four corners.'));
  await appears(page.getByText(/The camera has moved by 0/));
  await lookAt(page, 'table-5-commission');
  await button('Table corners').tap();
  await button('Back to the corners before').tap();
  await appears(page.getByText('The next scan goes by the calibration'));
  await button('Back to the corners before').tap();
  await appears(page.getByText(/goes by four corners/));
  await button('Use calibration').tap();
  await appears(page.getByText('The next scan goes by the calibration'));
  expect((await running.station.table.view()).corners).toBeNull();

  for (const [tag] of LANGUAGES.toReversed()) {
    await page.evaluate((language) => localStorage.setItem('kerf.language', language), tag);
    if (tag === 'en') {
      await page.setViewportSize({ width: 1920, height: 1080 });
      await page.evaluate(() => localStorage.setItem('kerf.panelInches', '15.6'));
    }
    await page.goto(`${running.http!.url}/table`);
    await appears(page.locator('.table-stage'));
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe(tag);
    await page.evaluate(() => document.fonts.ready);
    await page.locator('.choice').tap();
    expect.soft(await cutOff(page), tag).toEqual([]);
    expect.soft(await smallTargets(page, tag === 'en' ? LARGE_TARGET_PX : 80), tag).toEqual([]);
    await keepPicture(page, `table-6-${tag}`);
  }
  expect(complaints).toEqual([]);
});
