import { execFileSync } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { expect, test } from 'vitest';
import { API_PREFIX, ROUTES } from '#api/routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { DEFAULT_SETTINGS } from '#domain/settings.ts';
import { topicPrefix } from '#publish/topics.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { watchDisk } from '#station/disk-watch.node.ts';
import type { Rooms } from '#station/rooms.ts';
import { openStore } from '#store/store.node.ts';
import { storeError } from '#store/store-error.ts';
import { finishJob } from './finish-job.ts';
import { freePort } from './free-port.ts';
import { codeOf, sheetIsKept } from './small-steps.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { startChild } from './start-child.ts';

const full = (where: string) => new KerfError('STORE_DISK_FULL', `${where}: the disk is full.`, { fault: 'device' });

test('a full disk is an alarm, the job waits where it is and goes on when there is room', async () => {
  await using dir = await temporaryDir();
  let isFull = true;
  const small = smallRooms();
  const rooms: Rooms = { ...small, cut: (question) => (isFull ? Promise.reject(full('cut')) : small.cut(question)) };
  await using running = await startSmallStation(dir.path, { rooms, probeMs: 50 });
  const { station } = running;
  const alarms = () => station.status().alarms.map((a) => a.code);
  expect(await codeOf(runMainJob(station, { release: null }))).toBe('STORE_DISK_FULL');
  expect(station.job).toMatchObject({ state: 'reviewed', reason: null });
  await station.until(() => alarms().includes('STORE_DISK_FULL'), AbortSignal.timeout(20_000));
  expect(alarms()).not.toContain('STATION_JOB_FAILED');
  isFull = false;
  await station.until(() => station.job?.state === 'nested', AbortSignal.timeout(20_000));
  await station.until(() => !alarms().includes('STORE_DISK_FULL'), AbortSignal.timeout(20_000));
  // Written down once the disk took it: raised, and ended.
  expect(await running.store.alarmsSince('2000')).toMatchObject([
    { code: 'STORE_DISK_FULL', isActive: false, n: 2, clearedAt: expect.any(String) as string },
  ]);
  expect(await finishJob(station)).toMatchObject({ state: 'done', seq: 1 });
});

test('the ledger gets its record once the disk takes again, without a restart', async () => {
  await using dir = await temporaryDir();
  let isFull = true;
  const small = smallRooms();
  const rooms: Rooms = {
    ...small,
    settleSheet: (question) => (isFull ? Promise.reject(full('ledger')) : small.settleSheet(question)),
  };
  await using running = await startSmallStation(dir.path, { rooms, probeMs: 300 });
  const { station, store } = running;
  const { job } = await runMainJob(station, { release: { by: 'demo' } });
  await station.until(
    () => station.status().alarms.some(({ code }) => code === 'STORE_DISK_FULL'),
    AbortSignal.timeout(20_000),
  );
  expect(await store.sheet(job.id)).toBeNull();
  isFull = false;
  await sheetIsKept(station, job.id);
  await station.until(() => station.status().alarms.length === 0, AbortSignal.timeout(20_000));
});

test('a database that takes no more is an alarm, what is there is still shown, and a start with room goes on', async () => {
  await using dir = await temporaryDir();
  await (await openStore(dir.path)).close();
  const empty = new DatabaseSync(join(dir.path, 'kerf.sqlite'), { readOnly: true });
  const pages = Number(empty.prepare('PRAGMA page_count').get()?.['page_count']);
  empty.close();
  const source = 'x'.repeat(30_000);
  let id: string;
  {
    await using running = await startSmallStation(dir.path, {
      storeOptions: { maxPages: pages + 12 },
      source,
      probeMs: 60_000,
    });
    const { station } = running;
    expect(await codeOf(runMainJob(station, { release: null }))).toBe('STORE_DISK_FULL');
    id = station.job?.id ?? '';
    await station.until(() => station.status().alarms.length > 0, AbortSignal.timeout(20_000));
    expect(station.status().alarms).toMatchObject([{ code: 'STORE_DISK_FULL', severity: 1, isAcknowledged: false }]);
    await station.acknowledgeAlarm(station.status().alarms[0]?.id ?? '');
    expect(station.status().alarms[0]).toMatchObject({ isAcknowledged: true });
    expect((await station.jobs(5)).map((job) => job.id)).toEqual([id]);
    expect(await codeOf(station.startJob())).not.toBe('no error');
  }
  await using again = await startSmallStation(dir.path, { source });
  expect(await finishJob(again.station)).toMatchObject({ id, state: 'done' });
});

/** A client of the broker as a PLC is one: what the station said since `forget`, by topic. */
async function hearAll(port: number) {
  const prefix = topicPrefix(DEFAULT_SETTINGS.site, DEFAULT_SETTINGS.station);
  const heard: { readonly topic: string; readonly payload: string }[] = [];
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  client.on('message', (topic, payload) => heard.push({ topic: topic.slice(prefix.length), payload: String(payload) }));
  await client.subscribeAsync(`${prefix}#`, { qos: 1 });
  return {
    forget: () => void heard.splice(0),
    payloads: (topic: string) =>
      heard
        .filter((message) => message.topic === topic)
        .map(({ payload }) => (/^\{/.test(payload) ? JSON.parse(payload) : { payload }) as Record<string, unknown>),
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

/** The system refuses every write of the process from then on, to the files that it has open too, as it does when it has
 *  put a broken disk on read only: SQLite's journal then meets an error that is no full disk. */
function takeDiskOf(pid: number, isTaken: boolean): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${isTaken ? '0' : 'unlimited'}:unlimited`]);
}

test.runIf(process.platform === 'linux')(
  'a disk that refuses under a running station is an alarm; what needs no writing goes on, and the job too once it takes again',
  async () => {
    await using dir = await temporaryDir();
    const [port, mqttPort] = [await freePort(), await freePort()];
    const child = startChild('disk-child.ts', [dir.path, String(port), String(mqttPort)]);
    try {
      expect(await child.says('ready'), child.errors()).toBe(true);
      await using ear = await hearAll(mqttPort);
      const ask = async (path: string, body?: object) => {
        const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
        const response = await fetch(`http://127.0.0.1:${port}${API_PREFIX}${path}`, body ? json : {});
        return { status: response.status, json: (await response.json()) as Record<string, unknown> };
      };
      const status = async () => ROUTES.status.answer.parse((await ask('/status')).json);
      const stateIs = (state: string) =>
        expect.poll(async () => (await status()).job?.state, { timeout: 20_000 }).toBe(state);
      const id = String((await ask('/jobs', {})).json['id']);
      await stateIs('inspected');

      takeDiskOf(child.pid, true);
      const review = () => ask(`/jobs/${id}/review`, { by: 'ann', waive: true });
      expect(await review()).toMatchObject({ status: 503, json: { code: 'STORE_DISK_FAILED' } });
      await expect
        .poll(async () => (await status()).alarms, { timeout: 20_000 })
        .toMatchObject([{ code: 'STORE_DISK_FAILED', severity: 1 }]);
      // Asked again while it stands: still one alarm, and nothing is lost or done by halves.
      expect((await review()).status).toBe(503);
      expect((await status()).alarms).toHaveLength(1);
      expect((await status()).job).toMatchObject({ id, state: 'inspected' });
      expect((await ask(`/jobs/${id}`)).json).toMatchObject({ id, state: 'inspected' });

      takeDiskOf(child.pid, false);
      await expect.poll(async () => (await status()).alarms, { timeout: 20_000 }).toEqual([]);
      expect((await review()).status).toBe(200);
      await stateIs('nested');

      // While it cuts: the cutter goes on, its words wait, and each counts once when they can be written down.
      await expect.poll(async () => (await status()).plc.isConnected, { timeout: 20_000 }).toBe(true);
      const { layoutSha256 } = (await ask(`/jobs/${id}`)).json;
      expect((await ask(`/jobs/${id}/approve`, { layoutSha256, by: 'demo' })).status).toBe(200);
      await stateIs('cutting');
      ear.forget();
      takeDiskOf(child.pid, true);
      await expect.poll(async () => (await status()).alarms, { timeout: 20_000 }).toMatchObject([{ severity: 1 }]);
      await sleep(3000);
      expect((await status()).job?.state).toBe('cutting');
      expect(await status()).toMatchObject({ plc: { isConnected: true }, broker: { isConnected: true } });
      takeDiskOf(child.pid, false);
      await stateIs('done');
      await expect.poll(async () => (await status()).alarms, { timeout: 20_000 }).toEqual([]);
      // What a PLC heard of it: nothing of the station going and coming, one alarm that came and went, each word once.
      await expect.poll(() => ear.payloads('alarm').length, { timeout: 10_000 }).toBe(2);
      expect(ear.payloads('availability')).toEqual([]);
      expect(ear.payloads('alarm')).toMatchObject([
        { code: 'STORE_DISK_FAILED', active: 1 },
        { code: 'STORE_DISK_FAILED', active: 0 },
      ]);
      expect(ear.payloads('alarm/summary').map(({ activeCount }) => activeCount)).toEqual([1, 0]);
      await expect.poll(() => ear.payloads('state').map(({ s }) => s), { timeout: 10_000 }).toEqual(['DONE']);
      const beats = ear.payloads('heartbeat').map(({ n }) => Number(n));
      expect(beats.length).toBeGreaterThan(1);
      expect(beats).toEqual(beats.map((_, k) => (beats[0] ?? 0) + k));
    } finally {
      await child.kill();
    }
    await using store = await openStore(dir.path);
    expect(await store.check()).toBe('ok');
    expect((await store.auditCheck()).brokenAt).toBeNull();
    const [job] = await store.jobs(1);
    expect(job).toMatchObject({ state: 'done', cutCount: 12 });
    const kinds = (await store.events(job?.id ?? '')).map(({ kind }) => kind);
    for (const once of ['reviewed', 'approved', 'released', 'plc accepted', 'plc done'])
      expect(
        kinds.filter((kind) => kind === once),
        once,
      ).toHaveLength(1);
    // Written down once the disk took it: raised, and ended.
    const alarms = (await store.alarmsSince('2000')).filter(({ code }) => code === 'STORE_DISK_FAILED');
    expect(alarms.map(({ isActive }) => isActive)).toEqual([false, false]);
  },
);

test('a disk that goes back and forth is asked less and less often, and every 5 s again once it has held', async () => {
  const waiting = new Set<{ readonly ms: number; readonly call: () => void }>();
  let isFull = true;
  const said: string[] = [];
  await using dir = await temporaryDir();
  const watch = watchDisk({
    store: {
      dir: dir.path,
      setMeta: () => (isFull ? Promise.reject(full('meta')) : Promise.resolve()),
    } as unknown as Parameters<typeof watchDisk>[0]['store'],
    timers: {
      after(ms, call) {
        const own = { ms, call };
        waiting.add(own);
        return () => void waiting.delete(own);
      },
    },
    onTrouble: (code) => said.push(code),
    onFree: () => Promise.resolve(void said.push('free')),
    probeMs: 5,
  });
  /** Lets the shortest wait pass, and what comes of it. */
  const pass = async () => {
    const [next] = [...waiting].sort((a, b) => a.ms - b.ms);
    if (!next) throw new Error('nothing is waited for');
    waiting.delete(next);
    next.call();
    const [before, untilMs] = [said.length, performance.now() + 5000];
    if (next.ms < 200) while (said.length === before && performance.now() < untilMs) await sleep(2);
    return next.ms;
  };
  const gaps: number[] = [];
  for (let k = 0; k < 6; k += 1) {
    isFull = true;
    watch.note(full('step'));
    isFull = false;
    gaps.push(await pass());
  }
  expect(gaps).toEqual([5, 10, 20, 40, 80, 80]);
  expect(said).toEqual(Array.from({ length: 6 }, () => ['STORE_DISK_FULL', 'free']).flat());
  // Long without trouble: as at first.
  expect(await pass()).toBe(200);
  watch.note(full('step'));
  expect(await pass()).toBe(5);
  await watch.close();
  expect(waiting.size).toBe(0);
});

test('what a disk or the system says when it refuses has its name', () => {
  const codeFor = (fields: object) => storeError(Object.assign(new Error('refused'), fields), 'there').code;
  // SQLITE_IOERR_WRITE, _FSYNC, _SHMMAP: a read-only mount under files that are open, a cable pulled.
  for (const errcode of [778, 1034, 5386]) expect(codeFor({ errcode }), `${errcode}`).toBe('STORE_DISK_FAILED');
  for (const code of ['EIO', 'ENODEV', 'ENXIO', 'EFBIG', 'ESTALE']) expect(codeFor({ code })).toBe('STORE_DISK_FAILED');
  for (const code of ['EROFS', 'EACCES', 'EPERM']) expect(codeFor({ code })).toBe('STORE_NOT_WRITABLE');
  // SQLITE_READONLY_DBMOVED, SQLITE_CANTOPEN.
  for (const errcode of [1032, 14]) expect(codeFor({ errcode })).toBe('STORE_NOT_WRITABLE');
  for (const fields of [{ code: 'ENOSPC' }, { code: 'EDQUOT' }, { errcode: 13 }])
    expect(codeFor(fields)).toBe('STORE_DISK_FULL');
});

test('the alarm of a job that ended badly stands again after a power cut between the end and the alarm', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await startSmallStation(dir.path, {
      rooms: smallRooms({ judge: () => ['pieces overlap'] }),
    });
    expect(await codeOf(runMainJob(running.station, { release: null }))).toBe('STATION_LAYOUT_INVALID');
  }
  const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
  db.exec('DELETE FROM alarms');
  db.close();
  await using again = await startSmallStation(dir.path);
  expect(again.station.status().alarms.map((a) => a.code)).toEqual(['STATION_JOB_FAILED']);
});
