import { describe, expect, test } from 'vitest';
import type { Alarm } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { AlarmBook, type AlarmCode } from '#station/alarm-book.node.ts';
import { alarmRate } from '#station/alarm-rate.ts';
import type { AlarmStep, StepEvent } from '#store/records.ts';

const START_MS = Date.parse('2026-01-01T06:00:00.000Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A book over a clock that a test moves, and a store that remembers what was written into it. */
function bookAt(before: { readonly shelves?: string; readonly active?: readonly Alarm[] } = {}) {
  let nowMs = START_MS;
  let waiting: { atMs: number; call: () => void } | null = null;
  const written = new Map<string, Alarm>();
  const events: StepEvent[] = [];
  const meta: Record<string, string> = {};
  const shown: string[] = [];
  const disk = { isFull: false, told: [] as string[] };
  const store = {
    async commitAlarm({ alarm, event, outbox, meta: more }: AlarmStep) {
      if (disk.isFull) throw new KerfError('STORE_DISK_FULL', 'full', { fault: 'device' });
      disk.told.push(...outbox.map(({ payload }) => payload));
      written.set(alarm.id, alarm);
      if (event) events.push(event);
      Object.assign(meta, more);
    },
    setMeta: async (more: Record<string, string>) => void Object.assign(meta, more),
    note: async (event: StepEvent) => void events.push(event),
  };
  const book = new AlarmBook({
    store: store as unknown as ConstructorParameters<typeof AlarmBook>[0]['store'],
    clock: { now: () => new Date(nowMs).toISOString() } as ConstructorParameters<typeof AlarmBook>[0]['clock'],
    timers: {
      after(delayMs, call) {
        const own = { atMs: nowMs + delayMs, call };
        waiting = own;
        return () => void (waiting = waiting === own ? null : waiting);
      },
    },
    ...{ shelves: before.shelves, active: before.active ?? [], lastNumber: 0 },
    ...{ onOutbox: () => undefined, show: (_, payload) => shown.push(payload), onChange: () => undefined },
  });
  return {
    ...{ book, disk, events, meta, shown, written },
    nowMs: () => nowMs,
    async pass(ms: number) {
      const untilMs = nowMs + ms;
      while (waiting && waiting.atMs <= untilMs) {
        const { atMs, call } = waiting;
        [nowMs, waiting] = [atMs, null];
        call();
        await book.settle();
      }
      nowMs = untilMs;
    },
  };
}

test('what comes and goes while the disk refuses is shown at once, and written in its order and with its times later', async () => {
  const { book, disk, pass, shown, written } = bookAt();
  await book.raise('PLC_SILENT', 'j1');
  disk.isFull = true;
  await book.raise('STORE_DISK_FULL', 'j1');
  await pass(MINUTE_MS);
  await book.clear('PLC_SILENT');
  await book.raise('PUBLISH_BROKER_AWAY', null);
  await book.acknowledge(book.active.find(({ code }) => code === 'STORE_DISK_FULL')?.id ?? '');
  expect(book.active.map(({ code, isAcknowledged }) => [code, isAcknowledged])).toEqual([
    ['PUBLISH_BROKER_AWAY', false],
    ['STORE_DISK_FULL', true],
  ]);
  expect(shown.map((payload) => (JSON.parse(payload) as { activeCount: number }).activeCount)).toEqual([1, 2, 1, 2, 2]);
  expect(written.size).toBe(1);
  await expect(book.writeOwed()).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
  // A person's wish is refused where it cannot be kept.
  const away = book.active.find(({ code }) => code === 'PUBLISH_BROKER_AWAY')?.id ?? '';
  await expect(book.shelve(away, { by: 'ann', reason: 'repairing', minutes: 60 })).rejects.toMatchObject({
    code: 'STORE_DISK_FULL',
  });
  await pass(MINUTE_MS);
  disk.isFull = false;
  await book.writeOwed();
  await book.clear('STORE_DISK_FULL');
  const told = disk.told.map((payload) => JSON.parse(payload) as Record<string, unknown>);
  expect(told.map(({ code, active, n }) => [code, active, n])).toEqual([
    ['PLC_SILENT', 1, 1],
    ['STORE_DISK_FULL', 1, 1],
    ['PLC_SILENT', 0, 2],
    ['PUBLISH_BROKER_AWAY', 1, 1],
    ['STORE_DISK_FULL', 0, 2],
  ]);
  const at = (minutes: number) => new Date(START_MS + minutes * MINUTE_MS).toISOString();
  expect([...written.values()].map(({ code, raisedAt, clearedAt }) => [code, raisedAt, clearedAt])).toEqual([
    ['PLC_SILENT', at(0), at(1)],
    ['STORE_DISK_FULL', at(0), at(2)],
    ['PUBLISH_BROKER_AWAY', at(1), null],
  ]);
  expect(book.active.map(({ code }) => code)).toEqual(['PUBLISH_BROKER_AWAY']);
});

test('an alarm that stands takes other words without a message of its own, also while the disk refuses', async () => {
  const { book, disk, written } = bookAt();
  const saidOf = () => [only(book).details, [...written.values()].at(-1)?.details];
  await book.reword('ACQUIRE_CAMERA_LOST', { said: 'nobody hears it' });
  expect(book.active).toEqual([]);
  await book.raise('ACQUIRE_CAMERA_LOST', null, { said: 'no window' });
  await book.acknowledge(only(book).id);
  await book.reword('ACQUIRE_CAMERA_LOST', { said: 'refused' });
  expect(only(book)).toMatchObject({ isAcknowledged: true, n: 1 });
  expect(saidOf()).toEqual([{ said: 'refused' }, { said: 'refused' }]);
  disk.isFull = true;
  await book.reword('ACQUIRE_CAMERA_LOST', { said: 'none' });
  expect(saidOf()).toEqual([{ said: 'none' }, { said: 'refused' }]);
  disk.isFull = false;
  await book.writeOwed();
  expect(saidOf()).toEqual([{ said: 'none' }, { said: 'none' }]);
  expect(disk.told).toHaveLength(1);
});

const shelf = { by: 'ann', reason: 'repairing', minutes: 60 } as const;
const only = (book: AlarmBook) => book.active[0]!;

describe('an alarm that is put aside', () => {
  test('asks for nobody until its time is up, then comes back by itself; the audit log has both', async () => {
    const { book, events, pass } = bookAt();
    await book.raise('PLC_SILENT', null);
    await book.shelve(only(book).id, shelf);
    expect(only(book)).toMatchObject({ isActive: true, isAcknowledged: true, shelved: { by: 'ann' } });
    await pass(59 * MINUTE_MS);
    expect(only(book).shelved?.until).toBe('2026-01-01T07:00:00.000Z');
    await pass(MINUTE_MS);
    expect(only(book)).toMatchObject({ isActive: true, isAcknowledged: false, shelved: null });
    expect(events).toMatchObject([
      { kind: 'alarm shelved', by: 'ann', details: { code: 'PLC_SILENT', reason: 'repairing' } },
      { kind: 'alarm back', by: null, at: '2026-01-01T07:00:00.000Z' },
    ]);
  });

  test('stays aside when it ends and comes again, and over a restart', async () => {
    const first = bookAt();
    await first.book.raise('ACQUIRE_CAMERA_DARK', null);
    await first.book.shelve(only(first.book).id, shelf);
    await first.book.clear('ACQUIRE_CAMERA_DARK');
    await first.book.raise('ACQUIRE_CAMERA_DARK', null);
    expect(only(first.book).shelved).toMatchObject({ by: 'ann' });
    const active = first.book.active;
    first.book.close();

    const { book, pass } = bookAt({ shelves: first.meta['alarmShelves']!, active });
    await pass(HOUR_MS);
    expect(only(book)).toMatchObject({ isAcknowledged: false, shelved: null });
  });

  test('is rid of its shelf where nothing stands when the time is up', async () => {
    const { book, events, meta, pass } = bookAt();
    await book.raise('PLC_SILENT', null);
    await book.shelve(only(book).id, shelf);
    await book.clear('PLC_SILENT');
    await pass(HOUR_MS);
    expect(meta['alarmShelves']).toBe('{}');
    expect(events.at(-1)).toMatchObject({ kind: 'alarm back', details: { alarm: null, code: 'PLC_SILENT' } });
    await book.raise('PLC_SILENT', null);
    expect(only(book)).toMatchObject({ isAcknowledged: false, shelved: null });
  });

  test('can be brought back before its time, and is refused where it is urgent or not there', async () => {
    const { book } = bookAt();
    await book.raise('PLC_SILENT', null);
    await book.shelve(only(book).id, shelf);
    await book.unshelve(only(book).id, 'bea');
    expect(only(book)).toMatchObject({ isAcknowledged: false, shelved: null });
    await book.clear('PLC_SILENT');
    await book.raise('STORE_DISK_FULL', null);
    await expect(book.shelve(only(book).id, shelf)).rejects.toMatchObject({ code: 'STATION_ALARM_URGENT' });
    await expect(book.shelve('a99', shelf)).rejects.toMatchObject({ code: 'STATION_ALARM_UNKNOWN' });
  });
});

describe('an alarm that comes and goes', () => {
  test('is seen once: within ten minutes of its end it is the same trouble', async () => {
    const { book, pass } = bookAt();
    await book.raise('PLC_SILENT', null);
    await book.acknowledge(only(book).id);
    await book.clear('PLC_SILENT');
    await pass(9 * MINUTE_MS);
    await book.raise('PLC_SILENT', null);
    expect(only(book).isAcknowledged).toBe(true);
    await book.clear('PLC_SILENT');
    await pass(11 * MINUTE_MS);
    await book.raise('PLC_SILENT', null);
    expect(only(book).isAcknowledged).toBe(false);
  });

  test('is asked about again where nobody had seen it', async () => {
    const { book } = bookAt();
    await book.raise('PLC_SILENT', null);
    await book.clear('PLC_SILENT');
    await book.raise('PLC_SILENT', null);
    expect(only(book).isAcknowledged).toBe(false);
  });
});

describe('the rate of alarms', () => {
  /** Eight hours with a network that flaps all morning, a lamp that fails at noon, a doubtful scan now and then and two
   *  jobs that the cutter breaks off; an operator sees each alarm after half a minute. Dice of a fixed seed. */
  async function shift(hasOperator: boolean): Promise<{ readonly taken: number; readonly alarms: readonly Alarm[] }> {
    const { book, pass, written } = bookAt();
    let seed = 7;
    const dice = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    let taken = 0;
    const trouble = async (code: AlarmCode, forMs: number) => {
      await book.raise(code, null);
      if (!book.active.find((a) => a.code === code)!.isAcknowledged) taken += 1;
      await pass(Math.min(30_000, forMs / 2));
      if (hasOperator) for (const { id } of book.active) await book.acknowledge(id);
      await pass(forMs - Math.min(30_000, forMs / 2));
      await book.clear(code);
    };
    for (let minute = 0; minute < 480; minute += 2) {
      if (minute < 180) await trouble('PUBLISH_BROKER_AWAY', 50_000);
      if (minute >= 360 && minute < 372) await trouble('ACQUIRE_CAMERA_DARK', 40_000);
      if (dice() < 0.06) await trouble('ACQUIRE_SCAN_BLURRED', 45_000);
      if (minute === 100 || minute === 300) await trouble('PLC_JOB_FAILED', 60_000);
      await pass(30_000);
    }
    return { taken, alarms: [...written.values()] };
  }

  test('is at most one in ten minutes over eight simulated hours, however often a fault comes and goes', async () => {
    const { taken, alarms } = await shift(true);
    const lastMs = Math.max(...alarms.map(({ raisedAt }) => Date.parse(raisedAt)));
    const rate = alarmRate(alarms, START_MS, Math.max(START_MS + 8 * HOUR_MS, lastMs + 1));
    // More than a hundred causes came and went.
    expect(alarms.length).toBeGreaterThan(100);
    expect(taken).toBeLessThanOrEqual(48);
    expect(rate.perTenMinutes).toBeLessThanOrEqual(1);
    expect(rate.raisedCount).toBe(taken);
    // Of alarms that nobody sees each coming asks again.
    expect((await shift(false)).taken).toBeGreaterThan(100);
  });

  test('counts the worst ten minutes, not what is for information or was put aside before it came', () => {
    const at = (minutes: number) => new Date(START_MS + minutes * MINUTE_MS).toISOString();
    const alarm = (minutes: number, change: Partial<Alarm> = {}): Alarm => ({
      ...{
        id: `a${minutes}`,
        code: `C${minutes}`,
        severity: 2,
        isActive: false,
        isAcknowledged: true,
        n: 2,
        job: null,
      },
      ...{ details: {}, raisedAt: at(minutes), clearedAt: at(minutes + 1) },
      ...change,
    });
    const aside = { by: 'ann', reason: 'known', at: at(0), until: at(300) } as const;
    const alarms = [
      alarm(10),
      alarm(12),
      alarm(19),
      alarm(22),
      alarm(23, { severity: 4 }),
      alarm(24, { shelved: aside }),
      alarm(29, { code: 'C22' }),
      alarm(60, { shelved: { ...aside, at: at(61) } }),
    ];
    expect(alarmRate(alarms, START_MS, START_MS + 100 * MINUTE_MS)).toEqual({
      ...{ raisedCount: 5, perTenMinutes: 0.5, mostInTenMinutes: 3 },
    });
    expect(alarmRate([], START_MS, START_MS)).toEqual({ raisedCount: 0, perTenMinutes: 0, mostInTenMinutes: 0 });
  });
});
