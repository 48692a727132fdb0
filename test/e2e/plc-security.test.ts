import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync, type IClientOptions } from 'mqtt';
import { describe, expect, test } from 'vitest';
import type { Settings } from '#domain/settings.ts';
import { startBroker } from '#publish/broker.node.ts';
import { openMqttSession, tryBroker } from '#publish/mqtt-session.node.ts';
import { mosquittoAcl, topicRules } from '#publish/topic-rules.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { authority } from '../publish/certificates.node.ts';
import { startMosquitto } from '../../src/cli/bench/mosquitto.ts';
import { hasMosquitto } from '../publish/has-mosquitto.ts';
import { freePort } from '../station/free-port.ts';
import { QUICK_PLC, SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';

const P = 'kerf/v1/site/station/';
const WAIT = { timeout: 20_000, interval: 20 };
const ONCE: IClientOptions = { reconnectPeriod: 0, connectTimeout: 3000 };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: { code?: unknown }) => error.code,
  );

const withMqtt = (mqtt: Partial<Settings['mqtt']>): Settings => ({
  ...SMALL_SETTINGS,
  mqtt: { ...SMALL_SETTINGS.mqtt, ...mqtt },
});

describe('the embedded broker', () => {
  test('opens to other machines only with accounts', async () => {
    expect(await codeOf(startBroker({ port: 0, listen: '0.0.0.0' }))).toBe('PUBLISH_OPEN_BROKER_REFUSED');
    await using dir = await temporaryDir();
    expect(await codeOf(startSmallStation(dir.path, { settings: withMqtt({ embeddedListen: '::' }) }))).toBe(
      'PUBLISH_OPEN_BROKER_REFUSED',
    );
  });

  test('with accounts lets each do what its role may, over TLS with a certificate of the client', async () => {
    await using dir = await temporaryDir();
    const ca = authority('Kerf test');
    const server = ca.signs('localhost');
    const panel = ca.signs('panel');
    for (const [name, text] of Object.entries({ 'ca.pem': ca.cert, 'cert.pem': server.cert, 'key.pem': server.key }))
      await writeFile(join(dir.path, name), text);
    await writeFile(join(dir.path, 'panel.secret'), 'letmein\n');
    const port = await freePort();
    const settings = withMqtt({
      embeddedPort: port,
      embeddedListen: '0.0.0.0',
      embeddedTls: { certFile: 'cert.pem', keyFile: 'key.pem', clientCaFile: 'ca.pem' },
      accounts: [
        { name: 'panel', role: 'panel', passwordFrom: 'file:panel.secret' },
        { name: 'screen', role: 'observer', passwordFrom: 'SCREEN_PASSWORD' },
      ],
    });
    await using running = await startSmallStation(dir.path, { settings, environment: { SCREEN_PASSWORD: 's3cret' } });
    const url = `mqtts://localhost:${port}`;
    const tls = { ca: ca.cert, cert: panel.cert, key: panel.key };
    const login = { username: 'panel', password: 'letmein' };
    // The station and its simulated PLC have accounts of their own, and do a whole job.
    const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
    expect(job.state).toBe('done');
    await expect(connectAsync(url, { ...ONCE, ...login, ca: ca.cert })).rejects.toThrow();
    await expect(connectAsync(url, { ...ONCE, ...login, cert: panel.cert, key: panel.key })).rejects.toThrow();
    await expect(connectAsync(url, { ...ONCE, ...tls })).rejects.toThrow(/Bad username|Not authorized/i);
    await expect(connectAsync(url, { ...ONCE, ...tls, ...login, password: 'wrong' })).rejects.toThrow();
    const client = await connectAsync(url, { ...ONCE, ...tls, ...login });
    const granted = await client.subscribeAsync([`${P}state`, '#'], { qos: 1 }).catch(() => 'refused');
    expect(granted).toBe('refused');
    let lost = false;
    client.on('close', () => (lost = true));
    await client.publishAsync(`${P}cmd/sync`, '{}', { qos: 1 });
    expect(lost).toBe(false);
    // To answer for the PLC is not the panel's: the connection ends, and nothing was heard.
    client.publish(`${P}job/ack`, JSON.stringify({ id: job.id, seq: 1, result: 'failed', code: 0 }), { qos: 1 });
    await expect.poll(() => lost, WAIT).toBe(true);
    expect(running.station.job?.state).toBe('done');
    const screen = await connectAsync(url, { ...ONCE, ...tls, username: 'screen', password: 's3cret' });
    const heard: string[] = [];
    screen.on('message', (topic) => heard.push(topic));
    await screen.subscribeAsync(`${P}#`, { qos: 1 });
    await expect.poll(() => heard, WAIT).toContain(`${P}state`);
    await Promise.all([client.endAsync(true), screen.endAsync(true)]);
  });
});

describe('secrets', () => {
  test('come from the environment or a file, and stand in no error, status or log', async () => {
    await using dir = await temporaryDir();
    const password = 'correct-horse-battery';
    const said: unknown[] = [];
    const say = (event: string, fields?: object) => said.push(event, fields);
    const logger = { error: say, warn: say, info: say, debug: say };
    const mqttUrl = `mqtt://127.0.0.1:${await freePort()}`;
    const settings = withMqtt({ userFrom: 'MQTT_USER', passwordFrom: 'file:secret' });
    const start = (more: object = {}) =>
      startSmallStation(dir.path, { settings, logger, mqttUrl, environment: { MQTT_USER: 'kerf' }, ...more });
    expect(await codeOf(start())).toBe('PUBLISH_SECRET_MISSING');
    await writeFile(join(dir.path, 'secret'), `${password}\n`);
    expect(await codeOf(start({ environment: {} }))).toBe('PUBLISH_SECRET_MISSING');
    expect(await codeOf(start({ needsBroker: true }))).toBe('PUBLISH_BROKER_UNREACHABLE');
    const error: unknown = await start({ mqttUrl: `mqtt://kerf:${password}@127.0.0.1` }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'PUBLISH_BAD_URL' });
    await using running = await start();
    const shown = JSON.stringify([said, String(error), running.station.status(), running.brokerUrl]);
    expect(shown).toContain('station.opened');
    expect(shown).not.toContain(password);
  });
});

describe('Mosquitto', () => {
  test.runIf(hasMosquitto())(
    'with our ACL, TLS, client certificates and MQTT 5 carries a job, and refuses what the list does not name',
    async () => {
      await using dir = await temporaryDir();
      const ca = authority('Kerf test');
      const station = ca.signs('kerf');
      const port = await freePort();
      await using _broker = await startMosquitto({
        dir: join(dir.path, 'broker'),
        port,
        users: { kerf: 'k', cutter: 'c', mes: 'm' },
        acl: mosquittoAcl(topicRules('site', 'station'), { station: ['kerf'], plc: ['cutter'], observer: ['mes'] }),
        tls: { ca: ca.cert, ...ca.signs('localhost'), needsClient: true },
      });
      for (const [name, text] of Object.entries({
        'ca.pem': ca.cert,
        'cert.pem': station.cert,
        'key.pem': station.key,
      }))
        await writeFile(join(dir.path, name), text);
      const url = `mqtts://localhost:${port}`;
      const tls = { ca: Buffer.from(ca.cert), cert: Buffer.from(station.cert), key: Buffer.from(station.key) };
      const settings = withMqtt({
        version: '5',
        userFrom: 'U',
        passwordFrom: 'W',
        tls: { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem' },
      });
      expect(await codeOf(tryBroker({ url, user: 'kerf', password: 'k', tls: { ca: tls.ca } }))).toBe(
        'PUBLISH_BROKER_UNREACHABLE',
      );
      expect(await codeOf(tryBroker({ url, user: 'kerf', password: 'k', tls: { ...tls, ca: undefined } }))).toBe(
        'PUBLISH_BROKER_UNREACHABLE',
      );
      const observer = await connectAsync(url, { ...ONCE, ...tls, username: 'mes', password: 'm', protocolVersion: 5 });
      const heard: string[] = [];
      observer.on('message', (topic, payload) => heard.push(`${topic.slice(P.length)} ${payload.toString()}`));
      await observer.subscribeAsync(`${P}#`, { qos: 1 });
      await using running = await startSmallStation(dir.path, {
        settings,
        mqttUrl: url,
        needsBroker: true,
        environment: { U: 'kerf', W: 'k' },
      });
      const { SimulatedPlc } = await import('#publish/simulated-plc.node.ts');
      const { SYSTEM_TIMERS } = await import('#station/system.node.ts');
      await using plc = new SimulatedPlc({
        ...QUICK_PLC,
        ...{ url, tls, user: 'cutter', password: 'c', version: '5', site: 'site', station: 'station' },
        shareDir: join(dir.path, 'jobs'),
        timers: SYSTEM_TIMERS,
        random: () => 0.5,
      });
      const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
      expect(job.state).toBe('done');
      expect(plc.cutJobs).toEqual([job.id]);
      await expect.poll(() => heard.filter((line) => line.startsWith('job/closed')).length, WAIT).toBeGreaterThan(0);
      // MQTT 5 says why: 0x87, not authorized; the rest of the session goes on.
      await expect(observer.publishAsync(`${P}job/ack`, '{}', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
      const refused: unknown[] = [];
      const session = openMqttSession({
        ...{ url, tls, user: 'kerf', password: 'k', version: '5', clientId: 'other', isKept: true, subscribe: [] },
        onMessage: () => Promise.resolve(),
        onConnection: () => undefined,
        onError: (cause) => refused.push(cause),
        random: () => 0,
      });
      await expect(session.publish('elsewhere', 'x', { qos: 1 })).rejects.toThrow();
      await session.close();
      await observer.endAsync();
      // An outside client with the PLC's account, as a technician has it.
      const sub = spawnSync(
        'mosquitto_sub',
        [
          ...[
            '-h',
            'localhost',
            '-p',
            String(port),
            '-u',
            'cutter',
            '-P',
            'c',
            '-C',
            '1',
            '-W',
            '5',
            '-t',
            `${P}state`,
          ],
          ...['--cafile', join(dir.path, 'ca.pem'), '--cert', join(dir.path, 'cert.pem')],
          ...['--key', join(dir.path, 'key.pem')],
        ],
        { encoding: 'utf8' },
      );
      expect(sub.stdout).toContain('"s":"DONE"');
    },
  );
});
