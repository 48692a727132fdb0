import { expect, test } from 'vitest';
import { runKills } from '../station/kill-run.ts';

/** `KERF_LONG=1` (npm run test:long) makes it 10,000. */
const CUTS = process.env['KERF_LONG'] === '1' ? 667 : 20;
const STATIONS = 15;
const SEED = 20261122;

test(
  'three hundred power cuts at random moments lose no job and cut none twice',
  { timeout: CUTS * 30_000 },
  async () => {
    const report = await runKills({ cuts: CUTS, stations: STATIONS, seed: SEED });
    console.log(JSON.stringify(report));
    expect(report.faults).toEqual([]);
    expect(report.kills).toBe(CUTS * STATIONS);
    expect(report).toMatchObject({ lost: 0, actedTwice: 0 });
    // Power that goes off before anything is done proves nothing.
    expect(report.jobs).toBeGreaterThan(2 * STATIONS);
  },
);
