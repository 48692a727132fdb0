import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { ownClientIds, stationClientId, topicPrefix } from '#publish/topics.ts';
import { topicRules } from '#publish/topic-rules.ts';
import { temporaryDir } from '../station/small-station.ts';

const SITE = 's1';
const STATION = 't1';
const P = topicPrefix(SITE, STATION);
const account = (name: string, role: 'plc' | 'panel' | 'observer') => ({ name, role, password: `${name}-word` });

function brokerIn(dir: string) {
  return startBroker({
    port: 0,
    accounts: [account('cutter', 'plc'), account('buttons', 'panel'), account('eye', 'observer')],
    rules: topicRules(SITE, STATION),
    ownIds: ownClientIds(SITE, STATION),
    journal: { path: join(dir, 'broker.journal'), nowMs: () => Date.now(), onError: () => undefined },
  });
}

function come(url: string, name: string, clientId: string, clean = false, password = `${name}-word`) {
  return connectAsync(url, { username: name, password, clientId, clean, reconnectPeriod: 0 });
}

async function untilGone(client: MqttClient): Promise<void> {
  await client.endAsync();
}

test('nobody takes the connection or the session of another account by its client id', async () => {
  await using dir = await temporaryDir();
  await using broker = await brokerIn(dir.path);
  const { url, logins } = broker;
  const ownId = stationClientId(SITE, STATION);
  const station = await come(url, logins?.station.user ?? '', ownId, false, logins?.station.password);
  await station.subscribeAsync(`${P}job/ack`, { qos: 1 });
  // While it is here, and while it is away with a session that is kept for it.
  for (const isHere of [true, false]) {
    if (!isHere) await untilGone(station);
    for (const name of ['eye', 'buttons', 'cutter'])
      await expect(come(url, name, ownId), `${name} ${isHere}`).rejects.toMatchObject({ code: 2 });
    if (isHere) expect(station.connected).toBe(true);
  }
  const cutter = await come(url, 'cutter', 'plc-7');
  await cutter.subscribeAsync(`${P}job/released`, { qos: 1 });
  await expect(come(url, 'eye', 'plc-7')).rejects.toMatchObject({ code: 2 });
  expect(cutter.connected).toBe(true);
  await untilGone(cutter);
  await expect(come(url, 'eye', 'plc-7')).rejects.toMatchObject({ code: 2 });
  // Its own account comes back to it, also before the broker knows that the first connection is dead.
  const again = await come(url, 'cutter', 'plc-7');
  const third = await come(url, 'cutter', 'plc-7');
  expect(third.connected).toBe(true);
  await untilGone(third);
  // A session that is not kept is nobody's when it has ended.
  await untilGone(await come(url, 'buttons', 'panel-1', true));
  await untilGone(await come(url, 'eye', 'panel-1', true));
  await again.endAsync(true);
});

test('the rules hold for a will as for any other message', async () => {
  await using dir = await temporaryDir();
  await using broker = await brokerIn(dir.path);
  const heard: string[] = [];
  const cutter = await come(broker.url, 'cutter', 'plc-7');
  cutter.on('message', (topic) => heard.push(topic));
  await cutter.subscribeAsync(`${P}#`, { qos: 1 });
  for (const topic of [`${P}job/ack`, `${P}plc/heartbeat`, `${P}availability`, `${P}cmd/scan`]) {
    const eye = await connectAsync(broker.url, {
      ...{ username: 'eye', password: 'eye-word', clientId: `will-${topic.length}`, reconnectPeriod: 0 },
      will: { topic, payload: Buffer.from('{}'), qos: 1, retain: true },
    });
    // Without a word of goodbye the broker says the will.
    eye.stream.destroy();
    await expect.poll(() => eye.connected).toBe(false);
  }
  await cutter.publishAsync(`${P}cmd/sync`, '{}', { qos: 1 });
  await expect.poll(() => heard).toContain(`${P}cmd/sync`);
  expect(heard).toEqual([`${P}cmd/sync`]);
  await cutter.endAsync(true);
});

test('what others than the station say is never kept as a topic’s latest', async () => {
  await using dir = await temporaryDir();
  await using broker = await brokerIn(dir.path);
  const { url, logins } = broker;
  const panel = await come(url, 'buttons', 'panel-1', true);
  const station = await come(url, logins?.station.user ?? '', 'own', true, logins?.station.password);
  for (let k = 0; k < 20; k += 1) await panel.publishAsync(`${P}cmd/x${k}`, 'late', { qos: 1, retain: true });
  await station.publishAsync(`${P}state`, 'READY', { qos: 1, retain: true });
  const heard: string[] = [];
  const eye = await come(url, 'eye', 'eye-1', true);
  eye.on('message', (topic, payload, { retain }) =>
    heard.push(`${topic.slice(P.length)} ${String(payload)} ${retain}`),
  );
  await eye.subscribeAsync(`${P}#`, { qos: 1 });
  await panel.publishAsync(`${P}cmd/sync`, 'now', { qos: 1, retain: true });
  await expect.poll(() => heard).toContain('cmd/sync now false');
  expect(heard).toEqual(['state READY true', 'cmd/sync now false']);
  await Promise.all([panel, station, eye].map((client) => client.endAsync()));
});
