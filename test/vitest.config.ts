import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const root = new URL('..', import.meta.url).pathname;

const files = (names: readonly string[]) => names.map((name) => `test/e2e/${name}.test.ts`);

/** These hold times (of the event loop, of a frame, of an answer): each has the machine for itself. */
const TIMED = files(['canvas-gesture', 'event-loop', 'plc-verbs']);
/** These hold none, but a browser, a whole job or a large picture take more than one core: two at a time, beside nothing else. */
const LARGE = files([
  ...['drawn-hides', 'engineer', 'languages', 'large-picture', 'station-job', 'station-mqtt', 'station-rooms'],
  ...['page-job', 'page-layout', 'page-life', 'page-marks', 'page-station', 'page-windows', 'table-corners'],
  ...['kiosk-profile', 'other-screens'],
]);

/** What takes long begins first, or one core waits for it at the end; Vitest knows by itself only where it ran before. */
const LONG = [
  ...['e2e/station-kills', 'tune/label-pack', 'e2e/bad-input', 'e2e/station-power-cut', 'shared/check-agrees'],
  ...['tune/teach-pack', 'shared/nest-files', 'station/station', 'e2e/station-soak', 'tune/train-pack'],
  ...['e2e/engineer', 'e2e/drawn-hides', 'e2e/station-job', 'e2e/page-station', 'e2e/station-mqtt'],
].map((name) => `/test/${name}.test.ts`);

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(name));
      return at < 0 ? LONG.length : at;
    };
    return sorted.sort((a, b) => place(a) - place(b));
  }
}

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

const rest = { root, expect, testTimeout: 180_000, hookTimeout: 180_000, pool: 'forks' } as const;

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'rooms',
          include: ['test/**/*.test.ts'],
          setupFiles: ['test/property-seed.ts'],
          exclude: [...TIMED, ...LARGE],
          // Three take as long: the two cores are busy.
          maxWorkers: 2,
          // Nothing here changes what a module holds for the next file: a process for each would be a third of a second.
          isolate: false,
          ...rest,
        },
      },
      { test: { name: 'large', include: LARGE, exclude: browserless, maxWorkers: 2, ...rest } },
      {
        test: {
          name: 'timed',
          include: TIMED,
          exclude: browserless,
          fileParallelism: false,
          maxWorkers: 1,
          ...rest,
        },
      },
    ],
  },
});
