import { expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { backupPlaces, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

test('a running station is backed up, restored elsewhere, and its release verified there', async () => {
  await using dir = await temporaryDir();
  const { data, out, again } = backupPlaces(dir);
  await using running = await startSmallStation(data);
  const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
  const backup = await kerf(['station', 'backup', '--data', data, '--out', out, '--scans', '--json']);
  expect(backup.code, backup.stderr).toBe(0);
  expect(JSON.parse(backup.stdout)).toMatchObject({ out, jobCount: 1, withScans: true });
  const restored = await kerf(['station', 'restore', out, '--data', again, '--json']);
  expect(restored.code, restored.stderr).toBe(0);
  expect(JSON.parse(restored.stdout)).toMatchObject({ jobCount: 1, endedJobs: [] });
  const verified = await kerf(['verify', job.id, '--data', again, '--json']);
  expect(verified.code, verified.stderr).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ job: job.id, isSound: true });
  const other = await kerf(['verify', 'j0', '--data', again]);
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('STATION_RELEASE_REFUSED') as string]);
});
