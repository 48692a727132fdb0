import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { KERF_VERSION } from '#domain/version.ts';
import { asyncApi, toYaml, WIRE_CHANNELS, wireSchema } from '#publish/asyncapi.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { formatted } from '../formatted.ts';

const FILE = join(import.meta.dirname, '../../docs/plc/asyncapi.yaml');
const P = 'kerf/v1/site/station/';

test('docs/plc/asyncapi.yaml is what the schemas of the messages say (KERF_UPDATE=1 writes it)', async () => {
  const yaml = `# yaml-language-server: $schema=https://asyncapi.com/schema-store/3.0.0.json\n${toYaml(asyncApi(KERF_VERSION))}`;
  const text = await formatted('asyncapi.yaml', yaml);
  if (process.env['KERF_UPDATE'] === '1') await writeFile(FILE, text);
  expect(await readFile(FILE, 'utf8')).toBe(text);
});

test('every message of a real job, a command and an alarm fits its channel there, and all channels were heard', async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const channels = WIRE_CHANNELS.map((one) => ({
    ...one,
    at: new RegExp(`^${one.topic.replace('{verb}', '[A-Za-z]+')}$`),
    isFitting: ajv.compile(wireSchema(one)),
  }));
  await using dir = await temporaryDir();
  await using broker = await startBroker({ port: 0 });
  const heard = new Map<string, number>();
  const faults: string[] = [];
  const ear = await connectAsync(broker.url);
  ear.on('message', (topic, bytes, { qos, retain }) => {
    const channel = channels.find(({ at }) => at.test(topic.slice(P.length)));
    if (!channel) return void faults.push(`no channel for ${topic}`);
    heard.set(channel.name, (heard.get(channel.name) ?? 0) + 1);
    const text = bytes.toString();
    const message: unknown = channel.schema ? JSON.parse(text) : text;
    if (!channel.isFitting(message)) faults.push(`${topic} ${text}: ${ajv.errorsText(channel.isFitting.errors)}`);
    if (qos !== channel.qos) faults.push(`${topic}: QoS ${qos}`);
    // What is heard live has no retain flag; what the broker kept has.
    if (retain && !channel.retain) faults.push(`${topic} is kept`);
  });
  await ear.subscribeAsync(`${P}#`, { qos: 1 });
  // What is said at the start is heard too.
  await using running = await startSmallStation(dir.path, {
    mqttUrl: broker.url,
    simulatePlc: true,
    settings: { ...SMALL_SETTINGS, mqtt: { ...SMALL_SETTINGS.mqtt, allowedVerbs: ['sync', 'cancel'] } },
  });
  const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
  await ear.publishAsync(`${P}cmd/cancel`, JSON.stringify({ id: 'c1', hb: 1, job: job.id }), { qos: 1 });
  running.plc?.setMode('fault');
  await running.station.until(() => running.station.status().alarms.length > 0, AbortSignal.timeout(20_000));
  const silent = () => channels.filter(({ name }) => !heard.has(name)).map(({ name }) => name);
  await ear.publishAsync(`${P}job/request`, JSON.stringify({ id: job.id, seq: 1, req: 'pause' }), { qos: 1 });
  await expect.poll(silent, { timeout: 20_000 }).toEqual([]);
  expect(faults).toEqual([]);
  await ear.endAsync();
});
