import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openMqttSession } from '#publish/mqtt-session.node.ts';

const LEAST_MS = 100;
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
