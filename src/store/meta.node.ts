import type { LockedSqlite } from './locked-sqlite.node.ts';

/** What the station keeps by a name: numbers that go on counting, small documents. Within a transaction of the caller's. */
export function putMeta(sql: LockedSqlite, entries: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(entries))
    sql.run(
      'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
}
