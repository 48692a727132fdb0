import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { SoakReport } from '../station/soak-run.ts';

const LONG = process.env['KERF_LONG'] === '1';
/** Simulated. `KERF_LONG=1` (npm run test:long): three days. */
const HOURS = Number(process.env['KERF_SOAK_HOURS'] ?? (LONG ? 72 : 2));
/** After the first hour; of two hours, one is left for it. */
const MOST_DRIFT_PERCENT = 1;

test(
  `over ${HOURS} simulated hours no job is lost, no alarm stands, and the heap drifts less than ${MOST_DRIFT_PERCENT} %`,
  { timeout: HOURS * 60_000 },
  async () => {
    const script = join(import.meta.dirname, '../station/soak-main.ts');
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(HOURS), '25']);
    console.log(stdout.trim());
    const report = JSON.parse(stdout) as SoakReport;
    expect(report).toMatchObject({ lost: 0, alarms: [] });
    // 25 an hour, less what a job begun late holds up.
    expect(report.jobs).toBeGreaterThan(20 * HOURS);
    expect(report.driftPercent).toBeLessThan(MOST_DRIFT_PERCENT);
  },
);
