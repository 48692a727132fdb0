import { join } from 'node:path';
import { expect } from 'vitest';
import { jobNumberOf } from '#publish/bank-registers.ts';
import { OPCUA_VARIABLES } from '#publish/opcua-variables.ts';
import type { RunningStation } from '#station/start-station.node.ts';
import { runPython } from '../shared/python-oracle.ts';
import { playJob } from './play-job.ts';

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
  const { id, said } = await playJob<Said>(python, running, [SCRIPT, String(running.opcua?.port), ...login]);
  const about = (what: string) => said.find((line) => line.what === what);
  const job = { JobNumber: jobNumberOf(id), JobId: id, Seq: 1, Request: 0, PieceCount: 12 };
  expect(about('variables')?.['names']).toEqual(OPCUA_VARIABLES.map(({ folder, name }) => `${folder}.${name}`));
  expect(about('refused')?.['codes']).toEqual(['BadNotWritable', 'BadOutOfRange', 'BadTypeMismatch']);
  expect(about('released')?.['station']).toMatchObject({ ...job, Released: true, Closed: false });
  expect(about('of another job')?.['released']).toBe(true);
  expect(about('closed')?.['station']).toMatchObject({ ...job, Released: false, Closed: true });
  return said;
}

/** Of many wrong passwords at once, then the right one, then after a wait the right one again: whether each got in. */
export async function guessOpcua(python: string, port: number, user: string, password: string): Promise<unknown> {
  const { stdout, stderr } = await runPython(python, [SCRIPT, String(port), user, password, 'guess']);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}
