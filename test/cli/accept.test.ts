import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { SQUARE, smallRooms } from '../station/small-rooms.ts';
import { startSmallStation, temporaryDir } from '../station/small-station.ts';
import { sheetIsKept, SLOW_PLC, stoppedUncut } from '../station/small-steps.ts';
import { kerf } from './kerf.node.ts';

test('a cut job is accepted by a scan, doubts decided on the line', { timeout: 60_000 }, async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, {
    http: { port: 0, listen: '127.0.0.1', uiDir: dir.path },
    // The first square is gone, of the second a third.
    rooms: smallRooms({ afterCut: () => ({ isMaterial: (x) => x > 5 + SQUARE * 1.33 }) }),
  });
  const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
  await sheetIsKept(running.station, job.id);
  const accept = (...more: string[]) =>
    kerf(['accept', job.id, '--by', 'ann', '--url', running.http?.url ?? '', ...more]);
  const doubtful = await accept('--scan', 'inPlace');
  expect(doubtful.code).toBe(1);
  expect(doubtful.stdout).toContain('placement 0 (patch): rejected; gone');
  expect(doubtful.stderr).toContain('[CLI_PIECES_DOUBTFUL]');
  expect((await running.station.ledger.sheet(job.id)).accepted).toBeNull();

  const done = await accept('--scan', 'inPlace', '--take', doubtfulOf(doubtful.stderr), '--json');
  expect(done.code).toBe(0);
  const { accepted } = await running.station.ledger.sheet(job.id);
  expect(accepted).toMatchObject({ how: 'scan', by: 'ann' });
  expect(accepted?.rejected).toContain(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ accepted });

  const nowhere = await kerf(['accept', job.id, '--by', 'ann', '--url', 'http://127.0.0.1:9']);
  expect([nowhere.code, nowhere.stderr]).toEqual([3, expect.stringContaining('[CLI_STATION_SILENT]')]);
  const elsewhere = join(dir.path, 'elsewhere');
  const noData = await kerf(['accept', job.id, '--by', 'ann', '--data', elsewhere]);
  expect(noData.stderr).toContain('[STORE_NO_DATA_FOLDER]');
  expect(existsSync(elsewhere)).toBe(false);
});

test('what became of a hide that was stopped with nothing counted is named by the report and told on the line', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, {
    http: { port: 0, listen: '127.0.0.1', uiDir: dir.path },
    plc: { ...SLOW_PLC, startMs: 1500 },
  });
  const { station } = running;
  const id = await stoppedUncut(station);
  const report = async () =>
    (await kerf(['report', '--data', dir.path, '--until', '2100-01-01T00:00:00Z', '--from', '2000-01-01T00:00:00Z']))
      .stdout;
  expect(await report()).toContain(`kerf accept ${id} --by NAME --sheet used|unused|JOB`);
  const accept = (...more: string[]) => kerf(['accept', id, '--by', 'bob', '--url', running.http?.url ?? '', ...more]);
  expect((await accept('--sheet', 'used', '--reject', '1')).stderr).toContain('[CLI_BAD_OPTION]');
  expect((await accept('--sheet', 'j-nobody')).stderr).toContain('[STATION_REQUEST_REFUSED]');
  expect((await accept('--sheet', 'unused')).stdout).toContain(`${id}: unused, says bob`);
  expect((await station.ledger.sheet(id)).fate).toMatchObject({ by: 'bob', sheet: 'unused', job: null });
  expect(await report()).not.toContain('open:');
}, 60_000);

function doubtfulOf(stderr: string): string {
  return /placements ([\d,]+)\./.exec(stderr)?.[1] ?? '';
}
