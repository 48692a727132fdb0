import { isDeepStrictEqual } from 'node:util';
import type { CameraTrouble } from '#acquire/camera.ts';
import { shelfSchema, type Alarm, type Shelf, type ShelfReason } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import type { Timers } from '#publish/timers.ts';
import type { RetainedTopic } from '#publish/topics.ts';
import { TOPICS } from '#publish/topics.ts';
import type { StepEvent } from '#store/records.ts';
import type { Store } from '#store/store.node.ts';
import { diskCode, type DiskCode } from './disk-watch.node.ts';
import type { ShareCode } from './share.node.ts';
import { alarmPayload, alarmSummaryPayload } from './wire-messages.ts';

export type AlarmCode =
  | 'PUBLISH_BROKER_AWAY'
  | 'PUBLISH_QUEUE_FULL'
  | 'STATION_BACKUP_FAILED'
  | 'PLC_SILENT'
  | 'PLC_NOT_AUTOMATIC'
  | 'PLC_NO_ANSWER'
  | 'PLC_REJECTED_JOB'
  | 'PLC_JOB_FAILED'
  | 'PLC_UNKNOWN_JOB'
  | 'STATION_JOB_FAILED'
  | 'STATION_APPROVAL_LAPSED'
  | 'STATION_MACHINE_CHANGED'
  | 'STATION_ORDER_UNREAD'
  | ShareCode
  | 'ACQUIRE_TABLE_DRIFTED'
  | 'ACQUIRE_CORNERS_DRIFTED'
  | ScanAlarm
  | CameraTrouble
  | 'INSPECT_PROVIDER_FELL_BACK'
  | 'INSPECT_WORKER_REPLACED'
  | 'STORE_RESTORED'
  | DiskCode;

/** What is doubtful about the scan of a hide. */
export type ScanAlarm =
  | 'ACQUIRE_SCAN_BLURRED'
  | 'ACQUIRE_SCAN_DARK'
  | 'ACQUIRE_SCAN_GLARE'
  | 'ACQUIRE_SCAN_CUT_OFF'
  | 'ACQUIRE_SCAN_REACHED_INTO'
  | 'ACQUIRE_SCAN_SEVERAL';

const SEVERITY: Readonly<Record<AlarmCode, number>> = {
  PUBLISH_BROKER_AWAY: 3,
  PUBLISH_QUEUE_FULL: 3,
  STATION_BACKUP_FAILED: 3,
  PLC_SILENT: 2,
  PLC_NOT_AUTOMATIC: 3,
  PLC_NO_ANSWER: 2,
  PLC_REJECTED_JOB: 2,
  PLC_JOB_FAILED: 2,
  PLC_UNKNOWN_JOB: 2,
  STATION_JOB_FAILED: 2,
  STATION_APPROVAL_LAPSED: 2,
  STATION_MACHINE_CHANGED: 2,
  STATION_ORDER_UNREAD: 2,
  STATION_SHARE_FAILED: 2,
  ACQUIRE_TABLE_DRIFTED: 2,
  ACQUIRE_CORNERS_DRIFTED: 2,
  ACQUIRE_SCAN_BLURRED: 3,
  ACQUIRE_SCAN_DARK: 3,
  ACQUIRE_SCAN_GLARE: 3,
  ACQUIRE_SCAN_CUT_OFF: 2,
  ACQUIRE_SCAN_REACHED_INTO: 2,
  ACQUIRE_SCAN_SEVERAL: 2,
  ACQUIRE_CAMERA_LOST: 2,
  ACQUIRE_CAMERA_STALE: 2,
  ACQUIRE_CAMERA_FROZEN: 2,
  ACQUIRE_CAMERA_DARK: 3,
  ACQUIRE_CAMERA_OVEREXPOSED: 3,
  ACQUIRE_CAMERA_BLURRED: 3,
  INSPECT_PROVIDER_FELL_BACK: 3,
  INSPECT_WORKER_REPLACED: 3,
  STORE_RESTORED: 2,
  STORE_DISK_FULL: 1,
  STORE_DISK_FAILED: 1,
  STORE_NOT_WRITABLE: 1,
};

/** Every alarm that there is. */
export const ALARM_CODES = Object.keys(SEVERITY) as readonly AlarmCode[];

/** What the store keeps the shelves under. */
const SHELVES = 'alarmShelves';
/** An alarm that comes back so soon after its end is the same trouble: who has seen it has seen it. */
export const SAME_TROUBLE_MS = 10 * 60_000;

export interface ShelfWish {
  readonly by: string;
  readonly reason: ShelfReason;
  readonly minutes: number;
}

export interface AlarmBookOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  /** As the store had them (`alarmShelves`). */
  readonly shelves: string | undefined;
  readonly active: readonly Alarm[];
  readonly lastNumber: number;
  /** Rows were written to the outbox. */
  readonly onOutbox: () => void;
  readonly show: (topic: RetainedTopic, payload: string) => void;
  readonly onChange: () => void;
}

/** A change of an alarm, to be written. */
interface Change {
  readonly alarm: Alarm;
  readonly at: string;
  readonly isTold: boolean;
}

/** The alarms that stand, one a code. Raising twice and clearing what is not there do nothing; each change is written
 *  with its message in one transaction, and every alarm that was raised ends with a message of its own. While the disk
 *  refuses, alarms come and go in windows and in the summary, and are written in their order by `writeOwed`. */
export class AlarmBook {
  readonly #options: AlarmBookOptions;
  #active: readonly Alarm[];
  #lastNumber: number;
  #queue: Promise<unknown> = Promise.resolve();
  /** By code: what was put aside stays so when it ends and comes again. */
  readonly #shelves: Map<string, Shelf>;
  /** Shown and not written: the disk refused. */
  #owed: Change[] = [];
  /** By code: when an alarm that somebody had seen ended, ms. */
  readonly #seenUntil = new Map<string, number>();
  #stopWaiting: () => void = () => undefined;

  constructor(options: AlarmBookOptions) {
    this.#options = options;
    this.#active = options.active;
    this.#lastNumber = options.lastNumber;
    this.#shelves = new Map(
      Object.entries((JSON.parse(options.shelves ?? '{}') as Record<string, unknown>) ?? {}).map(([code, shelf]) => [
        code,
        shelfSchema.parse(shelf),
      ]),
    );
    this.#waitForShelves();
  }

  get active(): readonly Alarm[] {
    return this.#active;
  }

  summary(): string {
    return alarmSummaryPayload(this.#active, this.#options.clock.now());
  }

  raise(code: AlarmCode, job: string | null, details: Alarm['details'] = {}): Promise<void> {
    return this.#inOrder(async () => {
      if (this.#active.some((a) => a.code === code)) return;
      this.#lastNumber += 1;
      const raisedAt = this.#options.clock.now();
      const raised = this.#alarm(`a${this.#lastNumber}`, code, job, details, raisedAt);
      const seenUntil = this.#seenUntil.get(code) ?? -Infinity;
      const isSeen = Date.parse(raisedAt) - seenUntil < SAME_TROUBLE_MS;
      await this.#tell({ ...raised, isAcknowledged: isSeen }, raisedAt);
    });
  }

  /** Gives an alarm that stands other details: shown and kept, and no message of its own. */
  reword(code: AlarmCode, details: Alarm['details']): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#active.find((a) => a.code === code);
      if (!alarm || isDeepStrictEqual(alarm.details, details)) return;
      await this.#tell({ ...alarm, details }, this.#options.clock.now(), false);
    });
  }

  /** Writes what the disk would not take, with the times at which it was so.
   *  @throws KerfError when it refuses still; what was written stays written */
  writeOwed(): Promise<void> {
    return this.#inOrder(async () => {
      for (let [change] = this.#owed; change; [change] = this.#owed) {
        await this.#commit(change, this.summary());
        this.#owed.shift();
        if (change.isTold) this.#options.onOutbox();
      }
    });
  }

  clear(code: AlarmCode): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#active.find((a) => a.code === code);
      if (!alarm) return;
      const clearedAt = this.#options.clock.now();
      if (alarm.isAcknowledged) this.#seenUntil.set(code, Date.parse(clearedAt));
      else this.#seenUntil.delete(code);
      await this.#tell({ ...alarm, isActive: false, n: alarm.n + 1, clearedAt }, clearedAt);
    });
  }

  /** @throws KerfError STATION_ALARM_UNKNOWN */
  acknowledge(id: string): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#standing(id);
      if (alarm.isAcknowledged) return;
      const change = { alarm: { ...alarm, isAcknowledged: true }, at: this.#options.clock.now(), isTold: false };
      if (this.#owed.some((owed) => owed.alarm.id === id)) this.#owe(change);
      else await this.#put(change);
    });
  }

  /** Puts an alarm aside for a time, also when it ends and comes again meanwhile. An urgent one stays in front.
   *  @throws KerfError STATION_ALARM_UNKNOWN, STATION_ALARM_URGENT */
  shelve(id: string, { by, reason, minutes }: ShelfWish): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#standing(id);
      if (alarm.severity <= 1)
        throw new KerfError('STATION_ALARM_URGENT', `Alarm ${id} (${alarm.code}) is urgent: it cannot be put aside.`, {
          fault: 'answer',
          details: { alarm: id, code: alarm.code },
        });
      const at = this.#options.clock.now();
      const shelf = { by, reason, at, until: new Date(Date.parse(at) + minutes * 60_000).toISOString() };
      this.#shelves.set(alarm.code, shelf);
      await this.#put(
        { alarm: { ...alarm, isAcknowledged: true, shelved: shelf }, at, isTold: false },
        {
          ...{ kind: 'alarm shelved', at, by },
          details: { alarm: id, code: alarm.code, reason, until: shelf.until },
        },
      );
      this.#waitForShelves();
    });
  }

  /** Brings an alarm back before its time. @throws KerfError STATION_ALARM_UNKNOWN */
  unshelve(id: string, by: string): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#standing(id);
      if (!alarm.shelved) return;
      await this.#bringBack(alarm.code, by);
      this.#waitForShelves();
    });
  }

  async #bringBack(code: string, by: string | null): Promise<void> {
    const at = this.#options.clock.now();
    this.#shelves.delete(code);
    this.#seenUntil.delete(code);
    const alarm = this.#active.find((a) => a.code === code);
    const event = { kind: 'alarm back', at, by, details: { alarm: alarm?.id ?? null, code } };
    // Whoever put it aside has not dealt with it: it asks for a person again.
    if (alarm) await this.#put({ alarm: { ...alarm, isAcknowledged: false, shelved: null }, at, isTold: false }, event);
    else {
      await this.#options.store.setMeta({ [SHELVES]: this.#shelvesText() });
      await this.#options.store.note(event);
    }
  }

  /** Until the first shelf's time is up. */
  #waitForShelves(): void {
    this.#stopWaiting();
    const until = Math.min(...[...this.#shelves.values()].map((shelf) => Date.parse(shelf.until)));
    if (!Number.isFinite(until)) return;
    const wait = Math.max(0, until - Date.parse(this.#options.clock.now()));
    this.#stopWaiting = this.#options.timers.after(wait, () => void this.#endShelves());
  }

  #endShelves(): Promise<void> {
    return this.#inOrder(async () => {
      const now = Date.parse(this.#options.clock.now());
      for (const [code, { until }] of [...this.#shelves])
        if (Date.parse(until) <= now) await this.#bringBack(code, null);
      this.#waitForShelves();
    });
  }

  #shelvesText(): string {
    return JSON.stringify(Object.fromEntries(this.#shelves));
  }

  /** @throws KerfError STATION_ALARM_UNKNOWN */
  #standing(id: string): Alarm {
    const alarm = this.#active.find((a) => a.id === id);
    if (!alarm)
      throw new KerfError('STATION_ALARM_UNKNOWN', `Alarm ${id} does not stand (any more).`, {
        fault: 'answer',
        details: { alarm: id },
      });
    return alarm;
  }

  /** Ends the waiting for shelves; what was begun is waited for by `settle`. */
  close(): void {
    this.#stopWaiting();
  }

  /** Waits for what was begun. */
  async settle(): Promise<void> {
    await this.#queue;
  }

  #alarm(id: string, code: AlarmCode, job: string | null, details: Alarm['details'], raisedAt: string): Alarm {
    return {
      id,
      code,
      severity: SEVERITY[code],
      isActive: true,
      isAcknowledged: false,
      n: 1,
      job,
      details,
      raisedAt,
      shelved: this.#shelves.get(code) ?? null,
      clearedAt: null,
    };
  }

  /** Raised, ended or reworded: shown even where it cannot be written now. */
  async #tell(alarm: Alarm, at: string, isTold = true): Promise<void> {
    const change = { alarm, at, isTold };
    // What is owed comes first.
    if (this.#owed.length > 0) return this.#owe(change);
    try {
      await this.#put(change);
    } catch (cause) {
      if (diskCode(cause) === null) throw cause;
      this.#owe(change);
    }
  }

  #owe(change: Change): void {
    this.#owed.push(change);
    this.#show(this.#with(change.alarm), change.at);
  }

  async #put(change: Change, event?: StepEvent): Promise<void> {
    const active = this.#with(change.alarm);
    await this.#commit(change, alarmSummaryPayload(active, change.at), event);
    this.#show(active, change.at);
    if (change.isTold) this.#options.onOutbox();
  }

  async #commit({ alarm, at, isTold }: Change, summary: string, event?: StepEvent): Promise<void> {
    await this.#options.store.commitAlarm({
      alarm,
      outbox: isTold
        ? [{ job: alarm.job, topic: TOPICS.alarm, payload: alarmPayload(alarm, at), endsWith: 'puback' }]
        : [],
      ...(event ? { event } : {}),
      meta: {
        alarmNumber: String(this.#lastNumber),
        [SHELVES]: this.#shelvesText(),
        [`retained/${TOPICS.alarmSummary}`]: summary,
      },
    });
  }

  #with(alarm: Alarm): readonly Alarm[] {
    return [...this.#active.filter((a) => a.id !== alarm.id), ...(alarm.isActive ? [alarm] : [])];
  }

  #show(active: readonly Alarm[], at: string): void {
    this.#active = active;
    this.#options.show(TOPICS.alarmSummary, alarmSummaryPayload(active, at));
    this.#options.onChange();
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
