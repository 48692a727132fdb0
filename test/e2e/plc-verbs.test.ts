import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { commandAckMessage } from '#domain/plc-messages.ts';
import type { Station } from '#station/station.node.ts';
import { QUICK_PLC, SMALL_SETTINGS, startSmallStation, temporaryDir } from '../station/small-station.ts';
import { SMALL_ORDER, smallRooms } from '../station/small-rooms.ts';

const P = 'kerf/v1/site/station/';
const WAIT = { timeout: 20_000, interval: 20 };
const ALL = { ...SMALL_SETTINGS.mqtt, allowedVerbs: ['sync', 'scan', 'load', 'pause', 'resume', 'cancel', 'ackAlarm'] };
const SETTINGS = { ...SMALL_SETTINGS, mqtt: ALL } as typeof SMALL_SETTINGS;

/** Someone who may ask: hears the heartbeat, and takes the time that each answer takes. */
class Panel {
  readonly #client: MqttClient;
  readonly #answers = new Map<string, (code: number) => void>();
  readonly slowestMs: number[] = [];
  beat = 0;

  constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic, payload) => {
      const message: unknown = JSON.parse(payload.toString());
      if (topic === `${P}heartbeat`) this.beat = (message as { n: number }).n;
      else {
        const answer = commandAckMessage.parse(message);
        expect(answer.ok).toBe(answer.code === 0 ? 1 : 0);
        this.#answers.get(answer.id)?.(answer.code);
      }
    });
  }

  static async open(url: string): Promise<Panel> {
    const client = await connectAsync(url);
    const panel = new Panel(client);
    await client.subscribeAsync([`${P}heartbeat`, `${P}cmd/+/ack`], { qos: 1 });
    await expect.poll(() => panel.beat, WAIT).toBeGreaterThan(0);
    return panel;
  }

  ask(verb: string, id: string, more: object = {}): Promise<number> {
    const asked = performance.now();
    const answered = new Promise<number>((resolve) => this.#answers.set(id, resolve));
    this.#client.publish(`${P}cmd/${verb}`, JSON.stringify({ id, hb: this.beat, ...more }), { qos: 1 });
    return answered.finally(() => this.slowestMs.push(performance.now() - asked));
  }

  close(): Promise<void> {
    return this.#client.endAsync();
  }
}

async function toState(station: Station, state: string): Promise<void> {
  await station.until(() => station.job?.state === state, AbortSignal.timeout(20_000));
}

async function toCutting(station: Station): Promise<void> {
  await toState(station, 'inspected');
  const id = station.job?.id ?? '';
  await station.review(id, { by: 'ann', waive: false });
  await toState(station, 'nested');
  await station.until(() => station.status().plc.isConnected, AbortSignal.timeout(20_000));
  await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  await toState(station, 'cutting');
}

describe('over the wire', () => {
  test('every verb does what it says, once, within a second, and none of them releases', async () => {
    await using dir = await temporaryDir();
    await mkdir(join(dir.path, 'orders'));
    await writeFile(join(dir.path, 'orders', 'sofa-12.json'), JSON.stringify(SMALL_ORDER));
    await writeFile(join(dir.path, 'orders', 'broken.json'), '{"kerf":1}');
    await using running = await startSmallStation(dir.path, {
      settings: SETTINGS,
      rooms: smallRooms(),
      plc: { ...QUICK_PLC, cutMs: 30_000, progressCount: 300 },
    });
    const { station } = running;
    const panel = await Panel.open(running.brokerUrl);
    expect(await panel.ask('sync', 'c1')).toBe(0);
    expect(await panel.ask('load', 'c2', { order: 'nowhere' })).toBe(2);
    expect(await panel.ask('load', 'c3', { order: 'broken' })).toBe(11);
    expect(await panel.ask('load', 'c4', { order: '../kerf' })).toBe(11);
    expect(await panel.ask('load', 'c5', { order: 'sofa-12' })).toBe(0);
    expect(station.status().order.name).toBe('sofa-12');
    expect(await panel.ask('pause', 'c6')).toBe(10);
    expect(await panel.ask('scan', 'c7')).toBe(0);
    expect(await panel.ask('scan', 'c7')).toBe(0);
    expect(await panel.ask('scan', 'c8')).toBe(1);
    expect(await panel.ask('load', 'c9', { order: 'sofa-12' })).toBe(1);
    expect(await panel.ask('cancel', 'c7', { job: 'x' })).toBe(8);
    expect(await panel.ask('cancel', 'c10', { job: 'another' })).toBe(10);
    expect(station.job).toMatchObject({ seq: 1, order: 'sofa-12', approvedBy: null });
    await toCutting(station);
    const id = station.job?.id ?? '';
    expect(await panel.ask('resume', 'c11')).toBe(10);
    expect(await panel.ask('pause', 'c12')).toBe(0);
    await toState(station, 'paused');
    expect(await panel.ask('resume', 'c13')).toBe(0);
    await toState(station, 'cutting');
    expect(await panel.ask('pause', 'c12')).toBe(0);
    expect(station.job?.state).toBe('cutting');
    expect(await panel.ask('cancel', 'c14', { job: id })).toBe(0);
    await toState(station, 'cancelled');
    expect(await panel.ask('cancel', 'c15', { job: id })).toBe(10);
    expect((await running.store.events(id)).filter((e) => e.kind === 'asked')).toHaveLength(3);
    // Before release a job is given up.
    expect(await panel.ask('scan', 'c16')).toBe(0);
    await toState(station, 'inspected');
    expect(await panel.ask('cancel', 'c17', { job: station.job?.id ?? '' })).toBe(0);
    expect(station.job).toMatchObject({ state: 'cancelled', seq: 2 });
    running.plc?.setMode('manual');
    await station.until(() => station.status().alarms.length > 0, AbortSignal.timeout(20_000));
    const alarm = station.status().alarms[0]?.id ?? '';
    expect(await panel.ask('ackAlarm', 'c18', { alarm })).toBe(0);
    expect(station.status().alarms[0]?.isAcknowledged).toBe(true);
    expect(await panel.ask('ackAlarm', 'c19', { alarm: 'a999' })).toBe(10);
    expect(await panel.ask('ackAlarm', 'c20')).toBe(11);
    expect(Math.max(...panel.slowestMs)).toBeLessThan(1000);
    await panel.close();
  });

  test('a loaded order and the ids that acted outlive a restart; another --order ends the loaded one', async () => {
    await using dir = await temporaryDir();
    await mkdir(join(dir.path, 'orders'));
    await writeFile(join(dir.path, 'orders', 'sofa-12.json'), JSON.stringify(SMALL_ORDER));
    {
      await using running = await startSmallStation(dir.path, { settings: SETTINGS });
      const panel = await Panel.open(running.brokerUrl);
      expect(await panel.ask('load', 'c1', { order: 'sofa-12' })).toBe(0);
      expect(await panel.ask('scan', 'c2')).toBe(0);
      expect(await panel.ask('cancel', 'c3', { job: running.station.job?.id ?? '' })).toBe(0);
      await panel.close();
    }
    {
      await using running = await startSmallStation(dir.path, { settings: SETTINGS });
      expect(running.station.status().order.name).toBe('sofa-12');
      const panel = await Panel.open(running.brokerUrl);
      expect(await panel.ask('scan', 'c2')).toBe(0);
      expect((await running.store.jobs(9)).map((job) => job.seq)).toEqual([1]);
      await panel.close();
    }
    await using running = await startSmallStation(dir.path, { order: { name: 'other', order: SMALL_ORDER } });
    expect(running.station.status().order.name).toBe('other');
  });
});
