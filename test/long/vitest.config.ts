import { defineConfig } from 'vitest/config';

/** What takes too long for every run: `node_modules/.bin/node node_modules/vitest/vitest.mjs run --config test/long/vitest.config.ts`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/long/**/*.long.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
