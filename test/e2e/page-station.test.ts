import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutView, statusView } from '../../src/api/views.ts';
import { inspectionSchema } from '../../src/domain/inspection.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { drawCircle, screenOf } from './page-hand.ts';
import { keepPicture } from './page-checks.ts';
import { complaintsOf } from './page-visit.ts';

const root = join(import.meta.dirname, '../..');
/** Looking at a hide on a slow machine. */
const PATIENCE_MS = 150_000;

let dataDir = '';
let station: ChildProcess;
let address = '';
let browser: TestBrowser;
let page: Page;
let complaints: readonly string[] = [];
const stationLines: string[] = [];

beforeAll(async () => {
  await buildScreens();
  dataDir = await mkdtemp(join(tmpdir(), 'kerf-page-'));
  const args = ['station', '--data', dataDir, '--port', '0', '--mqtt-port', '0', '--seconds', '2'];
  station = spawn(join(root, 'node_modules/.bin/node'), [join(root, 'src/cli/kerf.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: station.stderr! }).on('line', (line) => stationLines.push(line));
  address = await new Promise<string>((done, fail) => {
    createInterface({ input: station.stdout! }).on('line', (line) => {
      if (line.startsWith('http://')) done(line.trim());
    });
    station.once('exit', () => fail(new Error(`the station ended: ${stationLines.join('\n')}`)));
  });
  browser = await testBrowser();
  page = await browser.context.newPage();
  complaints = complaintsOf(page);
});

afterAll(async () => {
  await browser?.close();
  if (station && station.exitCode === null) {
    const ended = once(station, 'exit');
    station.kill('SIGTERM');
    await ended;
  }
  await rm(dataDir, { recursive: true, force: true });
});

const main = (name: string | RegExp) => page.getByRole('button', { name });
const ask = async (path: string) => (await fetch(`${address}/api/v1${path}`)).json() as Promise<unknown>;
const status = async () => statusView.parse(await ask('/status'));
const layout = async (job: string) => layoutView.parse(await ask(`/jobs/${job}/layout`));

const widthOf = (ring: Ring) => Math.max(...ring.map((p) => p[0])) - Math.min(...ring.map((p) => p[0]));

/** The outline by which the screen shows the whole hide. */
const outlineOf = async (job: string) => inspectionSchema.parse(await ask(`/jobs/${job}/inspection`)).outline;

describe('the page on the real station', () => {
  it(
    'takes the sample hide from scan to cut by taps, an area forbidden on the way',
    { timeout: 2 * PATIENCE_MS },
    async () => {
      await page.goto(address);
      await main('Scan').tap();
      await main('Cancel').waitFor();
      await main(/^(Accept \d+ doubtful|Looks right)/).waitFor({ timeout: PATIENCE_MS });
      const before = await status();
      expect(before.state).toBe('REVIEWING');
      await keepPicture(page, 'station-1-review');

      await main(/^(Accept \d+ doubtful|Looks right)/).tap();
      await page.getByText('Search finished').waitFor({ timeout: PATIENCE_MS });
      const job = before.job!.id;
      const first = await layout(job);
      expect(first.pieceCount).toBeGreaterThan(20);
      await expect.poll(() => main('Cut this').isEnabled()).toBe(true);
      await keepPicture(page, 'station-2-nest');

      await page.getByRole('button', { name: 'Forbid area' }).tap();
      const box = (await page.locator('canvas').boundingBox())!;
      await drawCircle(page, box.width / 2, box.height / 2, 45);
      // In between there is none: the correction ends the old layout.
      const hasNext = async () => ![null, first.sha256].includes((await status()).job?.layoutSha256 ?? null);
      await expect.poll(hasNext, { timeout: PATIENCE_MS }).toBe(true);
      await expect.poll(() => main('Cut this').isEnabled(), { timeout: PATIENCE_MS }).toBe(true);
      const second = await layout(job);
      expect(second.sha256).not.toBe(first.sha256);
      const corrected = (await status()).job!.inspectionSha256;

      // The page has the layout a while after the station: a finger meets what the page shows.
      await expect
        .poll(() => page.locator('.picture').getAttribute('data-layout'), { timeout: PATIENCE_MS })
        .toBe(second.sha256);

      // A tapped piece is locked where it lies, and the next layout has it there.
      const piece = second.pieces.reduce((a, b) =>
        b.quality === 4 && widthOf(b.outline) > widthOf(a.outline) ? b : a,
      );
      await page.touchscreen.tap(...(await screenOf(page, piece.outline, await outlineOf(job))));
      await page.locator('.piece-card').getByRole('button', { name: 'Lock' }).tap();
      await expect
        .poll(async () => (await status()).job?.inspectionSha256, { timeout: PATIENCE_MS })
        .not.toBe(corrected);
      const hasThird = async () => ![null, second.sha256].includes((await status()).job?.layoutSha256 ?? null);
      await expect.poll(hasThird, { timeout: PATIENCE_MS }).toBe(true);
      const third = await layout(job);
      const locked = third.pieces.filter((p) => p.isLocked);
      expect(locked.map((p) => [p.id, p.x, p.y, p.rotation])).toEqual([[piece.id, piece.x, piece.y, piece.rotation]]);
      const tile = await fetch(`${address}/api/v1/jobs/${job}/tiles/0/0/0.jpg`);
      expect([tile.status, tile.headers.get('content-type')]).toEqual([200, 'image/jpeg']);

      await page.reload();
      await expect.poll(() => main('Cut this').isEnabled(), { timeout: 20_000 }).toBe(true);
      await main('Cut this').tap();
      await main('Next hide').waitFor({ timeout: PATIENCE_MS });
      await keepPicture(page, 'station-3-done');
      const after = await status();
      expect(after.job).toMatchObject({ state: 'done', layoutSha256: third.sha256, approvedBy: 'operator' });
      expect(after.job!.cutCount).toBe(third.pieceCount);
      expect(complaints).toEqual([]);
    },
  );
});
