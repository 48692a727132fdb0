import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, expect, test } from 'vitest';
import type { JobAck } from '#domain/plc-messages.ts';
import type { RunningStation } from '#station/start-station.node.ts';
import { backUp, restore } from '#store/backup.node.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { plcIsHeard, sheetIsKept, SLOW_PLC, toNested } from './small-steps.ts';

/** What the cutter says of jobs that this station is not running: after a restore, or of another data folder. */

const AT = '2026-11-22T20:00:00.000Z';
const PIECES = 12;

/** The PLC of before, by hand; its words repeat until `job/closed` says them back. */
async function oldPlc({ brokerUrl }: RunningStation) {
  const prefix = 'kerf/v1/site/station/';
  const client: MqttClient = await connectAsync(brokerUrl, { clientId: 'old-plc' });
  const closed: unknown[] = [];
  const online = Promise.withResolvers<void>();
  client.on('message', (topic, payload: Buffer) => {
    if (topic.endsWith('availability')) return payload.toString() === 'online' && online.resolve();
    closed.push(JSON.parse(payload.toString()));
  });
  await client.subscribeAsync([`${prefix}job/closed`, `${prefix}availability`], { qos: 1 });
  // From then on the station hears.
  await online.promise;
  return {
    closed,
    say: (ack: JobAck) => client.publishAsync(`${prefix}job/ack`, JSON.stringify(ack), { qos: 1 }),
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}

/** A station restored from a backup that was made while a job was nested, or after the cutter had counted two pieces. */
async function restored(dir: string, state: 'nested' | 'cutting'): Promise<{ id: string; data: string }> {
  const [before, backup, data] = ['before', 'backup', 'after'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  await using running = await startSmallStation(before, { plc: SLOW_PLC });
  const { station } = running;
  const id = await toNested(station);
  if (state === 'cutting') {
    await plcIsHeard(station);
    await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
    await station.until(() => (station.job?.cutCount ?? 0) >= 2, AbortSignal.timeout(20_000));
  }
  await backUp({ dataDir: before, out: backup, withScans: true, at: AT });
  expect((await restore(backup, data, AT)).endedJobs).toEqual([id]);
  return { id, data };
}

const alarmsOf = ({ station }: RunningStation) => station.status().alarms.map(({ code }) => code);

describe('after a restore, the word of the cutter about the job that was under way', () => {
  test('takes the place of its end: state, count, ledger, stock and order', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    const { id, data } = await restored(dir.path, 'cutting');
    await using running = await startSmallStation(data, { simulatePlc: false });
    const { station, store } = running;
    expect(station.job).toMatchObject({ id, state: 'failed', reason: 'STORE_RESTORED' });
    expect(alarmsOf(running)).toContain('STORE_RESTORED');
    expect(alarmsOf(running)).not.toContain('STATION_JOB_FAILED');
    await sheetIsKept(station, id);
    const before = await station.ledger.sheet(id);
    const [leftBefore] = await station.stock.list('free', 100);
    expect(before.cutMm2).toBeLessThan(before.nestedMm2);

    await using plc = await oldPlc(running);
    // It is at it still: somebody should look before the next hide is laid.
    await plc.say({ id, seq: 1, result: 'started', code: 0, cutCount: 7 });
    await expect.poll(() => alarmsOf(running), { timeout: 10_000 }).toContain('PLC_UNKNOWN_JOB');
    await plc.say({ id, seq: 1, result: 'done', code: 0, cutCount: PIECES });
    await expect.poll(() => plc.closed, { timeout: 10_000 }).toEqual([{ id, seq: 1, result: 'done' }]);
    expect(station.job).toMatchObject({ state: 'done', reason: null, cutCount: PIECES, code: 0, approvedBy: 'ann' });
    expect(station.state).toBe('DONE');
    await expect.poll(() => alarmsOf(running), { timeout: 10_000 }).not.toContain('PLC_UNKNOWN_JOB');
    await expect.poll(() => alarmsOf(running), { timeout: 10_000 }).not.toContain('STORE_RESTORED');
    const sheet = await station.ledger.sheet(id);
    expect(sheet).toMatchObject({ state: 'done', cutMm2: before.nestedMm2, nestedMm2: before.nestedMm2 });
    // The time since is not time of cutting.
    expect(sheet.secondsIn['cutting']).toBeLessThan(60);
    expect((await store.events(id)).at(-1)).toMatchObject({
      kind: 'plc done',
      details: { cutCount: PIECES, endedBefore: 'STORE_RESTORED' },
    });
    expect((await store.auditCheck()).brokenAt).toBeNull();
    expect(await store.orderTallies()).toEqual([{ order: 'patches', hideCount: 1 }]);
    const [left, ...others] = await station.stock.list('free', 100);
    expect(others).toEqual([]);
    expect(left?.areaMm2).toBeLessThan(leftBefore?.areaMm2 ?? 0);

    // Said again: closed again, and counted once.
    await plc.say({ id, seq: 1, result: 'done', code: 0, cutCount: PIECES });
    await expect.poll(() => plc.closed.length, { timeout: 10_000 }).toBe(2);
    expect((await store.events(id)).filter(({ kind }) => kind === 'plc done')).toHaveLength(1);
    expect(await station.ledger.sheet(id)).toEqual(sheet);
  });

  test('is taken while the next hide lies there too, which it leaves alone', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    const { id, data } = await restored(dir.path, 'cutting');
    await using running = await startSmallStation(data, { simulatePlc: false });
    const { station } = running;
    await sheetIsKept(station, id);
    const next = await toNested(station);
    expect(alarmsOf(running)).not.toContain('STORE_RESTORED');
    await using plc = await oldPlc(running);
    await plc.say({ id, seq: 1, result: 'cancelled', code: 0, cutCount: 5 });
    await expect.poll(() => plc.closed, { timeout: 10_000 }).toEqual([{ id, seq: 1, result: 'cancelled' }]);
    expect(await station.jobById(id)).toMatchObject({ state: 'cancelled', reason: null, cutCount: 5 });
    expect((await station.ledger.sheet(id)).pieces.reduce((sum, { cut }) => sum + cut, 0)).toBe(5);
    expect(station.job).toMatchObject({ id: next, state: 'nested' });
    expect(station.state).toBe('NESTING');
  });

  test('is no count where nothing had been released: it is closed, and somebody has to look', async () => {
    await using dir = await temporaryDir();
    const { id, data } = await restored(dir.path, 'nested');
    // As of a backup between approval and release: another layout may have been approved after it.
    const database = new DatabaseSync(join(data, 'kerf.sqlite'));
    database.exec(`UPDATE jobs SET document = json_set(document, '$.approvedBy', 'ann')`);
    database.close();
    await using running = await startSmallStation(data, { simulatePlc: false });
    await using plc = await oldPlc(running);
    await plc.say({ id, seq: 1, result: 'done', code: 0, cutCount: PIECES });
    await expect.poll(() => plc.closed, { timeout: 10_000 }).toEqual([{ id, seq: 1, result: 'done' }]);
    expect(running.station.job).toMatchObject({ id, state: 'failed', reason: 'STORE_RESTORED', cutCount: null });
    expect(alarmsOf(running)).toContain('PLC_UNKNOWN_JOB');
  });
});

test('a job that the store does not know is written down, told as an alarm, and closed', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, { simulatePlc: false });
  const { station, store } = running;
  const noted = async () => (await store.latestEvents(100)).filter(({ kind }) => kind === 'plc unknown job').reverse();
  await using plc = await oldPlc(running);
  const lost = { id: 'j20261122T190000-7', seq: 7, code: 0 };
  await plc.say({ ...lost, result: 'started', cutCount: 3 });
  await expect.poll(() => alarmsOf(running), { timeout: 10_000 }).toContain('PLC_UNKNOWN_JOB');
  for (let k = 0; k < 3; k += 1) await plc.say({ ...lost, result: 'done', cutCount: PIECES });
  const closed = { id: lost.id, seq: 7, result: 'done' };
  await expect.poll(() => plc.closed, { timeout: 10_000 }).toEqual([closed, closed, closed]);
  expect(station.status().alarms).toMatchObject([
    { code: 'PLC_UNKNOWN_JOB', job: null, details: { id: lost.id, result: 'done', cutCount: PIECES } },
  ]);
  // Once a result, however often it is said.
  expect((await noted()).map(({ details }) => details)).toEqual([
    { job: lost.id, seq: 7, result: 'started', code: 0, cutCount: 3 },
    { job: lost.id, seq: 7, result: 'done', code: 0, cutCount: PIECES },
  ]);
  // A person who lays the next hide has been at the table.
  const job = await station.startJob();
  expect(alarmsOf(running)).toEqual([]);

  // The id of a job that is here, by another number: as unknown. One that was refused lies as it lay.
  await plc.say({ id: job.id, seq: 9, result: 'failed', code: 101 });
  await expect.poll(() => plc.closed, { timeout: 10_000 }).toContainEqual({ id: job.id, seq: 9, result: 'failed' });
  expect(alarmsOf(running)).toContain('PLC_UNKNOWN_JOB');
  await plc.say({ id: 'j20261122T190000-8', seq: 8, result: 'rejected', code: 8 });
  await expect
    .poll(() => plc.closed, { timeout: 10_000 })
    .toContainEqual({ id: 'j20261122T190000-8', seq: 8, result: 'rejected' });
  expect(station.status().alarms).toMatchObject([{ details: { id: job.id, result: 'failed' } }]);
  expect(await noted()).toHaveLength(4);
  expect(station.job).toMatchObject({ id: job.id, seq: 1 });
  expect(['failed', 'cancelled']).not.toContain(station.job?.state);
});
