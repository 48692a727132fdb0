import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { putAct } from './act-calls.node.ts';
import { putEvent } from './audit-calls.node.ts';
import { putLabel } from './label-calls.node.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';
import { putOutbox } from './outbox-calls.node.ts';
import type { StoreCalls, WhichJobs } from './records.ts';
import { putMeta } from './meta.node.ts';
import { putAlarm } from './station-calls.node.ts';
import { jobOf } from './stored-document.node.ts';

const MAX_SEQ = 2147483647;

type JobCalls = Pick<
  StoreCalls,
  'createJob' | 'commitStep' | 'job' | 'latestJob' | 'jobs' | 'jobCount' | 'jobsOfOrder' | 'orderTallies' | 'release'
>;

/** Jobs: each step of one is a transaction with everything that must be true together with it. */
export function jobCalls(sql: LockedSqlite): JobCalls {
  const lastSeqUntil = (time: string) =>
    Number(
      sql.one('SELECT seq FROM jobs WHERE created_at < ? ORDER BY created_at DESC, seq DESC LIMIT 1', time)?.['seq'] ??
        0,
    );
  const jobs = (limit: number, { before = MAX_SEQ + 1, until, hide }: WhichJobs = {}) => {
    const end = until === undefined ? before : Math.min(before, lastSeqUntil(until) + 1);
    const rows =
      hide === undefined
        ? sql.all('SELECT document FROM jobs WHERE seq < ? ORDER BY seq DESC LIMIT ?', end, limit)
        : sql.all('SELECT document FROM jobs WHERE hide = ? AND seq < ? ORDER BY seq DESC LIMIT ?', hide, end, limit);
    return rows.map((row) => jobOf(sql, row['document']));
  };
  return {
    createJob(job, event, meta) {
      return sql.transaction(() => {
        const last = Number(sql.one('SELECT value FROM meta WHERE key = ?', 'seq')?.['value'] ?? 0);
        if (last >= MAX_SEQ)
          throw new KerfError(
            'STORE_SEQ_USED_UP',
            `${sql.path}: job number ${last} was the last one that the PLC's contract allows.`,
          );
        const seq = last + 1;
        // With the time in it: a station whose folder was emptied must not give a PLC an id that it remembers as done.
        const stamp = job.createdAt.replaceAll(/[-:]/g, '').replace(/\..*|Z$/, '');
        const whole: Job = { ...job, id: `j${stamp}-${seq}`, seq };
        putMeta(sql, { ...meta, seq: String(seq) });
        sql.run(
          'INSERT INTO jobs (id, seq, state, created_at, updated_at, document) VALUES (?, ?, ?, ?, ?, ?)',
          whole.id,
          seq,
          whole.state,
          whole.createdAt,
          whole.updatedAt,
          JSON.stringify(whole),
        );
        putEvent(sql, whole.id, event);
        return whole;
      });
    },
    commitStep(step) {
      sql.transaction(() => {
        const { job } = step;
        const { changes } = sql.run(
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
        putEvent(sql, job.id, step.event);
        for (const end of step.endOutbox ?? [])
          for (const topic of end.topics)
            sql.run(
              'UPDATE outbox SET ended_at = ?, ended_by = ? WHERE job = ? AND topic = ? AND ended_at IS NULL',
              step.event.at,
              end.by,
              end.job,
              topic,
            );
        for (const row of step.outbox ?? []) putOutbox(sql, row, step.event.at);
        for (const alarm of step.alarms ?? []) putAlarm(sql, alarm);
        if (step.meta) putMeta(sql, step.meta);
        if (step.scan)
          sql.run(
            'INSERT OR REPLACE INTO scans (job, sha256, path, taken_at, width_px, height_px) VALUES (?, ?, ?, ?, ?, ?)',
            step.scan.job,
            step.scan.sha256,
            step.scan.path,
            step.scan.takenAt,
            step.scan.widthPx,
            step.scan.heightPx,
          );
        if (step.layout)
          sql.run(
            'INSERT INTO layouts (job, sha256, at, piece_count, nested_yield_bp) VALUES (?, ?, ?, ?, ?)',
            step.layout.job,
            step.layout.sha256,
            step.layout.at,
            step.layout.pieceCount,
            step.layout.nestedYieldBp,
          );
        if (step.label) putLabel(sql, step.label);
        if (step.act) putAct(sql, step.act);
        if (step.release !== undefined)
          sql.run('INSERT OR REPLACE INTO releases (job, document) VALUES (?, ?)', job.id, step.release);
      });
    },
    job(id) {
      const row = sql.one('SELECT document FROM jobs WHERE id = ?', id);
      return row ? jobOf(sql, row['document']) : null;
    },
    latestJob() {
      return jobs(1)[0] ?? null;
    },
    jobs,
    jobCount() {
      return Number(sql.one('SELECT count(*) AS count FROM jobs')?.['count'] ?? 0);
    },
    jobsOfOrder(order, limit) {
      return sql
        .all('SELECT document FROM jobs WHERE order_name = ? ORDER BY seq DESC LIMIT ?', order, limit)
        .map((row) => jobOf(sql, row['document']));
    },
    orderTallies() {
      return sql
        .all(`SELECT order_name, count(*) AS hides FROM jobs WHERE state = 'done' GROUP BY order_name`)
        .map((row) => ({ order: String(row['order_name']), hideCount: Number(row['hides']) }));
    },
    release(job) {
      const row = sql.one('SELECT document FROM releases WHERE job = ?', job);
      return row ? String(row['document']) : null;
    },
  };
}
