import { defectSchema, type Defect } from '#domain/inspection.ts';
import { alarmSchema, finalJobStates, jobSchema, type Alarm, type Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { auditHash, checkChain } from './audit-chain.node.ts';
import type { AuditCheck, AuditHead, AuditRow } from './audit-chain.ts';
import { LockedSqlite, type Row, type SqliteOptions } from './locked-sqlite.node.ts';
import type {
  AlarmStep,
  Label,
  NewOutboxRow,
  OrderTally,
  OutboxEnd,
  OutboxRow,
  RememberedCommand,
  Step,
  StepEvent,
  StoreCalls,
  StoredEvent,
  StoredPerson,
} from './records.ts';

const MAX_SEQ = 2147483647;

/** The database itself, synchronous: only the store's worker, and commands that read beside it, hold one. */
export class Database implements StoreCalls {
  readonly #sql: LockedSqlite;

  constructor(dir: string, options: SqliteOptions = {}) {
    this.#sql = new LockedSqlite(dir, options);
  }

  close(): void {
    this.#sql.close();
  }

  createJob(job: Omit<Job, 'seq' | 'id'>, event: StepEvent, meta: Readonly<Record<string, string>>): Job {
    return this.#sql.transaction(() => {
      const last = Number(this.#sql.one('SELECT value FROM meta WHERE key = ?', 'seq')?.['value'] ?? 0);
      if (last >= MAX_SEQ)
        throw new KerfError(
          'STORE_SEQ_USED_UP',
          `${this.#sql.path}: job number ${last} was the last one that the PLC's contract allows.`,
        );
      const seq = last + 1;
      // With the time in it: a station whose folder was emptied must not give a PLC an id that it remembers as done.
      const stamp = job.createdAt.replaceAll(/[-:]/g, '').replace(/\..*|Z$/, '');
      const whole: Job = { ...job, id: `j${stamp}-${seq}`, seq };
      this.#putMeta({ ...meta, seq: String(seq) });
      this.#sql.run(
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
    this.#sql.transaction(() => {
      const { job } = step;
      const { changes } = this.#sql.run(
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
          this.#sql.run(
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
        this.#sql.run(
          'INSERT OR REPLACE INTO scans (job, sha256, path, taken_at, width_px, height_px) VALUES (?, ?, ?, ?, ?, ?)',
          step.scan.job,
          step.scan.sha256,
          step.scan.path,
          step.scan.takenAt,
          step.scan.widthPx,
          step.scan.heightPx,
        );
      if (step.layout)
        this.#sql.run(
          'INSERT INTO layouts (job, sha256, at, piece_count, nested_yield_bp) VALUES (?, ?, ?, ?, ?)',
          step.layout.job,
          step.layout.sha256,
          step.layout.at,
          step.layout.pieceCount,
          step.layout.nestedYieldBp,
        );
      if (step.label) this.#putLabel(step.label);
      if (step.release !== undefined)
        this.#sql.run('INSERT OR REPLACE INTO releases (job, document) VALUES (?, ?)', job.id, step.release);
    });
  }

  commitAlarm({ alarm, outbox, meta }: AlarmStep): void {
    this.#sql.transaction(() => {
      this.#putAlarm(alarm);
      for (const row of outbox) this.#putOutbox(row, alarm.clearedAt ?? alarm.raisedAt);
      if (meta) this.#putMeta(meta);
    });
  }

  job(id: string): Job | null {
    const row = this.#sql.one('SELECT document FROM jobs WHERE id = ?', id);
    return row ? this.#parseJob(row['document']) : null;
  }

  latestJob(): Job | null {
    return this.jobs(1)[0] ?? null;
  }

  jobs(limit: number): Job[] {
    return this.#sql
      .all('SELECT document FROM jobs ORDER BY seq DESC LIMIT ?', limit)
      .map((row) => this.#parseJob(row['document']));
  }

  events(job: string): StoredEvent[] {
    return this.#sql
      .all('SELECT id, job, kind, at, by, details FROM job_events WHERE job = ? ORDER BY id', job)
      .map(auditRow)
      .map((row) => ({ ...row, details: JSON.parse(row.details) as StepEvent['details'] }));
  }

  sheet(job: string): string | null {
    const row = this.#sql.one('SELECT document FROM sheets WHERE job = ?', job);
    return row ? String(row['document']) : null;
  }

  sheets(from: string, until: string): string[] {
    return this.#sql
      .all('SELECT document FROM sheets WHERE at >= ? AND at < ? ORDER BY at', from, until)
      .map((row) => String(row['document']));
  }

  putSheet(job: string, at: string, document: string, isChange: boolean): void {
    const how = isChange ? 'REPLACE' : 'IGNORE';
    this.#sql.transaction(() =>
      this.#sql.run(`INSERT OR ${how} INTO sheets (job, at, document) VALUES (?, ?, ?)`, job, at, document),
    );
  }

  jobsWithoutSheet(limit: number): Job[] {
    return this.#sql
      .all(
        `SELECT document FROM jobs WHERE state IN ('done', 'failed', 'cancelled', 'rejected')
         AND seq > (SELECT coalesce(max(seq), 0) - 1000 FROM jobs)
         AND json_extract(document, '$.layoutSha256') IS NOT NULL AND id NOT IN (SELECT job FROM sheets)
         ORDER BY seq DESC LIMIT ?`,
        limit,
      )
      .map((row) => this.#parseJob(row['document']));
  }

  jobsWithPictures(): { readonly job: string; readonly endedAt: string | null; readonly isKept: boolean }[] {
    return this.#sql
      .all(
        `SELECT scans.job AS job, jobs.state AS state, jobs.updated_at AS at,
           EXISTS (SELECT 1 FROM labels WHERE labels.job = scans.job) AS kept
         FROM scans JOIN jobs ON jobs.id = scans.job WHERE scans.removed_at IS NULL`,
      )
      .map((row) => ({
        job: String(row['job']),
        endedAt: finalJobStates.has(row['state'] as Job['state']) ? String(row['at']) : null,
        isKept: row['kept'] === 1,
      }));
  }

  picturesRemoved(job: string, at: string): void {
    this.#sql.transaction(() => {
      this.#sql.run('UPDATE scans SET removed_at = ? WHERE job = ?', at, job);
      this.#putEvent(null, { kind: 'pictures removed', at, by: null, details: { job } });
    });
  }

  jobCount(): number {
    return Number(this.#sql.one('SELECT count(*) AS count FROM jobs')?.['count'] ?? 0);
  }

  jobsOfOrder(order: string, limit: number): Job[] {
    return this.#sql
      .all('SELECT document FROM jobs WHERE order_name = ? ORDER BY seq DESC LIMIT ?', order, limit)
      .map((row) => this.#parseJob(row['document']));
  }

  orderTallies(): OrderTally[] {
    return this.#sql
      .all(
        `SELECT order_name, sum(piece_count) AS cut, count(*) AS hides FROM jobs WHERE state = 'done' GROUP BY order_name`,
      )
      .map((row) => ({
        order: String(row['order_name']),
        cutCount: Number(row['cut']),
        hideCount: Number(row['hides']),
      }));
  }

  latestEvents(limit: number): StoredEvent[] {
    return this.#sql
      .all('SELECT id, job, kind, at, by, details FROM job_events ORDER BY id DESC LIMIT ?', limit)
      .map(auditRow)
      .map((row) => ({ ...row, details: JSON.parse(row.details) as StepEvent['details'] }));
  }

  people(): StoredPerson[] {
    return this.#sql.all('SELECT * FROM people ORDER BY name').map((row) => ({
      name: String(row['name']),
      role: row['role'] as StoredPerson['role'],
      salt: row['salt'] as Uint8Array,
      hash: row['hash'] as Uint8Array,
      setAt: String(row['set_at']),
      failedCount: Number(row['failed_count']),
      lockedUntil: row['locked_until'] === null ? null : String(row['locked_until']),
    }));
  }

  putPerson(p: StoredPerson): void {
    this.#sql.transaction(() =>
      this.#sql.run(
        `INSERT OR REPLACE INTO people (name, role, salt, hash, set_at, failed_count, locked_until)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        ...[p.name, p.role, p.salt, p.hash, p.setAt, p.failedCount, p.lockedUntil],
      ),
    );
  }

  removePerson(name: string): void {
    this.#sql.transaction(() => this.#sql.run('DELETE FROM people WHERE name = ?', name));
  }

  release(job: string): string | null {
    const row = this.#sql.one('SELECT document FROM releases WHERE job = ?', job);
    return row ? String(row['document']) : null;
  }

  note(event: StepEvent): void {
    this.#sql.transaction(() => this.#putEvent(null, event));
  }

  auditHead(): AuditHead {
    const last = this.#lastEvent();
    return { n: last?.id ?? 0, hash: last?.hash ? Buffer.from(last.hash).toString('hex') : '' };
  }

  /** Hex; null where there is no such row. */
  auditHashAt(n: number): string | null {
    const hash = hashOf(this.#sql.one('SELECT hash FROM job_events WHERE id = ?', n) ?? {});
    return hash ? Buffer.from(hash).toString('hex') : null;
  }

  auditCheck(): AuditCheck {
    return this.#sql.each('SELECT id, job, kind, at, by, details, hash FROM job_events ORDER BY id', (rows) =>
      checkChain(mapped(rows, (row) => ({ ...auditRow(row), hash: hashOf(row) }))),
    );
  }

  putOutbox(row: NewOutboxRow, at: string): void {
    this.#sql.transaction(() => this.#putOutbox(row, at));
  }

  labels(job: string): Label[] {
    return this.#sql.all('SELECT * FROM labels WHERE job = ? ORDER BY n', job).map((row) => ({
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
    return this.#sql.all('SELECT * FROM outbox WHERE ended_at IS NULL ORDER BY id LIMIT ?', limit).map((row) => ({
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
    return Number(this.#sql.one('SELECT count(*) AS count FROM outbox WHERE ended_at IS NULL')?.['count']);
  }

  outboxSent(ids: readonly number[], at: string): void {
    this.#sql.transaction(() => {
      for (const id of ids)
        this.#sql.run('UPDATE outbox SET sent_count = sent_count + 1, sent_at = ? WHERE id = ?', at, id);
    });
  }

  outboxEnd(ids: readonly number[], by: string, at: string): void {
    this.#sql.transaction(() => {
      for (const id of ids)
        this.#sql.run('UPDATE outbox SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL', at, by, id);
    });
  }

  activeAlarms(): Alarm[] {
    return this.#sql.all('SELECT document FROM alarms WHERE is_active = 1 ORDER BY raised_at, id').map((row) =>
      parseDocument(alarmSchema, parseJson(String(row['document']), this.#sql.path, 'STORE_CORRUPT'), {
        name: 'alarm',
        where: this.#sql.path,
        code: 'STORE_CORRUPT',
      }),
    );
  }

  meta(): Record<string, string> {
    return Object.fromEntries(
      this.#sql.all('SELECT key, value FROM meta').map((row) => [String(row['key']), String(row['value'])]),
    );
  }

  setMeta(entries: Readonly<Record<string, string>>): void {
    this.#sql.transaction(() => this.#putMeta(entries));
  }

  rememberCommand(command: RememberedCommand, forgetBefore: string): RememberedCommand | null {
    return this.#sql.transaction(() => {
      this.#sql.run('DELETE FROM commands WHERE at < ?', forgetBefore);
      const known = this.#sql.one('SELECT id, verb, code, at FROM commands WHERE id = ?', command.id);
      if (known)
        return {
          id: String(known['id']),
          verb: String(known['verb']),
          code: Number(known['code']),
          at: String(known['at']),
        };
      this.#sql.run(
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
    this.#sql.transaction(() => this.#sql.run('UPDATE commands SET code = ? WHERE id = ?', code, id));
  }

  check(): string {
    return String(Object.values(this.#sql.one('PRAGMA quick_check') ?? {})[0]);
  }

  #lastEvent(): { readonly id: number; readonly hash: Uint8Array | null } | null {
    const row = this.#sql.one('SELECT id, hash FROM job_events ORDER BY id DESC LIMIT 1');
    return row ? { id: Number(row['id']), hash: hashOf(row) } : null;
  }

  #putEvent(job: string | null, { kind, at, by, details }: StepEvent): void {
    const last = this.#lastEvent();
    const row: AuditRow = { id: (last?.id ?? 0) + 1, job, kind, at, by, details: JSON.stringify(details) };
    this.#sql.run(
      'INSERT INTO job_events (id, job, kind, at, by, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      row.id,
      row.job,
      row.kind,
      row.at,
      row.by,
      row.details,
      auditHash(last?.hash ?? null, row),
    );
  }

  #putOutbox(row: NewOutboxRow, at: string): void {
    this.#sql.run(
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
    this.#sql.run(
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
    return parseDocument(defectSchema, parseJson(String(document), this.#sql.path, 'STORE_CORRUPT'), {
      name: 'defect',
      where: this.#sql.path,
      code: 'STORE_CORRUPT',
    });
  }

  #putAlarm(alarm: Alarm): void {
    this.#sql.run(
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
      this.#sql.run(
        'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        key,
        value,
      );
  }

  #parseJob(document: unknown): Job {
    return parseDocument(jobSchema, parseJson(String(document), this.#sql.path, 'STORE_CORRUPT'), {
      name: 'job',
      where: this.#sql.path,
      code: 'STORE_CORRUPT',
    });
  }
}

function auditRow(row: Row): AuditRow {
  const text = (value: unknown) => (value === null ? null : String(value));
  return {
    id: Number(row['id']),
    job: text(row['job']),
    kind: String(row['kind']),
    at: String(row['at']),
    by: text(row['by']),
    details: String(row['details']),
  };
}

function hashOf(row: Row): Uint8Array | null {
  return row['hash'] instanceof Uint8Array ? row['hash'] : null;
}

function* mapped<A, B>(items: Iterable<A>, to: (item: A) => B): Generator<B> {
  for (const item of items) yield to(item);
}
