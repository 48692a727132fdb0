import { defineConfig } from 'vitest/config';

/** What takes too long for every run, and with `KERF_LONG=1` the kills and fuzz cases a hundredfold: `npm run test:long`. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: [
      'test/long/**/*.long.ts',
      'test/e2e/station-kills.test.ts',
      'test/e2e/station-soak.test.ts',
      'test/fuzz/*.test.ts',
      'test/nest/live-edits.test.ts',
      'test/station/http-attacks.test.ts',
    ],
    testTimeout: 6 * 3600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
