import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanSchema } from '../../src/domain/scan.ts';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { openRooms, type OpenedRooms } from '../../src/station/open-rooms.node.ts';
import type { RunningStation } from '../../src/station/start-station.node.ts';
import { LANGUAGES } from '../../src/ui/languages.ts';
import { freePort } from '../station/free-port.ts';
import { smallRooms } from '../station/small-rooms.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from '../station/small-station.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { appears, cutOff, keepPicture, smallTargets } from './page-checks.ts';
import { complaintsOf } from './page-visit.ts';

/** A camera of a browser, from its lens (a file in Chromium's fake device) to a scan: on a station's own page, and on the
 *  page that a command serves. */

const root = join(import.meta.dirname, '../..');
const SIZE = { width: 640, height: 480 };
/** Left half and right half of what the camera sees. */
const [LEFT, RIGHT] = [
  [150, 100, 60],
  [40, 80, 120],
] as const;

/** Chromium's fake device takes the JPEG's levels for those of video: up to 14 off. */
const MOST_OFF = 20;

let browser: TestBrowser;
let dir: TemporaryDir;
let rooms: OpenedRooms;
let running: RunningStation;
let port = 0;

beforeAll(async () => {
  const uiDir = await buildScreens();
  dir = await temporaryDir();
  const camera = join(dir.path, 'camera.mjpeg');
  // As many that no rhythm of asking meets the same one again and again: the same bytes are no new picture.
  const frames = await Promise.all(Array.from({ length: 11 }, (_, seed) => drawFrame(seed)));
  await writeFile(camera, Buffer.concat(frames));
  port = await freePort();
  // True pictures; what is seen and laid is small.
  rooms = openRooms({ packDir: 'none', grading: LEATHER_GRADING, mmPerPx: 1 });
  running = await startSmallStation(join(dir.path, 'data'), {
    source: `browser:${port}?size=${SIZE.width}x${SIZE.height}`,
    rooms: {
      ...smallRooms(),
      watchCamera: (source, onHealth) => rooms.watchCamera!(source, onHealth),
      glance: () => rooms.glance!(),
      acquireScan: (question) => rooms.acquireScan(question),
    },
    http: { port: 0, listen: '127.0.0.1', uiDir },
  });
  browser = await testBrowser({ camera });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await running?.close();
  await rooms?.close();
  await dir?.[Symbol.asyncDispose]();
});

/** Two halves, with noise of its own in each frame as a sensor has it, and edges by which the focus is told. */
function drawFrame(seed: number): Promise<Buffer> {
  const rgb = Buffer.alloc(3 * SIZE.width * SIZE.height);
  for (let i = 0; i < rgb.length; i += 1) {
    const x = Math.floor(i / 3) % SIZE.width;
    rgb[i] = (x < SIZE.width / 2 ? LEFT : RIGHT)[i % 3]! + ((i * 31 + seed * 17) % 11) - 5;
  }
  return sharp(rgb, { raw: { ...SIZE, channels: 3 } })
    .jpeg({ quality: 98 })
    .toBuffer();
}

async function openPage(address: string): Promise<{ page: Page; complaints: readonly string[] }> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints = complaintsOf(page);
  await page.goto(address);
  return { page, complaints };
}

/** Mean colour of a part of a scan, left or right. */
async function colourOf(scanDir: string, side: 'left' | 'right'): Promise<number[]> {
  const { width, height } = SIZE;
  const box = { left: side === 'left' ? 40 : width - 200, top: height / 4, width: 160, height: height / 2 };
  // A file's statistics are the whole file's, so the part is taken out first.
  const part = await sharp(join(scanDir, 'scan.tif')).extract(box).png().toBuffer();
  return (await sharp(part).stats()).channels.slice(0, 3).map(({ mean }) => mean);
}

const alarms = () => running.station.status().alarms.map(({ code }) => code);
const until = (isSo: () => boolean, ms: number) => running.station.until(isSo, AbortSignal.timeout(ms));

it("a station's own window gives the pictures that hides are scanned from", async () => {
  const { page, complaints } = await openPage(running.http!.url);
  await appears(page.getByText('Live'));
  await page.getByRole('button', { name: 'Scan' }).first().click();
  await until(() => running.station.status().state === 'REVIEWING', 20_000);
  const { job } = running.station.status();
  const scanDir = join(running.station.jobDir(job!.id), 'scan');
  const [left, right] = [await colourOf(scanDir, 'left'), await colourOf(scanDir, 'right')];
  for (const [k, colour] of [left, right].entries())
    for (const [c, level] of colour.entries()) expect(Math.abs(level - [LEFT, RIGHT][k]![c]!)).toBeLessThan(MOST_OFF);
  await page.goto(`${running.http!.url}/commission`);
  await appears(page.getByText('Gives the pictures. 640 × 480 px'));
  await appears(page.getByText(/Held still|cannot hold/));
  await keepPicture(page, 'commission-window-camera');
  expect(await cutOff(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
}, 60_000);

it('is an alarm soon after the window has gone, and none when it is back', async () => {
  await until(() => alarms().includes('ACQUIRE_CAMERA_LOST'), 4000);
  const { page } = await openPage(running.http!.url);
  await until(() => !alarms().includes('ACQUIRE_CAMERA_LOST'), 8000);
  // Another window of this machine waits for its turn, and takes it.
  const other = await openPage(`http://127.0.0.1:${port}/`);
  await appears(other.page.getByText('Another window gives the pictures'));
  await page.close();
  await appears(other.page.getByText('Gives the pictures.'));
  await other.page.close();
}, 60_000);

it('a command serves the page by itself, in every language, and scans what it gives', async () => {
  const own = await freePort();
  const out = join(dir.path, 'scan');
  const args = ['scan', `browser:${own}`, '--mm-per-px', '0.5', '--out', out];
  const command = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'src/cli/kerf.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => command.once('exit', resolve));
  let said = '';
  command.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const isServed = () =>
    fetch(`http://127.0.0.1:${own}/`).then(
      () => true,
      () => false,
    );
  while (!(await isServed())) {
    if (command.exitCode !== null) throw new Error(`the command ended: ${said}`);
    await wait(100);
  }
  expect(said).toContain(`open http://127.0.0.1:${own}/ in a browser`);
  const { page, complaints } = await openPage(`http://127.0.0.1:${own}/`);
  await appears(page.getByText(/Gives the pictures. \d+ × \d+ px/));
  await keepPicture(page, 'camera-window');
  expect(await cutOff(page)).toEqual([]);
  expect(await ended, said).toBe(0);
  await appears(page.getByText('Nothing on this machine waits for pictures now'));
  const scan = scanSchema.parse(JSON.parse(await readFile(join(out, 'scan.json'), 'utf8')));
  expect(scan).toMatchObject({ source: `browser:${own}`, mmPerPx: 0.5 });
  expect(complaints.filter((line) => !line.includes(String(own)))).toEqual([]);
  await page.close();
}, 60_000);

it('says so in the language of the panel', async () => {
  const { page } = await openPage(`http://127.0.0.1:${port}/`);
  for (const [language] of LANGUAGES) {
    await page.evaluate((chosen) => localStorage.setItem('kerf.language', chosen), language);
    await page.reload();
    await page.waitForFunction((chosen) => document.documentElement.lang === chosen, language);
    await page.locator('.giver-state[data-state="giving"]').waitFor();
    expect(await cutOff(page), language).toEqual([]);
  }
  await page.close();
}, 60_000);
