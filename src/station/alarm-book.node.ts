import type { CameraTrouble } from '#acquire/camera.ts';
import type { Alarm } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import type { RetainedTopic } from '#publish/topics.ts';
import { TOPICS } from '#publish/topics.ts';
import type { Store } from '#store/store.node.ts';
import type { DiskCode } from './disk-watch.node.ts';
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
  | 'STATION_JOB_FAILED'
  | 'ACQUIRE_TABLE_DRIFTED'
  | ScanAlarm
  | CameraTrouble
  | 'INSPECT_PROVIDER_FELL_BACK'
  | 'INSPECT_WORKER_REPLACED'
  | DiskCode;

/** What is doubtful about the scan of a hide. */
export type ScanAlarm =
  | 'ACQUIRE_SCAN_BLURRED'
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
  STATION_JOB_FAILED: 2,
  ACQUIRE_TABLE_DRIFTED: 2,
  ACQUIRE_SCAN_BLURRED: 3,
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
  STORE_DISK_FULL: 1,
  STORE_NOT_WRITABLE: 1,
};

/** Id of the one alarm that stands in no store. */
const UNWRITTEN = 'unwritten';

export interface AlarmBookOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly active: readonly Alarm[];
  readonly lastNumber: number;
  /** Rows were written to the outbox. */
  readonly onOutbox: () => void;
  readonly show: (topic: RetainedTopic, payload: string) => void;
  readonly onChange: () => void;
}

/** The alarms that stand, one a code. Raising twice and clearing what is not there do nothing; each change is written
 *  with its message in one transaction, and every alarm that was raised ends with a message of its own. */
export class AlarmBook {
  readonly #options: AlarmBookOptions;
  #active: readonly Alarm[];
  #lastNumber: number;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: AlarmBookOptions) {
    this.#options = options;
    this.#active = options.active;
    this.#lastNumber = options.lastNumber;
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
      await this.#put(this.#alarm(`a${this.#lastNumber}`, code, job, details, raisedAt), raisedAt, true);
    });
  }

  /** An alarm that cannot be written down, because that is what it says: shown to windows and in the summary. */
  showUnwritten(code: AlarmCode, job: string | null): void {
    if (this.#active.some((a) => a.code === code)) return;
    const { clock } = this.#options;
    this.#showActive([...this.#active, this.#alarm(UNWRITTEN, code, job, {}, clock.now())]);
  }

  /** The disk takes it again: the alarm is written down as raised, and ended. */
  async writeUnwritten(code: AlarmCode, job: string | null): Promise<void> {
    this.#showActive(this.#active.filter((a) => a.id !== UNWRITTEN));
    await this.raise(code, job);
    await this.clear(code);
  }

  clear(code: AlarmCode): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#active.find((a) => a.code === code);
      if (!alarm) return;
      const clearedAt = this.#options.clock.now();
      await this.#put({ ...alarm, isActive: false, n: alarm.n + 1, clearedAt }, clearedAt, true);
    });
  }

  /** @throws KerfError STATION_ALARM_UNKNOWN */
  acknowledge(id: string): Promise<void> {
    return this.#inOrder(async () => {
      const alarm = this.#active.find((a) => a.id === id);
      if (!alarm)
        throw new KerfError('STATION_ALARM_UNKNOWN', `Alarm ${id} does not stand (any more).`, {
          fault: 'answer',
          details: { alarm: id },
        });
      if (alarm.id === UNWRITTEN) {
        this.#showActive(this.#active.map((a) => (a.id === id ? { ...a, isAcknowledged: true } : a)));
        return;
      }
      if (!alarm.isAcknowledged) await this.#put({ ...alarm, isAcknowledged: true }, this.#options.clock.now(), false);
    });
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
      clearedAt: null,
    };
  }

  #showActive(active: readonly Alarm[]): void {
    this.#active = active;
    this.#options.show(TOPICS.alarmSummary, this.summary());
    this.#options.onChange();
  }

  async #put(alarm: Alarm, t: string, isTold: boolean): Promise<void> {
    const { store, show, onOutbox, onChange } = this.#options;
    const active = [...this.#active.filter((a) => a.id !== alarm.id), ...(alarm.isActive ? [alarm] : [])];
    const summary = alarmSummaryPayload(active, t);
    await store.commitAlarm({
      alarm,
      outbox: isTold
        ? [{ job: alarm.job, topic: TOPICS.alarm, payload: alarmPayload(alarm, t), endsWith: 'puback' }]
        : [],
      meta: { alarmNumber: String(this.#lastNumber), [`retained/${TOPICS.alarmSummary}`]: summary },
    });
    this.#active = active;
    show(TOPICS.alarmSummary, summary);
    if (isTold) onOutbox();
    onChange();
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}
