import { join } from 'node:path';
import { expect } from 'vitest';
import { jobNumberOf } from '#publish/bank-registers.ts';
import { OPCUA_VARIABLES } from '#publish/opcua-variables.ts';
import type { RunningStation } from '#station/start-station.node.ts';
import { runPython } from '../shared/python-oracle.ts';
import { takeJob } from './take-job.ts';

const SCRIPT = join(import.meta.dirname, 'opcua-plc.py');

interface Said {
  readonly what: string;
  readonly [key: string]: unknown;
}

/** asyncua takes a job of the station from release to closed, with a pause. @returns what else it said */
export async function runOpcuaJob(
  python: string,
  running: RunningStation,
  ...login: readonly string[]
): Promise<readonly Said[]> {
  const { station } = running;
  const plc = runPython(python, [SCRIPT, String(running.opcua?.port), ...login]);
  const id = await takeJob(station);
  await station.until(() => station.job?.state === 'cutting', AbortSignal.timeout(20_000));
  expect(station.job?.cutCount).toBe(3);
  await station.request(id, 'pause');
  await station.until(() => station.job?.state === 'paused', AbortSignal.timeout(20_000));
  await station.request(id, 'resume');
  await station.until(() => station.job?.state === 'done', AbortSignal.timeout(20_000));
  expect(station.job).toMatchObject({ cutCount: 12, code: 0 });
  const { code, stdout, stderr } = await plc;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  const said = lines.map((line) => JSON.parse(line) as Said);
  const about = (what: string) => said.find((line) => line.what === what);
  const job = { JobNumber: jobNumberOf(id), JobId: id, Seq: 1, Request: 0, PieceCount: 12 };
  expect(about('variables')?.['names']).toEqual(OPCUA_VARIABLES.map(({ folder, name }) => `${folder}.${name}`));
  expect(about('refused')?.['codes']).toEqual(['BadNotWritable', 'BadOutOfRange', 'BadTypeMismatch']);
  expect(about('released')?.['station']).toMatchObject({ ...job, Released: true, Closed: false });
  expect(about('of another job')?.['released']).toBe(true);
  expect(about('closed')?.['station']).toMatchObject({ ...job, Released: false, Closed: true });
  expect((await running.store.openOutbox()).filter((row) => row.topic.startsWith('job/'))).toEqual([]);
  return said;
}
