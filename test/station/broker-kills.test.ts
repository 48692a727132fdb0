import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import { openDatabase } from '#store/database.node.ts';
import { freePort } from './free-port.ts';
import { temporaryDir } from './small-station.ts';
import { startChild } from './start-child.ts';

const EVENT_COUNT = 1000;
const AT = '2026-11-22T20:00:00.000Z';
const TOPIC = 'kerf/v1/site/station/drill';

/** Another's client with a kept session. */
async function listen(port: number, clientId: string, heard: number[]): Promise<MqttClient> {
  const client = connect(`mqtt://127.0.0.1:${port}`, { clientId, clean: false, reconnectPeriod: 50 });
  client.on('message', (_topic, payload) => heard.push(Number(payload.toString())));
  // The station that was killed took the connection with it.
  client.on('error', () => undefined);
  await new Promise<void>((resolve) => void client.once('connect', () => resolve()));
  return client;
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !isSo() && Date.now() < end;) await sleep(5);
}

test('a station killed with its own broker amid 1,000 events loses none for who has a kept session, here or away', async () => {
  await using dir = await temporaryDir();
  const port = await freePort();
  const start = async () => {
    const child = startChild('broker-child.ts', [dir.path, String(port)]);
    expect(await child.says('ready'), child.errors()).toBe(true);
    return child;
  };
  const here: number[] = [];
  const away: number[] = [];
  let child = await start();
  const stays = await listen(port, 'stays', here);
  const leaves = await listen(port, 'leaves', away);
  try {
    await Promise.all([stays, leaves].map((client) => client.subscribeAsync(TOPIC, { qos: 1 })));
    await leaves.endAsync();
    await child.kill();
    const store = openDatabase(dir.path);
    for (let first = 0; first < EVENT_COUNT; first += 250)
      store.commitAlarm({
        alarm: {
          ...{ id: `drill${first}`, code: 'DRILL', severity: 4, isActive: false, isAcknowledged: true, n: 1 },
          ...{ job: null, details: {}, raisedAt: AT, clearedAt: AT },
        },
        outbox: Array.from({ length: 250 }, (_, k) => ({
          ...{ job: null, topic: 'drill', payload: String(first + k), endsWith: 'puback' as const },
        })),
      });
    store.close();
    for (const share of [0.1, 0.35, 0.6, 0.85]) {
      child = await start();
      await until(() => new Set(here).size > share * EVENT_COUNT);
      expect(await child.kill()).toBe(true);
    }
    child = await start();
    await until(() => new Set(here).size >= EVENT_COUNT);
    const back = await listen(port, 'leaves', away);
    await until(() => new Set(away).size >= EVENT_COUNT);
    await back.endAsync();
    console.log(`heard ${here.length} here and ${away.length} away of ${EVENT_COUNT} events over 4 kills`);
    const all = Array.from({ length: EVENT_COUNT }, (_, k) => k);
    const missing = (heard: readonly number[]) => all.filter((id) => !heard.includes(id));
    expect(missing(here)).toEqual([]);
    expect(missing(away)).toEqual([]);
    // In order, after removal of equal ones.
    expect([...new Set(away)]).toEqual(all);
  } finally {
    await stays.endAsync(true);
    await child.kill();
  }
});
