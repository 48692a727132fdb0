import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { defectSchema, type Defect } from '#domain/inspection.ts';
import { alarmSchema, jobSchema, type Alarm, type Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { MIGRATIONS, type Migration } from './migrations/migrations.ts';
import type {
  AlarmStep,
  Label,
  NewOutboxRow,
  OutboxEnd,
  OutboxRow,
  RememberedCommand,
  Step,
  StepEvent,
  StoreCalls,
  StoredEvent,
} from './records.ts';
import { storeError } from './store-error.ts';

const MAX_SEQ = 2147483647;

export interface DatabaseOptions {
  /** Upper limit of the file; SQLite says it is full beyond. For tests of a full disk. */
  readonly maxPages?: number;
  readonly migrations?: readonly Migration[];
}

/** The database itself, synchronous: only the store's worker (and its tests) holds one.
 *  `kerf.lock` is a second SQLite file kept in an exclusive transaction: the system frees it with the process, however
 *  that ends, and other programs can still read kerf.sqlite meanwhile. */
export class Database implements StoreCalls {
  readonly #path: string;
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  #isClosed = false;

  constructor(dir: string, { maxPages, migrations = MIGRATIONS }: DatabaseOptions = {}) {
    this.#path = join(dir, 'kerf.sqlite');
    try {
      mkdirSync(dir, { recursive: true });
      this.#lock = new DatabaseSync(join(dir, 'kerf.lock'));
    } catch (cause) {
      throw storeError(cause, dir);
    }
    try {
      this.#lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
      this.#db = new DatabaseSync(this.#path);
    } catch (cause) {
      this.#lock.close();
      throw storeError(cause, dir);
    }
    try {
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
      if (maxPages !== undefined) this.#db.exec(`PRAGMA max_page_count = ${maxPages}`);
      this.#migrate(migrations);
    } catch (cause) {
      this.close();
      throw storeError(cause, this.#path);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#db.close();
    this.#lock.close();
  }

  createJob(job: Omit<Job, 'seq' | 'id'>, event: StepEvent, meta: Readonly<Record<string, string>>): Job {
    return this.#transaction(() => {
      const last = Number(this.#one('SELECT value FROM meta WHERE key = ?', 'seq')?.['value'] ?? 0);
      if (last >= MAX_SEQ)
        throw new KerfError(
          'STORE_SEQ_USED_UP',
          `${this.#path}: job number ${last} was the last one that the PLC's contract allows.`,
        );
      const seq = last + 1;
      // With the time in it: a station whose folder was emptied must not give a PLC an id that it remembers as done.
      const stamp = job.createdAt.replaceAll(/[-:]/g, '').replace(/\..*|Z$/, '');
      const whole: Job = { ...job, id: `j${stamp}-${seq}`, seq };
      this.#putMeta({ ...meta, seq: String(seq) });
      this.#run(
        'INSERT INTO jobs (id, seq, state, created_at, updated_at, document) VALUES (?, ?, ?, ?, ?, ?)',
        whole.id,
        seq,
        whole.state,
        whole.createdAt,
        whole.updatedAt,
        JSON.stringify(whole),
      );
      this.#putEvent(whole.id, event);
      return whole;
    });
  }

  commitStep(step: Step): void {
    this.#transaction(() => {
      const { job } = step;
      const { changes } = this.#run(
        'UPDATE jobs SET state = ?, updated_at = ?, document = ? WHERE id = ? AND state = ?',
        job.state,
        job.updatedAt,
        JSON.stringify(job),
        job.id,
        step.expectedState,
      );
      if (changes !== 1)
        throw new KerfError(
          'STORE_STEP_OUT_OF_ORDER',
          `Job ${job.id} is no longer ${step.expectedState}; the step to ${job.state} was not written.`,
          {
            fault: 'answer',
            details: { job: job.id, expectedState: step.expectedState, state: job.state },
          },
        );
      this.#putEvent(job.id, step.event);
      for (const end of step.endOutbox ?? [])
        for (const topic of end.topics)
          this.#run(
            'UPDATE outbox SET ended_at = ?, ended_by = ? WHERE job = ? AND topic = ? AND ended_at IS NULL',
            step.event.at,
            end.by,
            end.job,
            topic,
          );
      for (const row of step.outbox ?? []) this.#putOutbox(row, step.event.at);
      for (const alarm of step.alarms ?? []) this.#putAlarm(alarm);
      if (step.meta) this.#putMeta(step.meta);
      if (step.scan)
        this.#run(
          'INSERT OR REPLACE INTO scans (job, sha256, path, taken_at, width_px, height_px) VALUES (?, ?, ?, ?, ?, ?)',
          step.scan.job,
          step.scan.sha256,
          step.scan.path,
          step.scan.takenAt,
          step.scan.widthPx,
          step.scan.heightPx,
        );
      if (step.layout)
        this.#run(
          'INSERT INTO layouts (job, sha256, at, piece_count, nested_yield_bp) VALUES (?, ?, ?, ?, ?)',
          step.layout.job,
          step.layout.sha256,
          step.layout.at,
          step.layout.pieceCount,
          step.layout.nestedYieldBp,
        );
      if (step.label) this.#putLabel(step.label);
    });
  }

  commitAlarm({ alarm, outbox, meta }: AlarmStep): void {
    this.#transaction(() => {
      this.#putAlarm(alarm);
      for (const row of outbox) this.#putOutbox(row, alarm.clearedAt ?? alarm.raisedAt);
      if (meta) this.#putMeta(meta);
    });
  }

  job(id: string): Job | null {
    const row = this.#one('SELECT document FROM jobs WHERE id = ?', id);
    return row ? this.#parseJob(row['document']) : null;
  }

  latestJob(): Job | null {
    return this.jobs(1)[0] ?? null;
  }

  jobs(limit: number): Job[] {
    return this.#all('SELECT document FROM jobs ORDER BY seq DESC LIMIT ?', limit).map((row) =>
      this.#parseJob(row['document']),
    );
  }

  events(job: string): StoredEvent[] {
    return this.#all('SELECT id, job, kind, at, by, details FROM job_events WHERE job = ? ORDER BY id', job).map(
      (row) => ({
        id: Number(row['id']),
        job: String(row['job']),
        kind: String(row['kind']),
        at: String(row['at']),
        by: row['by'] === null ? null : String(row['by']),
        details: JSON.parse(String(row['details'])) as StepEvent['details'],
      }),
    );
  }

  labels(job: string): Label[] {
    return this.#all('SELECT * FROM labels WHERE job = ? ORDER BY n', job).map((row) => ({
      job: String(row['job']),
      n: Number(row['n']),
      at: String(row['at']),
      by: String(row['by']),
      action: row['action'] as Label['action'],
      of: row['of_n'] === null ? null : Number(row['of_n']),
      defect: String(row['defect']),
      position: Number(row['position']),
      before: this.#defect(row['before']),
      after: this.#defect(row['after']),
    }));
  }

  openOutbox(limit = -1): OutboxRow[] {
    return this.#all('SELECT * FROM outbox WHERE ended_at IS NULL ORDER BY id LIMIT ?', limit).map((row) => ({
      id: Number(row['id']),
      job: row['job'] === null ? null : String(row['job']),
      topic: String(row['topic']),
      payload: String(row['payload']),
      endsWith: row['ends_with'] as OutboxEnd,
      createdAt: String(row['created_at']),
      sentCount: Number(row['sent_count']),
    }));
  }

  openOutboxCount(): number {
    return Number(this.#one('SELECT count(*) AS count FROM outbox WHERE ended_at IS NULL')?.['count']);
  }

  outboxSent(ids: readonly number[], at: string): void {
    this.#transaction(() => {
      for (const id of ids)
        this.#run('UPDATE outbox SET sent_count = sent_count + 1, sent_at = ? WHERE id = ?', at, id);
    });
  }

  outboxEnd(ids: readonly number[], by: string, at: string): void {
    this.#transaction(() => {
      for (const id of ids)
        this.#run('UPDATE outbox SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL', at, by, id);
    });
  }

  activeAlarms(): Alarm[] {
    return this.#all('SELECT document FROM alarms WHERE is_active = 1 ORDER BY raised_at, id').map((row) =>
      parseDocument(alarmSchema, parseJson(String(row['document']), this.#path, 'STORE_CORRUPT'), {
        name: 'alarm',
        where: this.#path,
        code: 'STORE_CORRUPT',
      }),
    );
  }

  meta(): Record<string, string> {
    return Object.fromEntries(
      this.#all('SELECT key, value FROM meta').map((row) => [String(row['key']), String(row['value'])]),
    );
  }

  setMeta(entries: Readonly<Record<string, string>>): void {
    this.#transaction(() => this.#putMeta(entries));
  }

  rememberCommand(command: RememberedCommand, forgetBefore: string): RememberedCommand | null {
    return this.#transaction(() => {
      this.#run('DELETE FROM commands WHERE at < ?', forgetBefore);
      const known = this.#one('SELECT id, verb, code, at FROM commands WHERE id = ?', command.id);
      if (known)
        return {
          id: String(known['id']),
          verb: String(known['verb']),
          code: Number(known['code']),
          at: String(known['at']),
        };
      this.#run(
        'INSERT INTO commands (id, verb, code, at) VALUES (?, ?, ?, ?)',
        command.id,
        command.verb,
        command.code,
        command.at,
      );
      return null;
    });
  }

  answerCommand(id: string, code: number): void {
    this.#transaction(() => this.#run('UPDATE commands SET code = ? WHERE id = ?', code, id));
  }

  check(): string {
    return String(Object.values(this.#one('PRAGMA quick_check') ?? {})[0]);
  }

  #migrate(migrations: readonly Migration[]): void {
    const found = Number(this.#one('PRAGMA user_version')?.['user_version'] ?? 0);
    const newest = migrations.at(-1)?.version ?? 0;
    if (found > newest)
      throw new KerfError(
        'STORE_FROM_LATER_VERSION',
        `${this.#path}: found version ${found}, this Kerf reads up to ${newest}. Use the Kerf that wrote it, or a newer one.`,
        {
          details: { found, newest },
        },
      );
    for (const migration of migrations.filter((m) => m.version > found))
      this.#transaction(() => {
        this.#db.exec(migration.sql);
        this.#db.exec(`PRAGMA user_version = ${migration.version}`);
      });
  }

  #putEvent(job: string, event: StepEvent): void {
    this.#run(
      'INSERT INTO job_events (job, kind, at, by, details) VALUES (?, ?, ?, ?, ?)',
      job,
      event.kind,
      event.at,
      event.by,
      JSON.stringify(event.details),
    );
  }

  #putOutbox(row: NewOutboxRow, at: string): void {
    this.#run(
      'INSERT INTO outbox (job, topic, payload, ends_with, created_at) VALUES (?, ?, ?, ?, ?)',
      row.job,
      row.topic,
      row.payload,
      row.endsWith,
      at,
    );
  }

  #putLabel(label: Label): void {
    const json = (defect: Label['before']) => (defect === null ? null : JSON.stringify(defect));
    this.#run(
      `INSERT INTO labels (job, n, at, by, action, of_n, defect, position, before, after)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      label.job,
      label.n,
      label.at,
      label.by,
      label.action,
      label.of,
      label.defect,
      label.position,
      json(label.before),
      json(label.after),
    );
  }

  #defect(document: unknown): Defect | null {
    if (document === null) return null;
    return parseDocument(defectSchema, parseJson(String(document), this.#path, 'STORE_CORRUPT'), {
      name: 'defect',
      where: this.#path,
      code: 'STORE_CORRUPT',
    });
  }

  #putAlarm(alarm: Alarm): void {
    this.#run(
      `INSERT INTO alarms (id, code, is_active, raised_at, document) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET is_active = excluded.is_active, document = excluded.document`,
      alarm.id,
      alarm.code,
      alarm.isActive ? 1 : 0,
      alarm.raisedAt,
      JSON.stringify(alarm),
    );
  }

  #putMeta(entries: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(entries))
      this.#run(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
  }

  #parseJob(document: unknown): Job {
    return parseDocument(jobSchema, parseJson(String(document), this.#path, 'STORE_CORRUPT'), {
      name: 'job',
      where: this.#path,
      code: 'STORE_CORRUPT',
    });
  }

  #transaction<T>(work: () => T): T {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (cause) {
      // SQLite rolls some failures back itself (a full disk); a second ROLLBACK would hide the reason.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw storeError(cause, this.#path);
    }
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    return this.#statement(sql).run(...values);
  }
  #one(sql: string, ...values: SQLInputValue[]) {
    return this.#read(() => this.#statement(sql).get(...values));
  }
  #all(sql: string, ...values: SQLInputValue[]) {
    return this.#read(() => this.#statement(sql).all(...values));
  }
  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw storeError(cause, this.#path);
    }
  }
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  #statement(sql: string) {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#db.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
