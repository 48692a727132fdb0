import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connectAsync } from 'mqtt';
import { startMosquitto } from '../../src/cli/bench/mosquitto.ts';
import { startBroker } from '#publish/broker.node.ts';
import { openMqttSession } from '#publish/mqtt-session.node.ts';
import { SYSTEM_RANDOM } from '#station/system.node.ts';
import { freePort } from '../station/free-port.ts';
import { temporaryDir } from '../station/small-station.ts';
import { hasMosquitto } from './has-mosquitto.ts';

const LEAST_MS = 100;
const HAS_MOSQUITTO = hasMosquitto();
const CONNACK = Buffer.from([0x20, 2, 0, 0]);

test('a lost connection is tried again after one to three times the least, another time each outage', async () => {
  // As chance gives them; what was asked for last decides the next outage.
  const chances = [0, 1, 0, 1, 0, 1];
  let asked = 0;
  const comings: number[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      comings.push(performance.now());
      // Let in, then the broker is gone again.
      socket.end(CONNACK);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = openMqttSession({
    ...{
      url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientId: 'c',
      isKept: true,
      subscribe: [],
    },
    onMessage: () => Promise.resolve(),
    onConnection: () => undefined,
    onError: () => undefined,
    random: () => chances[(asked += 1) % chances.length] ?? 0,
    reconnectMs: LEAST_MS,
  });
  await expect.poll(() => comings.length, { timeout: 30_000, interval: 20 }).toBeGreaterThan(6);
  await session.close();
  server.close();
  const gaps = comings.slice(1, 7).map((at, k) => at - comings[k]!);
  // The first chance is spent on the settings, the next on the first connection.
  const [short, long] = [0, 1].map((parity) => gaps.filter((_, k) => k % 2 === parity));
  expect(Math.min(...gaps)).toBeGreaterThan(0.9 * LEAST_MS);
  expect(Math.min(...(short ?? []))).toBeLessThan(2.5 * LEAST_MS);
  for (const gap of long ?? []) expect(gap).toBeGreaterThan(2.9 * LEAST_MS);
});

test.for([
  ['the embedded broker', '3.1.1'],
  ['Mosquitto', '3.1.1'],
  ['Mosquitto', '5'],
] as const)(
  'what cannot be taken now keeps the connection, and its PUBACK is said once it is taken: %s, MQTT %s',
  async ([broker, version], { skip }) => {
    if (broker === 'Mosquitto' && !HAS_MOSQUITTO) return skip();
    await using dir = await temporaryDir();
    await using mosquitto =
      broker === 'Mosquitto' ? await startMosquitto({ dir: dir.path, port: await freePort() }) : null;
    await using embedded = mosquitto ? null : await startBroker({ port: 0 });
    const url = embedded?.url ?? `mqtt://127.0.0.1:${mosquitto?.port}`;
    let refuses = true;
    const taken: string[] = [];
    const connections: boolean[] = [];
    const open = () =>
      openMqttSession({
        ...{ url, version, clientId: 'station', isKept: true, subscribe: ['ack', 'beat'], random: SYSTEM_RANDOM },
        ...{ reconnectMs: 50, retryMs: 50 },
        async onMessage(topic, payload) {
          await Promise.resolve();
          if (refuses && topic === 'ack') throw new Error('full');
          taken.push(`${topic} ${String(Buffer.from(payload))}`);
        },
        onConnection: (isConnected) => connections.push(isConnected),
        onError: () => undefined,
      });
    const session = open();
    await expect.poll(() => connections).toEqual([true]);
    const plc = await connectAsync(url, { clientId: 'plc' });
    for (const n of ['1', '2', '3']) await plc.publishAsync('ack', n, { qos: 1 });
    await plc.publishAsync('beat', '1', { qos: 0 });
    // Others go on meanwhile.
    await expect.poll(() => taken).toEqual(['beat 1']);
    refuses = false;
    await expect.poll(() => taken, { timeout: 5000 }).toEqual(['beat 1', 'ack 1', 'ack 2', 'ack 3']);
    await plc.publishAsync('ack', '4', { qos: 1 });
    await expect.poll(() => taken).toHaveLength(5);
    expect(connections).toEqual([true]);
    await session.close();
    // Nothing is owed to the session any more.
    const again = open();
    await plc.publishAsync('ack', '5', { qos: 1 });
    await expect.poll(() => taken.slice(4), { timeout: 5000 }).toEqual(['ack 4', 'ack 5']);
    await again.close();
    await plc.endAsync();
  },
);
