import { actCalls } from './act-calls.node.ts';
import { auditCalls, type PicturesGone } from './audit-calls.node.ts';
import { jobCalls } from './job-calls.node.ts';
import { labelCalls } from './label-calls.node.ts';
import { LockedSqlite, type SqliteOptions } from './locked-sqlite.node.ts';
import { outboxCalls } from './outbox-calls.node.ts';
import type { StoreCalls } from './records.ts';
import { remnantCalls } from './remnant-calls.node.ts';
import { sheetCalls } from './sheet-calls.node.ts';
import { stationCalls } from './station-calls.node.ts';

/** The database itself, synchronous: only the store's worker, and commands that read beside it, hold one. */
export interface Database extends StoreCalls {
  /** Hex; null where there is no such row. */
  auditHashAt(n: number): string | null;
  /** Null where the log says nothing: then its pictures must be there. */
  picturesGone(job: string): PicturesGone | null;
  close(): void;
}

/** Opens kerf.sqlite of a data folder; see LockedSqlite.
 *  @throws KerfError STORE_IN_USE, STORE_CORRUPT, STORE_DISK_FULL, STORE_DISK_FAILED, STORE_NOT_WRITABLE, STORE_FROM_LATER_VERSION;
 *  as a reader STORE_NO_DATA_FOLDER, STORE_FROM_EARLIER_VERSION too */
export function openDatabase(dir: string, options: SqliteOptions = {}): Database {
  const sql = new LockedSqlite(dir, options);
  return {
    ...jobCalls(sql),
    ...labelCalls(sql),
    ...actCalls(sql),
    ...auditCalls(sql),
    ...sheetCalls(sql),
    ...remnantCalls(sql),
    ...outboxCalls(sql),
    ...stationCalls(sql),
    close: () => sql.close(),
  };
}
