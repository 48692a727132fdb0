import { remnantSchema, type Remnant } from '#domain/remnant.ts';
import { putEvent } from './audit-calls.node.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';
import type { StoreCalls } from './records.ts';
import { jobOf, storedDocument } from './stored-document.node.ts';

type RemnantCalls = Pick<
  StoreCalls,
  'remnant' | 'remnants' | 'remnantsOfHide' | 'endRemnant' | 'keepRemnant' | 'jobsOfHide' | 'hides'
>;

/** What is left of cut sheets, and the jobs of a hide. */
export function remnantCalls(sql: LockedSqlite): RemnantCalls {
  return {
    remnant: (id) => remnantById(sql, id),
    remnants(state, limit) {
      return sql
        .all('SELECT document FROM remnants WHERE state = ? ORDER BY at DESC, id LIMIT ?', state, limit)
        .map((row) => storedDocument(sql, remnantSchema, 'remnant', row['document']));
    },
    remnantsOfHide(hide) {
      return sql
        .all('SELECT document FROM remnants WHERE hide = ? ORDER BY at DESC, id', hide)
        .map((row) => storedDocument(sql, remnantSchema, 'remnant', row['document']));
    },
    endRemnant(id, end) {
      return sql.transaction(() => {
        const remnant = remnantById(sql, id);
        if (remnant?.state !== 'free') return remnant;
        const ended: Remnant = { ...remnant, state: end.state, endedBy: end.by, endedAt: end.at };
        updateRemnant(sql, ended);
        putEvent(sql, null, {
          ...{ kind: `remnant ${end.state}`, at: end.at, by: end.by },
          details: { remnant: id, job: remnant.job },
        });
        return ended;
      });
    },
    keepRemnant(id, { by, at }) {
      return sql.transaction(() => {
        const remnant = remnantById(sql, id);
        if (remnant?.state !== 'discarded') return remnant;
        const kept: Remnant = { ...remnant, state: 'free', endedBy: null, endedAt: null };
        updateRemnant(sql, kept);
        putEvent(sql, null, { kind: 'remnant kept', at, by, details: { remnant: id, job: remnant.job } });
        return kept;
      });
    },
    jobsOfHide(hide, limit) {
      return sql
        .all('SELECT document FROM jobs WHERE hide = ? ORDER BY seq DESC LIMIT ?', hide, limit)
        .map((row) => jobOf(sql, row['document']));
    },
    hides(part, limit) {
      return sql
        .all(
          `SELECT known.hide, known.jobs, job.created_at FROM (
             SELECT hide, count(*) AS jobs, max(seq) AS last, lower(hide) = lower(?) AS is_it FROM jobs
             WHERE hide IS NOT NULL AND instr(lower(hide), lower(?)) > 0
             GROUP BY hide ORDER BY is_it DESC, last DESC LIMIT ?
           ) AS known JOIN jobs AS job ON job.seq = known.last ORDER BY known.is_it DESC, known.last DESC`,
          part,
          part,
          limit,
        )
        .map((row) => ({
          code: String(row['hide']),
          jobCount: Number(row['jobs']),
          lastAt: String(row['created_at']),
        }));
    },
  };
}

function remnantById(sql: LockedSqlite, id: string): Remnant | null {
  const row = sql.one('SELECT document FROM remnants WHERE id = ?', id);
  return row ? storedDocument(sql, remnantSchema, 'remnant', row['document']) : null;
}

/** Inside a transaction: a remnant that is there stays as it is. */
export function putRemnant(sql: LockedSqlite, remnant: Remnant): void {
  const { id, job, hide, at, state } = remnant;
  sql.run(
    'INSERT OR IGNORE INTO remnants (id, job, hide, at, state, document) VALUES (?, ?, ?, ?, ?, ?)',
    ...[id, job, hide, at, state, JSON.stringify(remnant)],
  );
}

/** Inside a transaction: what a job was thought to have left is stock no more; its cutter has said what it truly cut.
 *  @returns whether other remnants may take its place: not where somebody has cut or thrown away of the earlier ones */
export function takeBackRemnants(sql: LockedSqlite, job: string, at: string): boolean {
  const before = sql
    .all('SELECT document FROM remnants WHERE job = ?', job)
    .map((row) => storedDocument(sql, remnantSchema, 'remnant', row['document']));
  const areFree = before.every(({ state }) => state === 'free');
  for (const remnant of before)
    if (areFree) sql.run('DELETE FROM remnants WHERE id = ?', remnant.id);
    else if (remnant.state === 'free') updateRemnant(sql, { ...remnant, state: 'used', endedBy: job, endedAt: at });
  if (before.length > 0)
    putEvent(sql, null, { kind: 'remnants recounted', at, by: null, details: { job, count: before.length } });
  return areFree;
}

/** Inside a transaction: a job has cut this remnant, or goes on where the one that left these was broken off. One that was
 *  said to be thrown away is used up too: taking that back would bring leather back that has been cut. */
export function useRemnants(
  sql: LockedSqlite,
  used: { readonly remnant: string | null; readonly leftBy: string | null },
  job: string,
  at: string,
): void {
  const rows = sql.all(
    "SELECT document FROM remnants WHERE state <> 'used' AND (id = ? OR job = ?)",
    used.remnant,
    used.leftBy,
  );
  for (const row of rows) {
    const remnant = storedDocument(sql, remnantSchema, 'remnant', row['document']);
    updateRemnant(sql, { ...remnant, state: 'used', endedBy: job, endedAt: at });
  }
}

function updateRemnant(sql: LockedSqlite, remnant: Remnant): void {
  sql.run(
    'UPDATE remnants SET state = ?, document = ? WHERE id = ?',
    remnant.state,
    JSON.stringify(remnant),
    remnant.id,
  );
}
