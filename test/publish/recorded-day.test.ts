import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { WIRE_CHANNELS, wireSchema } from '#publish/asyncapi.ts';
import { startBroker } from '#publish/broker.node.ts';
import { dayLines, replayDay } from '#publish/recorded-day.node.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';

const FILE = join(import.meta.dirname, '../../docs/plc/day.jsonl');

test('the recorded day holds jobs that are done, paused, powered off and cancelled, and fits the contract', async () => {
  const lines = dayLines(await readFile(FILE, 'utf8'), 'day.jsonl');
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const channels = WIRE_CHANNELS.map((one) => ({
    at: new RegExp(`^${one.topic.replace('{verb}', '[A-Za-z]+')}$`),
    isFitting: ajv.compile(wireSchema(one)),
  }));
  for (const { topic, payload } of lines) {
    const channel = channels.find(({ at }) => at.test(topic));
    expect(channel, topic).toBeDefined();
    expect(channel?.isFitting(topic === 'availability' ? payload : JSON.parse(payload)), `${topic} ${payload}`).toBe(
      true,
    );
  }
  const results = lines
    .filter((l) => l.topic === 'job/ack')
    .map((l) => (JSON.parse(l.payload) as { result: string }).result);
  for (const result of ['accepted', 'started', 'paused', 'resumed', 'done', 'cancelled'])
    expect(results).toContain(result);
  expect(lines.map((l) => l.ms)).toEqual(lines.map((l) => l.ms).sort((a, b) => a - b));
  expect(lines.some((l) => l.topic === 'alarm')).toBe(true);
});

test('said again, it leaves a broker with the states of its end', async () => {
  const lines = dayLines(await readFile(FILE, 'utf8'), 'day.jsonl');
  await using broker = await startBroker({ port: 0 });
  const place = { door: { url: broker.url }, site: 's', station: 't', signal: AbortSignal.timeout(30_000) };
  expect(await replayDay({ ...place, lines, speed: 1000, timers: SYSTEM_TIMERS })).toEqual({ count: lines.length });
  const late = await connectAsync(broker.url);
  const kept = new Map<string, string>();
  late.on('message', (topic, payload) => kept.set(topic.replace('kerf/v1/s/t/', ''), payload.toString()));
  await late.subscribeAsync('kerf/#', { qos: 1 });
  const last = new Map(lines.filter((l) => l.retain).map((l) => [l.topic, l.payload]));
  expect(last.size).toBe(6);
  await expect.poll(() => [...kept].sort(), { timeout: 10_000 }).toEqual([...last].sort());
  await late.endAsync();
});

test('a line that is none is named with its number', () => {
  expect(() => dayLines('{"ms":0}\n', 'day.jsonl')).toThrow(expect.objectContaining({ code: 'PUBLISH_DAY_REFUSED' }));
  expect(() => dayLines('\n{"ms":', 'day.jsonl')).toThrow(/day\.jsonl:2/);
});
