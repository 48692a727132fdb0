import type { LockedSqlite } from './locked-sqlite.node.ts';
import type { NewOutboxRow, OutboxEnd, StoreCalls } from './records.ts';

type OutboxCalls = Pick<
  StoreCalls,
  'putOutbox' | 'openOutbox' | 'openOutboxCount' | 'outboxSent' | 'outboxEnd' | 'rememberCommand' | 'answerCommand'
>;

/** What is owed to the PLC, and which of its commands were answered. */
export function outboxCalls(sql: LockedSqlite): OutboxCalls {
  return {
    putOutbox(row, at) {
      sql.transaction(() => putOutbox(sql, row, at));
    },
    openOutbox(limit = -1) {
      return sql.all('SELECT * FROM outbox WHERE ended_at IS NULL ORDER BY id LIMIT ?', limit).map((row) => ({
        id: Number(row['id']),
        job: row['job'] === null ? null : String(row['job']),
        topic: String(row['topic']),
        payload: String(row['payload']),
        endsWith: row['ends_with'] as OutboxEnd,
        createdAt: String(row['created_at']),
        sentCount: Number(row['sent_count']),
      }));
    },
    openOutboxCount() {
      return Number(sql.one('SELECT count(*) AS count FROM outbox WHERE ended_at IS NULL')?.['count']);
    },
    outboxSent(ids, at) {
      sql.transaction(() => {
        for (const id of ids)
          sql.run('UPDATE outbox SET sent_count = sent_count + 1, sent_at = ? WHERE id = ?', at, id);
      });
    },
    outboxEnd(ids, by, at) {
      sql.transaction(() => {
        for (const id of ids)
          sql.run('UPDATE outbox SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL', at, by, id);
      });
    },
    rememberCommand(command, forgetBefore) {
      return sql.transaction(() => {
        sql.run('DELETE FROM commands WHERE at < ?', forgetBefore);
        const known = sql.one('SELECT id, verb, code, at FROM commands WHERE id = ?', command.id);
        if (known)
          return {
            id: String(known['id']),
            verb: String(known['verb']),
            code: Number(known['code']),
            at: String(known['at']),
          };
        sql.run(
          'INSERT INTO commands (id, verb, code, at) VALUES (?, ?, ?, ?)',
          command.id,
          command.verb,
          command.code,
          command.at,
        );
        return null;
      });
    },
    answerCommand(id, code) {
      sql.transaction(() => sql.run('UPDATE commands SET code = ? WHERE id = ?', code, id));
    },
  };
}

export function putOutbox(sql: LockedSqlite, row: NewOutboxRow, at: string): void {
  sql.run(
    'INSERT INTO outbox (job, topic, payload, ends_with, created_at) VALUES (?, ?, ?, ?, ?)',
    row.job,
    row.topic,
    row.payload,
    row.endsWith,
    at,
  );
}
