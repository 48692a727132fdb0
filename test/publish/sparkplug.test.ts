import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startMosquitto, type Mosquitto } from '../../src/cli/bench/mosquitto.ts';
import { startBroker, type Broker } from '#publish/broker.node.ts';
import { decodeSparkplug, encodeSparkplug, SPARKPLUG_TYPES, type SparkplugPayload } from '#publish/sparkplug-codec.ts';
import { METRICS } from '#publish/sparkplug-metrics.ts';
import { SparkplugNode, type SparkplugNodeOptions } from '#publish/sparkplug-node.node.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';
import { hasMosquitto } from './has-mosquitto.ts';
import { freePort } from '../station/free-port.ts';
import { temporaryDir, type TemporaryDir } from '../station/small-station.ts';

/** A reader that nobody here wrote: Eclipse Tahu's, as npm has it. */
interface Outside {
  decodePayload(bytes: Uint8Array): {
    timestamp: { toNumber(): number };
    seq?: { toNumber(): number };
    metrics?: { name?: string; alias?: { toNumber(): number }; timestamp?: unknown; type: string; value: unknown }[];
  };
  encodePayload(payload: object): Uint8Array;
}
const tahu = (createRequire(import.meta.url)('sparkplug-payload') as { get(namespace: string): Outside }).get(
  'spBv1.0',
);
const plain = (value: unknown) =>
  typeof value === 'object' && value !== null && 'toNumber' in value
    ? (value as { toNumber(): number }).toNumber()
    : value;

const PREFIX = 'kerf/v1/site/station/';
const WAIT = { timeout: 15_000, interval: 15 };
const T = '2026-11-22T15:00:00.000Z';

interface Heard {
  readonly verb: string;
  readonly topic: string;
  readonly payload: SparkplugPayload;
  readonly bytes: Buffer;
  readonly qos: number;
  readonly retain: boolean;
}

let broker: Broker;
let ear: MqttClient;
let heard: Heard[] = [];
const nodes: SparkplugNode[] = [];

async function listen(url: string): Promise<void> {
  ear = await connectAsync(url, { reconnectPeriod: 20 });
  ear.on('message', (topic, bytes, { qos, retain }) => {
    const payload = decodeSparkplug(bytes);
    heard.push({ verb: topic.split('/')[2] ?? '', topic, payload: payload!, bytes, qos, retain });
  });
  await ear.subscribeAsync('spBv1.0/site/#', { qos: 1 });
}
beforeEach(async () => {
  heard = [];
  broker = await startBroker({ port: 0 });
  await listen(broker.url);
});
afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
  await ear.endAsync(true);
  await broker.close();
});

function open(more: Partial<SparkplugNodeOptions> = {}): SparkplugNode {
  const node = new SparkplugNode({
    ...{ url: broker.url, site: 'site', station: 'station', primaryHost: null, timers: SYSTEM_TIMERS },
    ...{ nowMs: () => Date.now(), random: () => 0, onError: () => undefined, reconnectMs: 50 },
    ...more,
  });
  nodes.push(node);
  return node;
}

const verbs = () => heard.map((m) => m.verb + (m.topic.split('/').length > 4 ? ` ${m.topic.split('/')[4]}` : ''));
const says = (topic: string, message: object, retain = false) =>
  ear.publishAsync(PREFIX + topic, JSON.stringify(message), { qos: 1, retain });
const state = (n: number, s = 'READY') => says('state', { s, job: '', seq: 0, n, t: T }, true);
const metric = (payload: SparkplugPayload | undefined, name: string) => {
  const alias = METRICS.find((m) => m.name === name)?.alias;
  return payload?.metrics.find((m) => m.name === name || (alias !== undefined && m.alias === alias));
};
const until = (count: number, verb: string) =>
  expect.poll(() => verbs().filter((v) => v === verb).length, WAIT).toBeGreaterThanOrEqual(count);
const ncmd = (name: string, value: unknown, retain = false) =>
  ear.publishAsync(
    'spBv1.0/site/NCMD/station',
    Buffer.from(tahu.encodePayload({ timestamp: Date.now(), metrics: [{ name, type: 'Boolean', value }] })),
    { qos: 0, retain },
  );

describe('the payload', () => {
  test('is read by Eclipse Tahu as it was written, and by us as Tahu wrote it', () => {
    const anyMetric = fc.oneof(
      fc.record({ type: fc.constant('Int32' as const), value: fc.nat() }),
      fc.record({ type: fc.constant('Int64' as const), value: fc.maxSafeNat() }),
      fc.record({ type: fc.constant('Boolean' as const), value: fc.boolean() }),
      fc.record({
        type: fc.constant('String' as const),
        value: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null)),
      }),
    );
    const named = fc.record({ name: fc.string({ minLength: 1 }), alias: fc.nat(), timestamp: fc.maxSafeNat() });
    const payload = fc.record({
      timestamp: fc.maxSafeNat(),
      seq: fc.nat(255),
      metrics: fc.array(fc.tuple(named, anyMetric).map(([a, b]) => ({ ...a, ...b }))),
    });
    fc.assert(
      fc.property(payload, (message) => {
        const bytes = encodeSparkplug(message);
        const read = tahu.decodePayload(bytes);
        expect(plain(read.timestamp)).toBe(message.timestamp);
        expect(plain(read.seq)).toBe(message.seq);
        expect(
          (read.metrics ?? []).map((m) => [m.name, plain(m.alias), plain(m.timestamp), m.type, plain(m.value)]),
        ).toEqual(message.metrics.map((m) => [m.name, m.alias, m.timestamp, m.type, m.value]));
        expect(decodeSparkplug(bytes)).toEqual(message);
        expect(decodeSparkplug(tahu.encodePayload(message))).toEqual(message);
      }),
    );
    expect(Object.values(SPARKPLUG_TYPES)).toEqual([3, 4, 11, 12]);
  });

  test('may be any bytes: it is read or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodeSparkplug(bytes);
      }),
      { numRuns: 10_000 },
    );
    expect(decodeSparkplug(Uint8Array.from([0x12, 0xff, 0xff, 0xff, 0xff, 0x0f]))).toBeNull();
  });
});

describe('an edge node', () => {
  test('is born with every metric, then its devices, and then says only what changed, by alias', async () => {
    await state(1);
    await says(
      'sheet',
      { job: 'j1', seq: 1, sheet: 's', outlineCm2: 8000, usableCm2: 7000, defectCount: 2, t: T },
      true,
    );
    open();
    await until(1, 'DBIRTH camera-1');
    await state(2, 'SCANNING');
    await until(1, 'NDATA');
    await state(2, 'SCANNING');
    await says('plc/heartbeat', { n: 1, mode: 'auto' });
    await until(1, 'DBIRTH cutter');
    await says('job/ack', { id: 'j1', seq: 1, result: 'started', code: 0, cutCount: 3 });
    await until(1, 'DDATA cutter');
    const [birth] = heard;
    expect(verbs()[0]).toBe('NBIRTH');
    expect(birth).toMatchObject({ topic: 'spBv1.0/site/NBIRTH/station', qos: 0, retain: false });
    expect(birth?.payload.seq).toBe(0);
    // The births are read by Tahu too: names, aliases, types, times, values or an honest null.
    for (const m of heard.filter((h) => h.verb.endsWith('BIRTH'))) {
      const device = m.topic.split('/')[4] ?? null;
      const read = tahu.decodePayload(m.bytes).metrics ?? [];
      const own = METRICS.filter((plan) => plan.device === device);
      expect(read.filter((r) => r.alias).map((r) => [r.name, plain(r.alias), r.type])).toEqual(
        own.map((plan) => [plan.name, plan.alias, plan.type]),
      );
      expect(read.every((r) => Number(plain(r.timestamp)) > 1.7e12)).toBe(true);
    }
    expect(metric(birth?.payload, 'bdSeq')).toMatchObject({ type: 'Int64', value: 0 });
    expect(metric(birth?.payload, 'Node Control/Rebirth')).toMatchObject({ type: 'Boolean', value: false });
    expect(metric(birth?.payload, 'Node Control/Rebirth')?.alias).toBeUndefined();
    const data = heard.filter((m) => m.verb.endsWith('DATA'));
    expect(
      data.every((m) => m.payload.metrics.every((v) => v.name === undefined && v.type === undefined && v.alias! > 0)),
    ).toBe(true);
    // Retained values may come before the birth or after it, as data; each once.
    const known = heard.flatMap((m) => m.payload.metrics.filter((v) => v.alias === 19).map((v) => v.value));
    expect(known.at(-1)).toBe(2);
    const scanning = data.filter((m) => metric(m.payload, 'State')?.value === 'SCANNING');
    expect(scanning).toHaveLength(1);
    expect(scanning[0]?.payload.metrics).toHaveLength(2);
    expect(heard.map((m) => m.payload.seq)).toEqual(heard.map((_, i) => i));
    expect(heard.every((m) => m.qos === 0 && !m.retain)).toBe(true);
    expect(new Set(METRICS.map((m) => m.alias)).size).toBe(METRICS.length);
    const names = METRICS.map((m) => `${m.device ?? ''}/${m.name}`.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  test('counts to 255 and begins anew at 0', async () => {
    open();
    await until(1, 'DBIRTH camera-1');
    for (let n = 1; n <= 300; n += 1) await state(n);
    await until(290, 'NDATA');
    const seqs = heard.map((m) => m.payload.seq);
    expect(seqs).toEqual(seqs.map((_, i) => i % 256));
    expect(seqs).toContain(255);
  });

  test('is born again when a host asks, with the same bdSeq and seq 0; other commands change nothing', async () => {
    open();
    await until(1, 'DBIRTH camera-1');
    await ncmd('Node Control/Rebirth', false);
    await ncmd('State', true);
    await ear.publishAsync('spBv1.0/site/NCMD/station', 'no protobuf at all');
    await ear.publishAsync('spBv1.0/site/DCMD/station/camera-1', 'x');
    await ncmd('Node Control/Rebirth', true);
    await until(2, 'NBIRTH');
    await until(2, 'DBIRTH camera-1');
    const births = heard.filter((m) => m.verb === 'NBIRTH').map((m) => m.payload);
    expect(births.map((p) => [p.seq, metric(p, 'bdSeq')?.value])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    await ncmd('Node Control/Rebirth', true, true);
    nodes[0]?.close().catch(() => undefined);
    await until(1, 'NDEATH');
    open();
    await until(3, 'NBIRTH');
    await state(9);
    await until(1, 'NDATA');
    expect(heard.filter((m) => m.verb === 'NBIRTH')).toHaveLength(3);
  });

  test('says its own death before it leaves, and its will says the same when it cannot', async () => {
    const node = open();
    await until(1, 'NBIRTH');
    await node.close();
    await until(1, 'NDEATH');
    const death = heard.find((m) => m.verb === 'NDEATH');
    expect(death?.topic).toBe('spBv1.0/site/NDEATH/station');
    expect(death?.payload.seq).toBeUndefined();
    expect(death?.payload.metrics).toMatchObject([{ name: 'bdSeq', type: 'Int64', value: 0 }]);
    expect(death?.retain).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard.filter((m) => m.verb === 'NDEATH')).toHaveLength(1);
  });

  test('tells the death of the cutter that is silent, and its birth when it is heard again', async () => {
    const timers = { after: (ms: number, call: () => void) => SYSTEM_TIMERS.after(ms / 30, call) };
    open({ timers });
    await until(1, 'DBIRTH camera-1');
    await says('plc/heartbeat', { n: 1, mode: 'auto' });
    await until(1, 'DBIRTH cutter');
    await until(1, 'DDEATH cutter');
    await says('job/ack', { id: 'j1', seq: 1, result: 'done', code: 0 });
    await says('plc/heartbeat', { n: 2, mode: 'auto' });
    await until(2, 'DBIRTH cutter');
    expect(verbs()).not.toContain('DDATA cutter');
    const birth = heard.filter((m) => m.topic.endsWith('DBIRTH/station/cutter')).at(-1);
    expect(metric(birth?.payload, 'Result')?.value).toBe('done');
    const seqs = heard.map((m) => m.payload.seq);
    expect(seqs).toEqual(seqs.map((_, i) => i));
  });
});

describe('the first packets', () => {
  for (const version of ['3.1.1', '5'] as const)
    test(`have a clean session, a will of QoS 1 that is not retained, and commands at QoS 1 (MQTT ${version})`, async () => {
      let connected = Buffer.alloc(0);
      let subscribed = Buffer.alloc(0);
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.on('data', (chunk) => {
          if (chunk[0] === 0x10) {
            connected = chunk;
            socket.write(version === '5' ? Buffer.from([0x20, 3, 0, 0, 0]) : Buffer.from([0x20, 2, 0, 0]));
          } else if (chunk[0] === 0x82) subscribed = chunk;
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      open({ url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`, version });
      const asked = Buffer.concat([Buffer.from('spBv1.0/site/NCMD/station'), Buffer.from([1])]);
      await expect.poll(() => subscribed.includes(asked), WAIT).toBe(true);
      const at = connected.indexOf('MQTT') + 4;
      expect(connected[at]).toBe(version === '5' ? 5 : 4);
      const flags = connected[at + 1] ?? 0;
      expect({ clean: flags & 2, will: flags & 4, willQos: (flags >> 3) & 3, willRetain: flags & 32 }).toEqual({
        clean: 2,
        will: 4,
        willQos: 1,
        willRetain: 0,
      });
      expect(connected.includes('spBv1.0/site/NDEATH/station')).toBe(true);
      // Session expiry interval 0, said or left out: then the session ends with the connection.
      const properties = connected.subarray(at + 5, at + 5 + (connected[at + 4] ?? 0));
      if (version === '5') expect([...properties]).toEqual([0x11, 0, 0, 0, 0]);
      for (const node of nodes.splice(0)) void node.close().catch(() => undefined);
      server.close();
    });
});

describe('with a primary host', () => {
  const host = (online: boolean, timestamp: number, id = 'scada') =>
    ear.publishAsync(`spBv1.0/STATE/${id}`, JSON.stringify({ online, timestamp }), { qos: 1, retain: true });

  test('the births wait for it, deaths follow it, and an old word of it is not believed', async () => {
    await host(false, 1000);
    const node = open({ primaryHost: 'scada' });
    await host(true, 2000, 'another');
    await state(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(verbs()).toEqual([]);
    await host(true, 2000);
    await until(1, 'DBIRTH camera-1');
    await host(false, 1500);
    await state(2);
    await until(1, 'NDATA');
    expect(node.isBorn).toBe(true);
    await host(false, 3000);
    await until(1, 'NDEATH');
    await state(3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(node.isBorn).toBe(false);
    await host(true, 4000);
    await until(2, 'NBIRTH');
    const deaths = heard.filter((m) => m.verb === 'NDEATH').map((m) => metric(m.payload, 'bdSeq')?.value);
    const births = heard.filter((m) => m.verb === 'NBIRTH').map((m) => metric(m.payload, 'bdSeq')?.value);
    expect(deaths).toEqual([0]);
    // A new connection, so a new bdSeq; the state as it is by now.
    expect(births).toEqual([0, 1]);
    expect(
      heard
        .filter((m) => m.verb === 'NBIRTH')
        .map((m) => metric(m.payload, 'State Count')?.value)
        .at(-1),
    ).toBe(3);
  });
});

describe('on Mosquitto', () => {
  let dir: TemporaryDir;
  let mosquitto: Mosquitto;
  beforeEach(async () => {
    if (!hasMosquitto()) return;
    dir = await temporaryDir();
    mosquitto = await startMosquitto({ dir: join(dir.path, 'broker'), port: await freePort() });
  });
  afterEach(async () => {
    if (!hasMosquitto()) return;
    await mosquitto.stop('SIGKILL');
    await dir[Symbol.asyncDispose]();
  });

  for (const version of ['3.1.1', '5'] as const)
    test.runIf(hasMosquitto())(
      `the will has the bdSeq of the birth, one more a connection (MQTT ${version})`,
      async () => {
        await ear.endAsync(true);
        const url = `mqtt://127.0.0.1:${mosquitto.port}`;
        await listen(url);
        // Births have QoS 0: who listens must be back before the edge node is.
        open({ url, version, reconnectMs: 700 });
        await until(1, 'NBIRTH');
        for (let restart = 1; restart <= 2; restart += 1) {
          await mosquitto.restart();
          await until(1 + restart, 'NBIRTH');
        }
        // Another client with the same id throws it out: the broker says its will.
        const thief = await connectAsync(url, { clientId: 'sparkplug-site-station', reconnectPeriod: 0 });
        await until(1, 'NDEATH');
        await thief.endAsync(true);
        await until(4, 'NBIRTH');
        const bdSeqs = heard
          .filter((m) => m.verb === 'NBIRTH' || m.verb === 'NDEATH')
          .map((m) => [m.verb, metric(m.payload, 'bdSeq')?.value]);
        const last = Number(bdSeqs.at(-1)?.[1]);
        expect(bdSeqs.slice(-2)).toEqual([
          ['NDEATH', last - 1],
          ['NBIRTH', last],
        ]);
        const births = bdSeqs.filter(([verb]) => verb === 'NBIRTH').map(([, bdSeq]) => bdSeq);
        expect(births).toEqual([0, 1, 2, 3]);
      },
    );

  test.runIf(hasMosquitto())(
    'leaves with its death in its own words, and on MQTT 5 by the reason that says its will too',
    async () => {
      await ear.endAsync(true);
      const url = `mqtt://127.0.0.1:${mosquitto.port}`;
      await listen(url);
      const deathsOf = async (version: '3.1.1' | '5') => {
        heard = [];
        const node = open({ url, version });
        await until(1, 'NBIRTH');
        await node.close();
        // What the broker says comes before what is said after it.
        await ear.publishAsync('spBv1.0/site/NDATA/other', Buffer.from(encodeSparkplug({ timestamp: 0, metrics: [] })));
        await until(1, 'NDATA');
        return heard.filter((m) => m.verb === 'NDEATH').map((m) => metric(m.payload, 'bdSeq')?.value);
      };
      expect(await deathsOf('3.1.1')).toEqual([0]);
      expect(await deathsOf('5')).toEqual([0, 0]);
    },
  );
});
