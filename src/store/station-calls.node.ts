import { alarmSchema, type Alarm } from '#domain/job.ts';
import { putEvent } from './audit-calls.node.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';
import { putMeta } from './meta.node.ts';
import { putOutbox } from './outbox-calls.node.ts';
import type { StoreCalls, StoredPerson } from './records.ts';
import { storedDocument } from './stored-document.node.ts';

type StationCalls = Pick<
  StoreCalls,
  | 'commitAlarm'
  | 'activeAlarms'
  | 'alarmsSince'
  | 'meta'
  | 'setMeta'
  | 'people'
  | 'putPerson'
  | 'removePerson'
  | 'check'
>;

/** What is the station's own: alarms, people, numbers that go on counting. */
export function stationCalls(sql: LockedSqlite): StationCalls {
  return {
    commitAlarm({ alarm, outbox, event, meta }) {
      sql.transaction(() => {
        putAlarm(sql, alarm);
        for (const row of outbox) putOutbox(sql, row, alarm.clearedAt ?? alarm.raisedAt);
        if (event) putEvent(sql, alarm.job, event);
        if (meta) putMeta(sql, meta);
      });
    },
    activeAlarms() {
      return sql
        .all('SELECT document FROM alarms WHERE is_active = 1 ORDER BY raised_at, id')
        .map((row) => storedDocument(sql, alarmSchema, 'alarm', row['document']));
    },
    alarmsSince(from) {
      return sql
        .all('SELECT document FROM alarms WHERE raised_at >= ? ORDER BY raised_at, id', from)
        .map((row) => storedDocument(sql, alarmSchema, 'alarm', row['document']));
    },
    meta() {
      return Object.fromEntries(
        sql.all('SELECT key, value FROM meta').map((row) => [String(row['key']), String(row['value'])]),
      );
    },
    setMeta(entries) {
      sql.transaction(() => putMeta(sql, entries));
    },
    people() {
      return sql.all('SELECT * FROM people ORDER BY name').map((row) => ({
        name: String(row['name']),
        role: row['role'] as StoredPerson['role'],
        salt: row['salt'] as Uint8Array,
        hash: row['hash'] as Uint8Array,
        setAt: String(row['set_at']),
        failedCount: Number(row['failed_count']),
        lockedUntil: row['locked_until'] === null ? null : String(row['locked_until']),
      }));
    },
    putPerson(p) {
      sql.transaction(() =>
        sql.run(
          `INSERT OR REPLACE INTO people (name, role, salt, hash, set_at, failed_count, locked_until)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
          ...[p.name, p.role, p.salt, p.hash, p.setAt, p.failedCount, p.lockedUntil],
        ),
      );
    },
    removePerson(name) {
      sql.transaction(() => sql.run('DELETE FROM people WHERE name = ?', name));
    },
    check() {
      return String(Object.values(sql.one('PRAGMA quick_check') ?? {})[0]);
    },
  };
}

export function putAlarm(sql: LockedSqlite, alarm: Alarm): void {
  sql.run(
    `INSERT INTO alarms (id, code, is_active, raised_at, document) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET is_active = excluded.is_active, document = excluded.document`,
    alarm.id,
    alarm.code,
    alarm.isActive ? 1 : 0,
    alarm.raisedAt,
    JSON.stringify(alarm),
  );
}
