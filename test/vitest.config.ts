import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/** These hold times (of the event loop, of a frame, of an answer): each has the machine for itself. */
const TIMED = ['page-windows', 'plc-verbs', 'station-mqtt', 'station-rooms'].map((name) => `test/e2e/${name}.test.ts`);

/** What is waited for comes at once on a quiet machine; how soon it must come is the business of TIMED. */
const expect = { poll: { timeout: 15_000 } };

const skip = (process.env['KERF_SKIP'] ?? '').split(',');
/** Files left out because KERF_SKIP names the browser: those that open one. */
const browserless = skip.includes('browser') ? withBrowser() : [];
if (browserless.length > 0) console.log(`KERF_SKIP names browser: left out are ${browserless.join(' ')}`);

function withBrowser(): string[] {
  return readdirSync(join(root, 'test/e2e'))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/e2e/${name}`)
    .filter((path) => /from '\.\/(browser|page-visit)\.ts'/.test(readFileSync(join(root, path), 'utf8')));
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'rooms',
          root,
          include: ['test/**/*.test.ts'],
          exclude: [...TIMED, ...browserless],
          expect,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'timed',
          root,
          include: TIMED,
          exclude: browserless,
          expect,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: 'forks',
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
