import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import {
  alarmMessage,
  commandAckMessage,
  heartbeatMessage,
  jobAckMessage,
  jobClosedMessage,
  jobReleasedMessage,
  layoutMessage,
  plcHeartbeatMessage,
  sheetMessage,
  stateMessage,
} from '#domain/plc-messages.ts';
import { startBroker } from '#publish/broker.node.ts';
import { alarmSummaryMessage, auditMessage, yieldMessage } from '#publish/encode-message.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { QUICK_PLC, SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { freePort } from '../station/free-port.ts';
import { smallRooms } from '../station/small-rooms.ts';

const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
const CHILD = new URL('../station/job-child.ts', import.meta.url).pathname;
const WAIT = { timeout: 20_000, interval: 25 };
const PREFIX = 'kerf/v1/site/station/';

interface Heard {
  readonly topic: string;
  readonly payload: string;
}

const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) await ended(child, 'SIGKILL');
});

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await closed;
}

async function startMosquitto(
  dir: string,
  port: number,
  login?: { user: string; password: string },
): Promise<ChildProcess> {
  await mkdir(dir, { recursive: true });
  const conf = join(dir, 'mosquitto.conf');
  const root = process.getuid?.() === 0 ? 'user root\n' : '';
  const passwords = join(dir, 'passwords');
  if (login) {
    await writeFile(passwords, `${login.user}:${login.password}\n`, { mode: 0o600 });
    spawnSync('mosquitto_passwd', ['-U', passwords]);
  }
  const door = login ? `allow_anonymous false\npassword_file ${passwords}\n` : 'allow_anonymous true\n';
  await writeFile(
    conf,
    `listener ${port} 127.0.0.1\n${door}persistence true\npersistence_location ${dir}/\nautosave_on_changes true\n${root}`,
  );
  const child = spawn('/usr/sbin/mosquitto', ['-c', conf], { stdio: 'ignore' });
  started.push(child);
  await expect
    .poll(
      () =>
        connectAsync(`mqtt://127.0.0.1:${port}`, {
          reconnectPeriod: 0,
          ...(login ? { username: login.user, password: login.password } : {}),
        }).then(
          (c) => c.endAsync().then(() => 'up'),
          () => 'down',
        ),
      WAIT,
    )
    .toBe('up');
  return child;
}

/** An outside client that nobody here wrote: what it hears is what a PLC hears. */
async function subscribe(port: number, client: 'mosquitto_sub' | 'mqtt.js'): Promise<Heard[]> {
  const heard: Heard[] = [];
  if (client === 'mqtt.js') {
    const listener = await connectAsync(`mqtt://127.0.0.1:${port}`);
    listener.on('message', (topic, payload) => heard.push({ topic, payload: payload.toString() }));
    await listener.subscribeAsync('kerf/#', { qos: 1 });
    started.push({
      exitCode: null,
      signalCode: null,
      once: (_: string, call: () => void) => void listener.endAsync(true).then(call),
      kill: () => true,
    } as unknown as ChildProcess);
    return heard;
  }
  const child = spawn(
    'mosquitto_sub',
    ['-h', '127.0.0.1', '-p', `${port}`, '-q', '1', '-t', 'kerf/#', '-t', 'probe', '-F', '%t %p'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  started.push(child);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const space = line.indexOf(' ');
    heard.push({ topic: line.slice(0, space), payload: line.slice(space + 1) });
  });
  const probe = await connectAsync(`mqtt://127.0.0.1:${port}`);
  await expect
    .poll(async () => {
      await probe.publishAsync('probe', 'x');
      return heard.length;
    }, WAIT)
    .toBeGreaterThan(0);
  await probe.endAsync();
  return heard;
}

const of = (heard: readonly Heard[], topic: string): Record<string, unknown>[] =>
  heard.filter((m) => m.topic === PREFIX + topic).map((m) => JSON.parse(m.payload) as Record<string, unknown>);

const SCHEMAS = {
  heartbeat: heartbeatMessage,
  'plc/heartbeat': plcHeartbeatMessage,
  state: stateMessage,
  sheet: sheetMessage,
  layout: layoutMessage,
  yield: yieldMessage,
  audit: auditMessage,
  alarm: alarmMessage,
  'alarm/summary': alarmSummaryMessage,
  'job/released': jobReleasedMessage,
  'job/ack': jobAckMessage,
  'job/closed': jobClosedMessage,
} as const;

/** One whole job, heard from outside. */
async function jobIsHeard(
  heard: Heard[],
  runJob: () => Promise<{ id: string; cutSha256: string | null }>,
): Promise<void> {
  const job = await runJob();
  for (const last of ['job/closed', 'yield']) await expect.poll(() => of(heard, last).length, WAIT).toBeGreaterThan(0);
  // A PLC that starts asks for the state again; the same n is the same state.
  const states = new Map(of(heard, 'state').map((s) => [Number(s['n']), s['s']]));
  expect([...states.values()].filter((s) => s !== 'READY')).toEqual([
    'SCANNING',
    'INSPECTING',
    'REVIEWING',
    'NESTING',
    'RELEASED',
    'CUTTING',
    'DONE',
  ]);
  const counts = [...states.keys()];
  expect(counts).toEqual(counts.map((_, i) => (counts[0] ?? 0) + i));
  expect(of(heard, 'job/released')).toEqual([
    expect.objectContaining({ id: job.id, seq: 1, sha256: job.cutSha256, file: `${job.id}/cut.dxf`, pieceCount: 12 }),
  ]);
  const results = of(heard, 'job/ack').map((a) => a['result']);
  expect(results[0]).toBe('accepted');
  expect(results).toContain('started');
  expect(results.at(-1)).toBe('done');
  expect(of(heard, 'job/closed')[0]).toEqual({ id: job.id, seq: 1, result: 'done' });
  expect(of(heard, 'sheet').at(-1)).toMatchObject({ job: job.id, outlineCm2: 8000, defectCount: 1 });
  expect(of(heard, 'layout').at(-1)).toMatchObject({ job: job.id, pieceCount: 12, unplacedCount: 0 });
  expect(of(heard, 'yield').at(-1)).toMatchObject({ job: job.id, cutCount: 12 });
  for (const { topic, payload } of heard.filter((m) => m.topic.startsWith(PREFIX))) {
    const name = topic.slice(PREFIX.length);
    expect(Buffer.byteLength(payload), topic).toBeLessThanOrEqual(512);
    expect(payload, topic).toMatch(/^[\x20-\x7e]*$/);
    if (name === 'availability') expect(payload).toMatch(/^(online|offline)$/);
    else if (name in SCHEMAS)
      expect(SCHEMAS[name as keyof typeof SCHEMAS].safeParse(JSON.parse(payload)).success, `${topic} ${payload}`).toBe(
        true,
      );
    else expect(name).toMatch(/^cmd\/sync(\/ack)?$/);
  }
}

const settingsAt = (embeddedPort: number) => ({ ...SMALL_SETTINGS, mqtt: { ...SMALL_SETTINGS.mqtt, embeddedPort } });

describe('on the embedded broker', () => {
  test('an outside client hears every message of a job', async () => {
    await using dir = await temporaryDir();
    const port = await freePort();
    await using running = await startSmallStation(dir.path, { settings: settingsAt(port) });
    const heard = await subscribe(port, 'mqtt.js');
    await jobIsHeard(heard, async () => (await runMainJob(running.station, { release: { by: 'demo' } })).job);
  });

  test('only allowed, fresh commands act, each once', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { simulatePlc: false });
    const outside = await connectAsync(running.brokerUrl);
    const answers = new Map<string, unknown[]>();
    let beat = 0;
    outside.on('message', (topic, payload) => {
      const message = JSON.parse(payload.toString()) as { id?: string; n?: number };
      if (topic.endsWith('/heartbeat')) beat = message.n ?? 0;
      else if (topic.endsWith('/ack'))
        answers.set(message.id ?? '', [...(answers.get(message.id ?? '') ?? []), commandAckMessage.parse(message)]);
    });
    await outside.subscribeAsync([`${PREFIX}heartbeat`, `${PREFIX}cmd/+/ack`]);
    await expect.poll(() => beat, WAIT).toBeGreaterThan(0);
    const ask = async (verb: string, message: unknown, retain = false) =>
      outside.publishAsync(`${PREFIX}cmd/${verb}`, JSON.stringify(message), { qos: 1, retain });
    await ask('sync', { id: 'fresh', hb: beat });
    await ask('sync', { id: 'fresh', hb: beat });
    await ask('sync', { id: 'old', hb: (beat + 32768 - 16) % 32768 });
    await ask('sync', { id: 'blind' });
    await ask('cancel', { id: 'forbidden', hb: beat, job: 'x' });
    await ask('release', { id: 'unknown', hb: beat });
    await ask('sync', { hb: beat });
    await ask('sync', 'nonsense');
    await expect.poll(() => answers.size, WAIT).toBe(5);
    expect(Object.fromEntries(answers)).toEqual({
      fresh: [
        { id: 'fresh', ok: 1, code: 0 },
        { id: 'fresh', ok: 1, code: 0 },
      ],
      old: [{ id: 'old', ok: 0, code: 7 }],
      blind: [{ id: 'blind', ok: 0, code: 7 }],
      forbidden: [{ id: 'forbidden', ok: 0, code: 9 }],
      unknown: [{ id: 'unknown', ok: 0, code: 9 }],
    });
    await expect.poll(() => running.station.publisher.counts.badMessageCount, WAIT).toBe(2);
    await outside.endAsync();
  });

  test('a command that the broker kept is refused when the station comes', async () => {
    await using dir = await temporaryDir();
    await using broker = await startBroker({ port: 0 });
    const outside = await connectAsync(broker.url);
    const answers: unknown[] = [];
    outside.on('message', (_topic, payload) => answers.push(JSON.parse(payload.toString())));
    await outside.subscribeAsync(`${PREFIX}cmd/+/ack`);
    await outside.publishAsync(`${PREFIX}cmd/sync`, JSON.stringify({ id: 'kept', hb: 1 }), { qos: 1, retain: true });
    await using running = await startSmallStation(dir.path, { mqttUrl: broker.url });
    await expect.poll(() => answers, WAIT).toEqual([{ id: 'kept', ok: 0, code: 7 }]);
    expect(running.station.state).toBe('READY');
    await outside.endAsync();
  });

  test('whatever bytes come as an acknowledgement, the station lives and its job stays', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { simulatePlc: false });
    const { station } = running;
    const plc: MqttClient = await connectAsync(running.brokerUrl);
    let n = 0;
    const beat = () => plc.publish(`${PREFIX}plc/heartbeat`, JSON.stringify({ n: (n += 1), mode: 'auto' }));
    const beats = setInterval(beat, 500);
    beat();
    const { job } = await runMainJob(station, { release: null });
    await station.until(() => station.status().plc.isConnected, AbortSignal.timeout(20_000));
    await station.approve(job.id, { layoutSha256: job.layoutSha256 ?? '', by: 'ann' });
    await station.until(() => station.job?.state === 'released', AbortSignal.timeout(20_000));
    const nearly = fc.record({
      id: fc.oneof(fc.constant(job.id), fc.string()),
      seq: fc.oneof(fc.constant(1), fc.integer(), fc.double()),
      result: fc.oneof(fc.constantFrom('accepte', 'DONE', '', null), fc.string()),
      code: fc.oneof(fc.integer(), fc.constant('0')),
      cutCount: fc.option(fc.double()),
    });
    const foreign = fc.record({
      id: fc.constant('j0-other'),
      seq: fc.nat(),
      result: fc.constantFrom('done', 'accepted', 'rejected'),
      code: fc.nat(),
    });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 900 }).map((b) => Buffer.from(b)),
      fc.json().map((t) => Buffer.from(t)),
      nearly.map((m) => Buffer.from(JSON.stringify(m))),
      foreign.map((m) => Buffer.from(JSON.stringify(m))),
    );
    for (const payload of fc.sample(bytes, 300))
      for (const topic of ['job/ack', 'plc/heartbeat', 'cmd/sync'])
        await plc.publishAsync(PREFIX + topic, payload, { qos: 1 });
    await plc.publishAsync(
      `${PREFIX}job/ack`,
      JSON.stringify({ id: job.id, seq: 1, result: 'accepted', code: 0, more: 'keys' }),
      { qos: 1 },
    );
    await station.until(() => station.job?.state === 'accepted', AbortSignal.timeout(20_000));
    // Later results come before earlier ones: forward only, and the end stays the end.
    for (const [result, cutCount] of [
      ['started', 3],
      ['accepted', 0],
      ['started', 2],
      ['done', 12],
      ['started', 5],
      ['failed', 12],
    ] as const)
      await plc.publishAsync(`${PREFIX}job/ack`, JSON.stringify({ id: job.id, seq: 1, result, code: 0, cutCount }), {
        qos: 1,
      });
    await station.until(() => station.job?.state === 'done', AbortSignal.timeout(20_000));
    expect(station.job?.cutCount).toBe(12);
    expect((await running.store.events(job.id)).map((e) => e.kind).slice(-3)).toEqual([
      'plc accepted',
      'plc started',
      'plc done',
    ]);
    expect(station.publisher.counts.badMessageCount).toBeGreaterThan(100);
    clearInterval(beats);
    await plc.endAsync();
  });

  test('a PLC whose power fails anywhere still cuts the hide once', async () => {
    const points = ['beforeAccepted', 'afterAccepted', 'whileCutting', 'beforeDone', 'afterDone'] as const;
    await Promise.all(
      points.map(async (crashAt) => {
        await using dir = await temporaryDir();
        await using running = await startSmallStation(dir.path, { plc: { ...QUICK_PLC, crashAt } });
        const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
        expect(job, crashAt).toMatchObject({ state: 'done', cutCount: 12, seq: 1 });
        expect(running.plc?.cutJobs, crashAt).toEqual([job.id]);
        await expect.poll(() => running.plc?.memory[0]?.isClosed, WAIT).toBe(true);
      }),
    );
  });

  test('a broker that is not there is named, and in the daemon an alarm', async () => {
    await using dir = await temporaryDir();
    const mqttUrl = `mqtt://127.0.0.1:${await freePort()}`;
    await expect(startSmallStation(join(dir.path, 'run'), { mqttUrl, needsBroker: true })).rejects.toMatchObject({
      code: 'PUBLISH_BROKER_UNREACHABLE',
      fault: 'device',
      message: expect.stringContaining(mqttUrl),
    });
    await expect(startSmallStation(join(dir.path, 'run'), { mqttUrl: 'http://x' })).rejects.toMatchObject({
      code: 'PUBLISH_BAD_URL',
    });
    // A tenth of a second stands for five.
    const timers = { after: (ms: number, call: () => void) => SYSTEM_TIMERS.after(ms / 50, call) };
    await using running = await startSmallStation(join(dir.path, 'daemon'), { mqttUrl, timers });
    await running.station.until(
      () => running.station.status().alarms.some((a) => a.code === 'PUBLISH_BROKER_AWAY'),
      AbortSignal.timeout(20_000),
    );
    expect(running.station.status().broker.isConnected).toBe(false);
    const other = await startBroker({ port: 0 });
    await expect(
      startSmallStation(join(dir.path, 'second'), { settings: settingsAt(other.port) }),
    ).rejects.toMatchObject({ code: 'PUBLISH_PORT_IN_USE' });
    await other.close();
  });
});

const isLeftOut = (process.env['KERF_SKIP'] ?? '').split(',').includes('mosquitto');
describe.skipIf(isLeftOut)('on Mosquitto', () => {
  test('mosquitto_sub hears every message of a job', async () => {
    await using dir = await temporaryDir();
    const port = await freePort();
    await startMosquitto(join(dir.path, 'broker'), port);
    const heard = await subscribe(port, 'mosquitto_sub');
    await using running = await startSmallStation(join(dir.path, 'data'), {
      mqttUrl: `mqtt://127.0.0.1:${port}`,
      needsBroker: true,
      simulatePlc: true,
    });
    await jobIsHeard(heard, async () => (await runMainJob(running.station, { release: { by: 'demo' } })).job);
    await running.close();
    await expect
      .poll(() => heard.filter((m) => m.topic.endsWith('availability')).map((m) => m.payload), WAIT)
      .toEqual(['online', 'offline']);
  });

  test('user and password come from the environment variables that the settings name, and from nowhere else', async () => {
    await using dir = await temporaryDir();
    const port = await freePort();
    await startMosquitto(join(dir.path, 'broker'), port, { user: 'kerf', password: 'by-word' });
    const mqtt = { ...SMALL_SETTINGS.mqtt, userFrom: 'BENCH_USER', passwordFrom: 'BENCH_WORD' };
    const start = (environment: Record<string, string>) =>
      startSmallStation(join(dir.path, 'data'), {
        mqttUrl: `mqtt://127.0.0.1:${port}`,
        needsBroker: true,
        simulatePlc: true,
        settings: { ...SMALL_SETTINGS, mqtt },
        environment,
      });
    await expect(start({ BENCH_USER: 'kerf' })).rejects.toMatchObject({ code: 'PUBLISH_SECRET_MISSING' });
    await expect(start({ BENCH_USER: 'kerf', BENCH_WORD: 'wrong' })).rejects.toMatchObject({
      code: 'PUBLISH_BROKER_UNREACHABLE',
      message: expect.stringMatching(/not authorized/i),
    });
    await using running = await start({ BENCH_USER: 'kerf', BENCH_WORD: 'by-word' });
    expect((await runMainJob(running.station, { release: { by: 'demo' } })).job.state).toBe('done');
    expect(JSON.stringify(running.station.status())).not.toContain('by-word');
  });

  test('a station that dies is said to be offline by its last will', async () => {
    await using dir = await temporaryDir();
    const port = await freePort();
    await startMosquitto(join(dir.path, 'broker'), port);
    const heard = await subscribe(port, 'mosquitto_sub');
    const child = spawn(
      NODE,
      [CHILD, join(dir.path, 'data'), `mqtt://127.0.0.1:${port}`, 'station', 'nested: before files'],
      { stdio: 'ignore' },
    );
    started.push(child);
    await expect
      .poll(() => heard.filter((m) => m.topic.endsWith('availability')).map((m) => m.payload), WAIT)
      .toEqual(['online', 'offline']);
    await expect.poll(() => child.signalCode, WAIT).toBe('SIGKILL');
  });

  test("a broker's restart in the middle of a job loses nothing", async () => {
    await using dir = await temporaryDir();
    const port = await freePort();
    const url = `mqtt://127.0.0.1:${port}`;
    const first = await startMosquitto(join(dir.path, 'broker'), port);
    await using running = await startSmallStation(join(dir.path, 'data'), {
      mqttUrl: url,
      simulatePlc: true,
      plc: { ...QUICK_PLC, cutMs: 3000, progressCount: 12 },
      rooms: smallRooms(),
    });
    const { station } = running;
    const job = runMainJob(station, { release: { by: 'demo' } });
    await station.until(() => station.job?.state === 'cutting', AbortSignal.timeout(30_000));
    await ended(first, 'SIGTERM');
    await station.until(() => !station.status().broker.isConnected, AbortSignal.timeout(20_000));
    expect(station.job?.state).toBe('cutting');
    await startMosquitto(join(dir.path, 'broker'), port);
    const report = await job;
    expect(report.job).toMatchObject({ state: 'done', cutCount: 12, seq: 1 });
    expect(running.plc?.cutJobs).toEqual([report.job.id]);
    await expect.poll(() => running.plc?.memory[0]?.isClosed, WAIT).toBe(true);
    await expect.poll(async () => (await running.store.openOutbox()).length, WAIT).toBe(0);
    expect(station.publisher.counts.connectionCount).toBe(2);
  });
});
