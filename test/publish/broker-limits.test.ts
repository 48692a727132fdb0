import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { generate } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { BrokerSessions, type JournalEntry } from '#publish/broker-sessions.ts';
import { startBroker, type Broker } from '#publish/broker.node.ts';
import type { KeepOptions } from '#publish/keep-sessions.node.ts';
import { PacketSizes } from '#publish/packet-sizes.ts';
import { overflowOf, QUEUE_LIMITS } from '#publish/queue-limits.ts';
import { UnnamedConnections } from '#publish/unnamed-connections.node.ts';
import { temporaryDir } from '../station/small-station.ts';
import { authority } from './certificates.node.ts';

const LIMITS = { messages: 5, bytes: 1_000_000, totalBytes: 10_000_000 };

function open(dir: string, queues: KeepOptions): Promise<Broker> {
  const journal = {
    path: join(dir, 'broker.journal'),
    nowMs: () => 0,
    onError: (cause: unknown) => {
      throw cause;
    },
  };
  return startBroker({ port: 0, journal, queues: { limits: LIMITS, ...queues } });
}

/** Subscribes with a session that is kept, and leaves. */
async function leaveSession(url: string, clientId: string): Promise<void> {
  const client = await connectAsync(url, { clientId, clean: false });
  await client.subscribeAsync('t', { qos: 1 });
  await client.endAsync();
}

async function comeBack(url: string, clientId: string, count: number): Promise<string[]> {
  const heard: string[] = [];
  const client = await connectAsync(url, { clientId, clean: false }, false).catch(() => null);
  expect(client).not.toBeNull();
  client?.on('message', (_topic, payload) => heard.push(payload.toString()));
  await expect.poll(() => heard.length, { timeout: 5000 }).toBeGreaterThanOrEqual(count);
  await client?.endAsync();
  return heard;
}

test('a client that stays away keeps its latest messages, the station all of its own; what goes is told', async () => {
  await using dir = await temporaryDir();
  const dropped: string[] = [];
  const came: string[] = [];
  const queues: KeepOptions = {
    own: new Set(['kerf-site-station']),
    onDropped: (client) => dropped.push(client),
    onClient: (client) => came.push(client),
  };
  const all = Array.from({ length: 12 }, (_, k) => String(k));
  {
    await using broker = await open(dir.path, queues);
    for (const id of ['away', 'kerf-site-station']) await leaveSession(broker.url, id);
    const speaker = await connectAsync(broker.url, { clientId: 'speaker' });
    for (const text of all) await speaker.publishAsync('t', text, { qos: 1 });
    await expect.poll(() => dropped.length).toBe(7);
    await speaker.endAsync();
  }
  // Out of the journal too, which the next broker begins with.
  await using broker = await open(dir.path, queues);
  expect(await comeBack(broker.url, 'kerf-site-station', 12)).toEqual(all);
  expect(await comeBack(broker.url, 'away', 5)).toEqual(all.slice(-5));
  expect(new Set(dropped)).toEqual(new Set(['away']));
  expect(dropped).toHaveLength(7);
  expect(came).toContain('away');
});

test('a journal of a broker without limits is cut to them when it is opened', async () => {
  await using dir = await temporaryDir();
  {
    await using broker = await open(dir.path, { limits: QUEUE_LIMITS });
    await leaveSession(broker.url, 'away');
    const speaker = await connectAsync(broker.url);
    for (let n = 0; n < 9; n += 1) await speaker.publishAsync('t', String(n), { qos: 1 });
    await speaker.endAsync();
  }
  const dropped: string[] = [];
  await using broker = await open(dir.path, { onDropped: (client) => dropped.push(client) });
  expect(dropped).toEqual(['away', 'away', 'away', 'away']);
  expect(await comeBack(broker.url, 'away', 5)).toEqual(['4', '5', '6', '7', '8']);
});

test('whatever is queued, no session and not all together are beyond the limits, and the bytes are counted right', () => {
  const limits = { messages: 4, bytes: 3000, totalBytes: 4000 };
  const client = fc.constantFrom('a', 'b', 'c', 'own');
  const out = fc.tuple(client, fc.nat(9), fc.nat(900)).map(([id, n, size]): JournalEntry => {
    const message = { topic: 't', qos: 1, payload: 'A'.repeat(size) };
    return { o: 'out', clients: [id], key: `x ${n}`, message };
  });
  const ack = fc.tuple(client, fc.nat(9)).map(([id, n]): JournalEntry => ({ o: 'ack', client: id, key: `x ${n}` }));
  const clean = client.map((id): JournalEntry => ({ o: 'clean', client: id }));
  const sub = client.map((id): JournalEntry => ({ o: 'sub', client: id, subs: [{ topic: 't', qos: 1 }] }));
  fc.assert(
    fc.property(fc.array(fc.oneof({ arbitrary: out, weight: 6 }, ack, clean, { arbitrary: sub, weight: 2 })), (all) => {
      const state = new BrokerSessions();
      for (const entry of all) {
        state.apply(entry);
        for (const { client: id, key } of overflowOf(state, limits, new Set(['own'])))
          state.apply({ o: 'ack', client: id, key });
        let total = 0;
        for (const [id, { queue, bytes }] of state.sessions) {
          const counted = [...queue.values()].reduce((sum, m) => sum + m.payload.length + m.topic.length + 200, 0);
          expect(bytes).toBe(counted);
          total += bytes;
          if (id === 'own') continue;
          expect(queue.size).toBeLessThanOrEqual(limits.messages);
          expect(bytes).toBeLessThanOrEqual(limits.bytes);
        }
        expect(state.bytes).toBe(total);
        expect(total - (state.sessions.get('own')?.bytes ?? 0)).toBeLessThanOrEqual(limits.totalBytes);
      }
    }),
    { numRuns: 200 },
  );
});

test('the lengths of packets are followed however their bytes are cut', () => {
  const packet = fc
    .nat(300)
    .map((size) =>
      generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(size), qos: 0, dup: false, retain: false }),
    );
  fc.assert(
    fc.property(fc.array(packet, { minLength: 1, maxLength: 8 }), fc.array(fc.nat(2000)), (packets, cuts) => {
      const bytes = Buffer.concat(packets);
      const longest = Math.max(...packets.map(({ length }) => length - (length > 129 ? 3 : 2)));
      const at = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
      const takesAll = (most: number) => {
        const sizes = new PacketSizes(most);
        return at.slice(1).every((end, i) => sizes.take(bytes.subarray(at[i], end)));
      };
      expect(takesAll(longest)).toBe(true);
      expect(takesAll(longest - 1)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test('two hundred connections are enough: those beyond are ended, whoever is in goes on', async () => {
  await using broker = await startBroker({ port: 0 });
  const calm = await connectAsync(broker.url);
  let endedCount = 0;
  const sockets: Socket[] = [];
  for (let k = 0; k < 210; k += 1) {
    const socket = createConnection(broker.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => undefined);
    const answered = new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    socket.on('close', () => (endedCount += 1));
    socket.write(generate({ cmd: 'connect', clientId: `c${k}`, clean: true, keepalive: 0, protocolVersion: 4 }));
    if (k % 20 === 0) await answered;
  }
  await expect.poll(() => endedCount, { timeout: 10_000 }).toBe(11);
  await calm.publishAsync('t', 'still here', { qos: 1 });
  for (const socket of sockets) socket.destroy();
  await calm.endAsync();
});

test.each(['bare', 'over TLS'])('who connects and says nothing keeps nobody out, %s', async (how) => {
  const { key, cert } = authority('Kerf test').signs('broker');
  await using broker = await startBroker({
    port: 0,
    ...(how === 'bare' ? {} : { tls: { key: Buffer.from(key), cert: Buffer.from(cert) } }),
  });
  const url = `${how === 'bare' ? 'mqtt' : 'mqtts'}://127.0.0.1:${broker.port}`;
  const calm = await connectAsync(url, { rejectUnauthorized: false });
  let endedCount = 0;
  const sockets = Array.from({ length: 400 }, () => {
    const socket = createConnection(broker.port, '127.0.0.1');
    socket.on('error', () => undefined);
    return socket.on('close', () => (endedCount += 1));
  });
  await expect.poll(() => endedCount, { timeout: 10_000 }).toBeGreaterThanOrEqual(400 - 64);
  const late = await connectAsync(url, { reconnectPeriod: 0, connectTimeout: 5000, rejectUnauthorized: false });
  await late.publishAsync('t', 'in', { qos: 1 });
  await calm.publishAsync('t', 'still here', { qos: 1 });
  for (const socket of sockets) socket.destroy();
  await Promise.all([late.endAsync(), calm.endAsync()]);
});

test('the address with most silent connections loses its eldest, whoever else comes keeps hers', () => {
  const gone: string[] = [];
  const connections = new UnnamedConnections(4);
  const come = (remoteAddress: string, remotePort: number) =>
    connections.add({
      ...{ remoteAddress, remotePort, once: () => undefined },
      destroy: () => gone.push(`${remoteAddress}:${remotePort}`),
    } as unknown as Socket);
  come('plc', 1);
  for (const port of [1, 2, 3, 4, 5]) come('flood', port);
  expect(gone).toEqual(['flood:1', 'flood:2']);
  connections.named('flood', 3);
  come('plc', 2);
  come('plc', 3);
  expect(gone).toEqual(['flood:1', 'flood:2', 'plc:1']);
});

test('a packet of more than a megabyte is not even read: its connection ends, others go on', async () => {
  await using broker = await startBroker({ port: 0 });
  const calm = await connectAsync(broker.url);
  const socket = createConnection(broker.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write(generate({ cmd: 'connect', clientId: 'large', clean: true, keepalive: 0, protocolVersion: 4 }));
  // The head of a publish of 200 MB.
  socket.write(Buffer.from([0x30, 0x80, 0x84, 0xaf, 0x5f]));
  await closed;
  const heard = new Promise<string>((resolve) =>
    calm.once('message', (_topic, payload) => resolve(payload.toString())),
  );
  await calm.subscribeAsync('t', { qos: 1 });
  await calm.publishAsync('t', 'a'.repeat(900_000), { qos: 1 });
  expect(await heard).toHaveLength(900_000);
  await calm.endAsync();
});
