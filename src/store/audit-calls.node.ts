import { auditHash, checkChain } from './audit-chain.node.ts';
import type { AuditRow } from './audit-chain.ts';
import type { LockedSqlite, Row } from './locked-sqlite.node.ts';
import { putMeta } from './meta.node.ts';
import type { StepEvent, StoreCalls, StoredEvent } from './records.ts';

type AuditCalls = Pick<StoreCalls, 'events' | 'latestEvents' | 'note' | 'auditHead' | 'auditCheck'> & {
  /** Hex; null where there is no such row. */
  auditHashAt(n: number): string | null;
  picturesGone(job: string): PicturesGone | null;
};

/** Why a job that was released has no pictures any more, as the log says it. */
export interface PicturesGone {
  readonly why: 'retention' | 'restored without pictures';
  readonly at: string;
}

/** Kinds of events that say where pictures went. */
export const PICTURES_REMOVED = 'pictures removed';
export const RESTORED = 'restored';

/** Reading and writing the log in which each row's hash covers the row before. */
export function auditCalls(sql: LockedSqlite): AuditCalls {
  return {
    events(job) {
      return sql
        .all('SELECT id, job, kind, at, by, details FROM job_events WHERE job = ? ORDER BY id', job)
        .map(eventOf);
    },
    latestEvents(limit) {
      return sql
        .all('SELECT id, job, kind, at, by, details FROM job_events ORDER BY id DESC LIMIT ?', limit)
        .map(eventOf);
    },
    note(event, meta) {
      sql.transaction(() => {
        putEvent(sql, null, event);
        if (meta) putMeta(sql, meta);
      });
    },
    auditHead() {
      const last = lastEvent(sql);
      return { n: last?.id ?? 0, hash: last?.hash ? Buffer.from(last.hash).toString('hex') : '' };
    },
    /** Hex; null where there is no such row. */
    auditHashAt(n) {
      const hash = hashOf(sql.one('SELECT hash FROM job_events WHERE id = ?', n) ?? {});
      return hash ? Buffer.from(hash).toString('hex') : null;
    },
    picturesGone(job) {
      const row = sql.one(
        `SELECT kind, at FROM job_events WHERE job IS NULL
           AND ((kind = ? AND json_extract(details, '$.job') = ?)
             OR (kind = ? AND json_extract(details, '$.withScans') = 0))
           AND id > (SELECT max(id) FROM job_events WHERE job = ? AND kind = 'released')
         ORDER BY id LIMIT 1`,
        ...[PICTURES_REMOVED, job, RESTORED, job],
      );
      if (!row) return null;
      const why = row['kind'] === PICTURES_REMOVED ? 'retention' : 'restored without pictures';
      return { why, at: String(row['at']) };
    },
    auditCheck() {
      return sql.each('SELECT id, job, kind, at, by, details, hash FROM job_events ORDER BY id', (rows) =>
        checkChain(mapped(rows, (row) => ({ ...auditRow(row), hash: hashOf(row) }))),
      );
    },
  };
}

/** One row more, chained to the last one. */
export function putEvent(sql: LockedSqlite, job: string | null, { kind, at, by, details }: StepEvent): void {
  const last = lastEvent(sql);
  const row: AuditRow = { id: (last?.id ?? 0) + 1, job, kind, at, by, details: JSON.stringify(details) };
  sql.run(
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

function lastEvent(sql: LockedSqlite): { readonly id: number; readonly hash: Uint8Array | null } | null {
  const row = sql.one('SELECT id, hash FROM job_events ORDER BY id DESC LIMIT 1');
  return row ? { id: Number(row['id']), hash: hashOf(row) } : null;
}

function eventOf(row: Row): StoredEvent {
  const { details, ...rest } = auditRow(row);
  return { ...rest, details: JSON.parse(details) as StepEvent['details'] };
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
