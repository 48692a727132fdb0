import { defineConfig } from 'vitest/config';

const root = new URL('..', import.meta.url).pathname;

/** Whole stations and commands whose tests measure no time: these run two at a time with the rooms. */
const UNTIMED = ['bad-input', 'plc-durability', 'plc-security', 'station-kills', 'station-power-cut'].map(
  (name) => `test/e2e/${name}.test.ts`,
);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'rooms',
          root,
          include: ['test/!(e2e)/**/*.test.ts', ...UNTIMED],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        // Whole stations, browsers and brokers: one at a time, so that timings mean something.
        test: {
          name: 'e2e',
          root,
          include: ['test/e2e/**/*.test.ts'],
          exclude: UNTIMED,
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
