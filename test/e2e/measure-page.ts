/** `node test/e2e/measure-page.ts [--trace]` measures the page in Chromium over the fake station, as issue 7 asks: first
 *  paint, size, two fingers and taps over 36 megapixels, 200 marks and 500 pieces, and the heap after many jobs. Writes one JSON document; with
 *  --trace also what long tasks were made of, to stderr. `npm run bench page` makes the figures of it. */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fakeStation, type FakeStation } from '../ui/fake-station.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';
import { measureGesture } from './canvas-speed.ts';
import { heapOver } from './heap-over-jobs.ts';
import { heavyHide } from './heavy-hide.ts';
import { longTasks, type LongTask } from './long-tasks.ts';
import { measureOpening, type Opening } from './measure-opening.ts';
import { tapMilliseconds } from './tap-speed.ts';

const OPENINGS = 7;
const TAPS = 40;
/** Eight hours of a busy table are some 160 hides. */
const JOBS = 160;
const WARM_JOBS = 15;
/** Tasks that compute for longer are counted one by one. */
const LONG_MS = 50;
/** Shorter ones are looked at too, to say how long the longest was. */
const LOOK_MS = 5;
const wantsTrace = process.argv.includes('--trace');

const uiDir = await buildScreens();
const browser = await testBrowser();
const folder = await mkdtemp(join(tmpdir(), 'kerf-measure-'));
try {
  const bundle = await bundleOf(join(uiDir, 'assets'), await readFile(join(uiDir, 'index.html'), 'utf8'));
  const paint = await openings(browser, uiDir);
  const heavy = await heavyRun(browser, await fakeStation({ uiDir, hide: await heavyHide(folder) }));
  const heap = await heapOver(browser, uiDir, { warmJobs: WARM_JOBS, jobs: JOBS });
  console.log(JSON.stringify({ browser: browser.context.browser()?.version() ?? '', bundle, paint, ...heavy, heap }));
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

async function bundleOf(assets: string, html: string) {
  const all = (await readdir(assets)).filter((file) => /\.(js|css)$/.test(file));
  const kb = async (files: readonly string[]) => {
    const sizes = await Promise.all(files.map(async (file) => gzipSync(await readFile(join(assets, file))).length));
    return sizes.reduce((a, b) => a + b, 0) / 1000;
  };
  return { runScreenKb: await kb(all.filter((file) => html.includes(file))), allKb: await kb(all) };
}

/** Milliseconds from the address to the first paint, and to the main button that can be pressed. */
async function openings({ context }: TestBrowser, dir: string) {
  const station = await fakeStation({ uiDir: dir });
  const seen: Opening[] = [];
  for (let i = 0; i < OPENINGS; i += 1) seen.push(await measureOpening(context, station.address));
  await station.close();
  return { firstMs: seen.map(({ firstMs }) => firstMs), usefulMs: seen.map(({ usefulMs }) => usefulMs) };
}

async function heavyRun({ context }: TestBrowser, station: FakeStation) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const tasks: Record<string, { readonly overLimit: number; readonly longestMs: number }> = {};
  const traced = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    let value!: T;
    const found = await longTasks(session, LOOK_MS, async () => {
      value = await act();
    });
    tasks[name] = {
      overLimit: found.filter(({ ms }) => ms > LONG_MS).length,
      longestMs: Math.max(0, ...found.map(({ ms }) => ms)),
    };
    if (wantsTrace) tell(name, found);
    return value;
  };
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  try {
    await page.goto(station.address);
    await button('Scan').tap();
    await button('Cancel').waitFor();
    station.look(12);
    await traced('review opens', async () => {
      station.showInspection();
      await page.locator('.defect-row').first().waitFor();
      await page.waitForTimeout(2000);
    });
    const review = await traced('two fingers in review', () => measureGesture(page, session));
    await button(/^(Accept|Looks right)/).tap();
    await traced('500 pieces come', async () => {
      station.nest(5);
      await page.getByText('Search finished').waitFor();
      await page.waitForTimeout(2000);
    });
    const nest = await traced('two fingers over 500 pieces', () => measureGesture(page, session));
    if (await button('Show all').count()) await button('Show all').tap();
    await page.waitForTimeout(1000);
    const tapMs = await traced('taps on pieces', () => tapMilliseconds(page, session, station.layout()!.pieces, TAPS));
    return { review, nest, tapMs, tasks };
  } finally {
    await page.close();
    await station.close();
  }
}

function tell(name: string, found: readonly LongTask[]): void {
  for (const { atMs, ms, parts } of found.filter((task) => task.ms > LONG_MS / 2))
    console.error(`${name}: ${ms.toFixed(0)} ms at ${(atMs / 1000).toFixed(2)} s: ${JSON.stringify(parts)}`);
}
