import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { temporaryDir } from '../station/small-station.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const KERF = join(import.meta.dirname, '../../src/cli/kerf.ts');
const P = 'kerf/v1/site/station/';
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Ran {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  readonly said: () => string;
}

function doctor(...args: readonly string[]): Ran {
  const child = spawn(NODE, [KERF, 'doctor', 'plc', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, said: () => stdout };
}

describe('kerf doctor plc', () => {
  test("prints Mosquitto's ACL for the names that it is given", async () => {
    await using dir = await temporaryDir();
    const { code, stdout } = await doctor('--acl', '--data', dir.path, '--users', 'plc=cutter,observer=mes').ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`user cutter\ntopic write ${P}plc/heartbeat\n`);
    expect(stdout).toContain('user mes\n');
    expect((await doctor('--acl', '--data', dir.path, '--users', 'king=me').ended).code).toBe(2);
    expect(await readdir(dir.path)).toEqual([]);
  });

  test('releases nothing without a name', async () => {
    await using dir = await temporaryDir();
    await using broker = await startBroker({ port: 0 });
    const { code, stderr } = await doctor('--data', dir.path, '--mqtt', broker.url).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/\[CLI_DOCTOR_NEEDS_PERSON\]/);
  });

  test('as the PLC answers a station, is recorded, and the record is said again', async () => {
    await using dir = await temporaryDir();
    await using broker = await startBroker({ port: 0 });
    const file = join(dir.path, 'day.jsonl');
    const at = ['--data', dir.path, '--mqtt', broker.url];
    const record = doctor(...at, '--record', file);
    const plc = doctor(...at, '--simulate', '--share', dir.path);
    const station = await connectAsync(broker.url);
    const heard: string[] = [];
    station.on('message', (topic) => heard.push(topic.slice(P.length)));
    await station.subscribeAsync(`${P}#`, { qos: 1 });
    await expect.poll(() => heard.filter((t) => t === 'plc/heartbeat').length, { timeout: 30_000 }).toBeGreaterThan(1);
    const job = { id: 'j1', seq: 1, pieceCount: 1, file: 'no.dxf', sha256: 'f'.repeat(64) };
    await station.publishAsync(`${P}job/released`, JSON.stringify(job), { qos: 1 });
    await expect.poll(() => heard, { timeout: 30_000 }).toContain('job/ack');
    plc.child.kill('SIGINT');
    expect((await plc.ended).code).toBe(130);
    record.child.kill('SIGINT');
    expect((await record.ended).code).toBe(130);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.length).toBeGreaterThan(2);
    heard.length = 0;
    const { code, stdout } = await doctor(...at, '--replay', file, '--speed', '100').ended;
    expect([code, stdout]).toEqual([0, `${lines.length} messages said again\n`]);
    // The replay has its broker's word; the broker's word to this client may still be on its way.
    const said = lines.map((line) => (JSON.parse(line) as { topic: string }).topic);
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(said);
    await station.endAsync();
  });
});
