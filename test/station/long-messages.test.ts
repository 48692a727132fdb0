import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { startSmallStation, temporaryDir } from './small-station.ts';

const P = 'kerf/v1/site/station/';

test('a PLC that pads its messages past 512 bytes gets an answer to each that is read; the rest is counted', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, { simulatePlc: false });
  const plc = await connectAsync(running.brokerUrl);
  const heard = new Set<string>();
  plc.on('message', (topic, payload) => heard.add(`${topic.slice(P.length)} ${payload.toString()}`));
  await plc.subscribeAsync([`${P}cmd/+/ack`, `${P}job/closed`], { qos: 1 });
  const say = (topic: string, message: object, pad: number) =>
    plc.publishAsync(P + topic, JSON.stringify({ ...message, pad: 'x'.repeat(pad) }), { qos: 1 });
  const refused = 'cmd/sync/ack {"id":"c1","ok":0,"code":11}';
  try {
    // What is said before the station hears commands is lost: they are kept for nobody.
    const hears = async () => {
      await say('cmd/sync', { id: 'c1', hb: 0 }, 600);
      return [...heard];
    };
    await expect.poll(hears, { timeout: 10_000 }).toEqual([refused]);
    const done = { id: 'elsewhere', seq: 77, result: 'done', code: 0, cutCount: 1 };
    await say('job/ack', done, 600);
    const closed = 'job/closed {"id":"elsewhere","seq":77,"result":"done"}';
    await expect.poll(() => [...heard], { timeout: 10_000 }).toEqual([refused, closed]);
    expect(running.station.publisher.counts.badMessageCount).toBe(0);
    await say('cmd/sync', { id: 'c2', hb: 0 }, 5000);
    await say('job/ack', done, 5000);
    await expect.poll(() => running.station.publisher.counts.badMessageCount, { timeout: 10_000 }).toBe(2);
    expect([...heard]).toEqual([refused, closed]);
  } finally {
    await plc.endAsync(true);
  }
});
