import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { examinePlc } from '#publish/examine-plc.node.ts';
import { startBroker } from '#publish/broker.node.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';

// The PLC of these tests is docs/plc/node-red-flow.json, run by Node-RED: an engine and an MQTT client that nobody here
// wrote. Node-RED brings some 280 packages, so it is installed apart, once, under node_modules/.cache.
const NODE_RED = '4.1.15';
const ROOT = resolve(import.meta.dirname, '../..');
const HOME = join(ROOT, 'node_modules/.cache', `kerf-node-red-${NODE_RED}`);
const started: ChildProcess[] = [];

beforeAll(async () => {
  const ready = join(HOME, 'ready');
  if (existsSync(ready)) return;
  await mkdir(HOME, { recursive: true });
  await writeFile(join(HOME, 'package.json'), '{"name":"kerf-node-red","private":true}');
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `node-red@${NODE_RED}`], {
    cwd: HOME,
  });
  await writeFile(ready, '');
}, 600_000);
afterEach(async () => {
  for (const child of started.splice(0)) await ended(child);
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await exited;
}

/** Node-RED without its editor; its contexts are files, as over a power-off. */
async function startNodeRed(dir: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  await mkdir(dir, { recursive: true });
  await copyFile(join(ROOT, 'docs/plc/node-red-flow.json'), join(dir, 'flows.json'));
  await writeFile(
    join(dir, 'settings.js'),
    `module.exports = { flowFile: 'flows.json', httpAdminRoot: false, httpNodeRoot: false, uiPort: 0, uiHost: '127.0.0.1',
      contextStorage: { default: { module: 'memory' }, file: { module: 'localfilesystem', config: { flushInterval: 0 } } },
      logging: { console: { level: 'info' } } };`,
  );
  const child = spawn(
    process.execPath,
    [join(HOME, 'node_modules/node-red/red.js'), '-u', dir, '-s', join(dir, 'settings.js')],
    {
      env: { PATH: process.env['PATH'] ?? '', HOME: dir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  started.push(child);
  let said = '';
  await new Promise<void>((done, fail) => {
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Connected to broker')) done();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => fail(new Error(`Node-RED ended: ${said}`)));
    setTimeout(() => fail(new Error(`Node-RED did not connect: ${said}`)), 120_000).unref();
  });
  return child;
}

function place(url: string, share: string, site: string, cutMs = 2000) {
  const { hostname, port } = new URL(url);
  const prefix = `kerf/v1/${site}/station/`;
  return {
    KERF_BROKER: hostname,
    KERF_PORT: port,
    KERF_PREFIX: prefix,
    KERF_TOPIC: `${prefix}#`,
    KERF_SHARE: share,
    KERF_CUT_MS: String(cutMs),
  };
}

async function begun(dir: string): Promise<string[]> {
  const text = await readFile(join(dir, 'context/kerf-plc/flow.json'), 'utf8');
  return (JSON.parse(text) as { begun?: string[] }).begun ?? [];
}

test('Node-RED as the PLC cuts jobs to their end, once each, over power cuts', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(join(dir.path, 'data'), {
    simulatePlc: false,
    settings: SMALL_SETTINGS,
  });
  const home = join(dir.path, 'node-red');
  const env = place(running.brokerUrl, join(dir.path, 'data/jobs'), 'site');
  const plc = await startNodeRed(home, env);
  const first = await runMainJob(running.station, { release: { by: 'demo' } });
  expect(first.job).toMatchObject({ state: 'done', cutCount: 12, code: 0 });
  const second = runMainJob(running.station, { release: { by: 'demo' } });
  await running.station.until(() => running.station.job?.state === 'cutting', AbortSignal.timeout(60_000));
  await ended(plc);
  await startNodeRed(home, env);
  const report = await second;
  expect(report.job).toMatchObject({ state: 'done', cutCount: 12, seq: 2 });
  expect(await begun(home)).toEqual([first.job.id, report.job.id]);
});

test('Node-RED as the PLC passes the examination of kerf doctor plc at the true times', async () => {
  await using dir = await temporaryDir();
  await using broker = await startBroker({ port: 0 });
  const home = join(dir.path, 'node-red');
  const share = join(dir.path, 'share');
  await mkdir(share);
  const env = place(broker.url, share, 'doctor');
  let plc = await startNodeRed(home, env);
  const findings = await examinePlc({
    ...{ url: broker.url, site: 'doctor', station: 'station', shareDir: share, by: 'ann', timers: SYSTEM_TIMERS },
    ...{ nowMs: () => Date.now(), random: () => 0.5, onError: () => undefined, signal: AbortSignal.timeout(280_000) },
    onFinding: ({ state, part, found }) => console.log(state, part, found),
    ask: async (act) => {
      if (act !== 'power off and on') return false;
      await ended(plc);
      startNodeRed(home, env).then(
        (again) => (plc = again),
        () => undefined,
      );
      return true;
    },
  });
  expect(findings.filter((finding) => finding.state === 'wrong')).toEqual([]);
  expect(findings.map((finding) => finding.part)).toContain('a job from before the power-off');
});
