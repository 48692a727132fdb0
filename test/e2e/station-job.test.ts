import { describe, expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { startSmallStation, temporaryDir } from '../station/small-station.ts';

describe('the main job on small rooms', () => {
  test('goes from a picture to a hide that the PLC says is cut', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const steps: string[] = [];
    const report = await runMainJob(running.station, {
      release: { by: 'demo' },
      onStep: (job) => steps.push(job.state),
    });
    expect(report.job.state).toBe('done');
    expect(report.placedCount).toBe(12);
    expect(report.job.cutCount).toBe(12);
    expect(report.defectsByGrade).toEqual({ '0': 1 });
    expect(steps.slice(0, 5)).toEqual(['new', 'scanned', 'inspected', 'reviewed', 'nested']);
    expect(running.plc?.cutJobs).toEqual([report.job.id]);
    expect(await running.store.openOutbox()).toEqual([]);
  });
});
