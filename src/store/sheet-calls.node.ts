import { finalJobStates, type Job } from '#domain/job.ts';
import { PICTURES_REMOVED, putEvent } from './audit-calls.node.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';
import type { StoreCalls } from './records.ts';
import { putRemnant, takeBackRemnants, useRemnants } from './remnant-calls.node.ts';
import { jobOf } from './stored-document.node.ts';

type SheetCalls = Pick<
  StoreCalls,
  | 'sheet'
  | 'sheets'
  | 'sheetsAfter'
  | 'sheetsOfOrder'
  | 'putSheet'
  | 'putCutDecision'
  | 'cutDecisions'
  | 'jobsWithoutSheet'
  | 'jobsWithPictures'
  | 'picturesRemoved'
>;

/** Of a job that the cutter took: it has said something of it, and not only that it will not. The ledger is of these jobs:
 *  one that was given up or rejected has left its leather as it was. */
const isTaken = (job: string) =>
  `EXISTS (SELECT 1 FROM job_events WHERE job = ${job} AND kind LIKE 'plc %' AND kind <> 'plc rejected')`;

/** A sheet is gone on with at once, but for jobs that came to nothing on the way. */
const MOST_TRIES = 100;

/** The ledger's records of sheets, what people decided about cut pieces, and which jobs still have their pictures. */
export function sheetCalls(sql: LockedSqlite): SheetCalls {
  return {
    sheet(job) {
      const row = sql.one('SELECT document FROM sheets WHERE job = ?', job);
      return row ? String(row['document']) : null;
    },
    sheets(from, until) {
      return sql
        .all(
          `SELECT document FROM sheets WHERE at >= ? AND at < ? AND ${isTaken('sheets.job')} ORDER BY at`,
          ...[from, until],
        )
        .map((row) => String(row['document']));
    },
    sheetsAfter(from, until) {
      return sql
        .all(
          `WITH RECURSIVE rests (job, seq, document) AS (
             SELECT sheets.job, jobs.seq, NULL FROM sheets JOIN jobs ON jobs.id = sheets.job
             WHERE sheets.at >= ? AND sheets.at < ? AND jobs.state <> 'done'
               AND json_extract(sheets.document, '$.cutMm2') = 0
             UNION ALL
             SELECT sheets.job, jobs.seq, sheets.document FROM rests
             JOIN jobs ON jobs.seq > rests.seq AND jobs.seq <= rests.seq + ${MOST_TRIES}
             JOIN sheets ON sheets.job = jobs.id
             WHERE json_extract(sheets.document, '$.follows') = rests.job AND ${isTaken('sheets.job')}
           )
           SELECT DISTINCT rests.document AS document FROM rests JOIN sheets ON sheets.job = rests.job
           WHERE rests.document IS NOT NULL AND NOT (sheets.at >= ? AND sheets.at < ?)`,
          ...[from, until, from, until],
        )
        .map((row) => String(row['document']));
    },
    sheetsOfOrder(order, limit) {
      return sql
        .all(
          `SELECT sheets.document AS document FROM jobs JOIN sheets ON sheets.job = jobs.id
           WHERE jobs.order_name = ? ORDER BY jobs.seq DESC LIMIT ?`,
          ...[order, limit],
        )
        .map((row) => String(row['document']));
    },
    putSheet({ job, at, document, isChange, remnants = [], areRemnantsAnew = false, used }) {
      const how = isChange ? 'REPLACE' : 'IGNORE';
      sql.transaction(() => {
        sql.run(`INSERT OR ${how} INTO sheets (job, at, document) VALUES (?, ?, ?)`, job, at, document);
        const isNew = !areRemnantsAnew || takeBackRemnants(sql, job, at);
        for (const remnant of isNew ? remnants : []) putRemnant(sql, remnant);
        if (used) useRemnants(sql, used, job, at);
      });
    },
    putCutDecision({ job, comparison, placement, isGood, by, at }) {
      sql.transaction(() => {
        sql.run(
          `INSERT OR REPLACE INTO cut_decisions (job, comparison, placement, is_good, by, at)
           VALUES (?, ?, ?, ?, ?, ?)`,
          ...[job, comparison, placement, isGood ? 1 : 0, by, at],
        );
        putEvent(sql, null, { kind: 'piece decided', at, by, details: { job, comparison, placement, isGood } });
      });
    },
    cutDecisions(job, comparison) {
      return sql
        .all('SELECT * FROM cut_decisions WHERE job = ? AND comparison = ? ORDER BY placement', job, comparison)
        .map((row) => ({
          placement: Number(row['placement']),
          isGood: row['is_good'] === 1,
          by: String(row['by']),
          at: String(row['at']),
        }));
    },
    jobsWithoutSheet(limit) {
      return sql
        .all(
          `SELECT document FROM jobs WHERE state IN ('done', 'failed', 'cancelled', 'rejected')
           AND seq > (SELECT coalesce(max(seq), 0) - 1000 FROM jobs)
           AND json_extract(document, '$.layoutSha256') IS NOT NULL AND id NOT IN (SELECT job FROM sheets)
           AND ${isTaken('jobs.id')}
           ORDER BY seq DESC LIMIT ?`,
          limit,
        )
        .map((row) => jobOf(sql, row['document']));
    },
    jobsWithPictures() {
      return sql
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
    },
    picturesRemoved(job, at, kept) {
      sql.transaction(() => {
        sql.run('UPDATE scans SET removed_at = ? WHERE job = ?', at, job);
        putEvent(sql, null, {
          ...{ kind: PICTURES_REMOVED, at, by: null },
          details: { job, ...(kept.length > 0 ? { kept: kept.join(', ') } : {}) },
        });
      });
    },
  };
}
