/** `npm run picture` (FILE) takes the picture in the README, by default docs/page.png: a station of `kerf start`
 *  scans its sample hide, finds its defects and nests it, and Chromium shows it ready to cut. Nothing in it is made up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import sharp from 'sharp';
import { temporaryDir } from '../station/small-station.ts';
import { testBrowser } from './browser.ts';
import { buildScreens } from './build-screens.ts';

const ROOT = join(import.meta.dirname, '../..');
const [file = join(ROOT, 'docs/page.png')] = process.argv.slice(2);
const SECONDS = '20';

await buildScreens();
await using data = await temporaryDir();
const args = ['src/cli/kerf.ts', 'start', '--data', data.path, '--port', '0', '--mqtt-port', '0', '--seconds', SECONDS];
const browser = await testBrowser();
const station = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
const ended = once(station, 'exit');
try {
  const page = await browser.context.newPage();
  await page.goto(await screensOf(station.stdout));
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  // The first run has cut one hide by then; the next is scanned at once.
  await button('Next hide').tap();
  await button(/^(Accept|Looks right)/).tap({ timeout: 60_000 });
  await page.getByText('Search finished').waitFor({ timeout: 60_000 });
  // The last figures glide to their place.
  await page.waitForTimeout(1000);
  await writeFile(
    file,
    await sharp(await page.screenshot())
      .png({ palette: true })
      .toBuffer(),
  );
  process.stdout.write(`${file}\n`);
} finally {
  await browser.close();
  station.kill('SIGINT');
  await ended;
}

/** Where the station says its screens are, after the main job. */
async function screensOf(stdout: Readable): Promise<string> {
  for await (const line of createInterface(stdout)) {
    const url = /^screens +(http\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the station ended before it showed its screens');
}
