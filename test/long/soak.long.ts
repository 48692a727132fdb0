import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { SoakReport } from '../station/soak-run.ts';

/** `KERF_SOAK_HOURS=2` tries the test itself. */
const HOURS = Number(process.env['KERF_SOAK_HOURS'] ?? 72);

test('over three simulated days no job is lost, no alarm stands, and the heap drifts less than 1 %', async () => {
  const script = join(import.meta.dirname, '../station/soak-main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(HOURS), '25']);
  console.log(stdout.trim());
  const report = JSON.parse(stdout) as SoakReport;
  expect(report).toMatchObject({ lost: 0, alarms: [] });
  // 25 an hour, less what a job begun late holds up.
  expect(report.jobs).toBeGreaterThan(20 * HOURS);
  expect(report.driftPercent).toBeLessThan(1);
});
