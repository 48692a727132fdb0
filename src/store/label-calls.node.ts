import { defectSchema, type Defect } from '#domain/inspection.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';
import type { Label, StoreCalls } from './records.ts';
import { storedDocument } from './stored-document.node.ts';

/** What people corrected. */
export function labelCalls(sql: LockedSqlite): Pick<StoreCalls, 'labels'> {
  return {
    labels(job) {
      return sql.all('SELECT * FROM labels WHERE job = ? ORDER BY n', job).map((row) => ({
        job: String(row['job']),
        n: Number(row['n']),
        at: String(row['at']),
        by: String(row['by']),
        action: row['action'] as Label['action'],
        of: row['of_n'] === null ? null : Number(row['of_n']),
        defect: String(row['defect']),
        position: Number(row['position']),
        before: defectOf(sql, row['before']),
        after: defectOf(sql, row['after']),
      }));
    },
  };
}

export function putLabel(sql: LockedSqlite, label: Label): void {
  const json = (defect: Label['before']) => (defect === null ? null : JSON.stringify(defect));
  sql.run(
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

function defectOf(sql: LockedSqlite, document: unknown): Defect | null {
  return document === null ? null : storedDocument(sql, defectSchema, 'defect', document);
}
