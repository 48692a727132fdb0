import { z } from 'zod';
import { arrangement, type Arrangement } from '#domain/arrangement.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';
import type { Act, StoreCalls } from './records.ts';
import { storedDocument } from './stored-document.node.ts';

/** What people did to a job's marks and pieces, and can take back. */
export function actCalls(sql: LockedSqlite): Pick<StoreCalls, 'acts'> {
  const arrangementOf = (document: unknown): Arrangement | null =>
    document === null ? null : storedDocument(sql, arrangement, 'arrangement', document);
  const numberOf = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    acts(job) {
      return sql.all('SELECT * FROM acts WHERE job = ? ORDER BY n', job).map((row) => ({
        job: String(row['job']),
        n: Number(row['n']),
        at: String(row['at']),
        by: String(row['by']),
        action: row['action'] as Act['action'],
        of: numberOf(row['of_n']),
        label: numberOf(row['label']),
        pieces: storedDocument(sql, z.array(z.string()), 'pieces', row['pieces']),
        before: arrangementOf(row['before']),
        after: arrangementOf(row['after']),
        layout: row['layout'] === null ? null : String(row['layout']),
      }));
    },
  };
}

export function putAct(sql: LockedSqlite, act: Act): void {
  const json = (document: Arrangement | null) => (document === null ? null : JSON.stringify(document));
  sql.run(
    `INSERT INTO acts (job, n, at, by, action, of_n, label, pieces, before, after, layout)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    act.job,
    act.n,
    act.at,
    act.by,
    act.action,
    act.of,
    act.label,
    JSON.stringify(act.pieces),
    json(act.before),
    json(act.after),
    act.layout,
  );
}
