/** Events become an audit log: each row holds the hash of itself and of the row before (see audit-chain.node.ts), and
 *  some are the station's own, without a job. Rows from before have no hash; the chain begins behind them. */
export const audit = {
  version: 3,
  sql: `
    CREATE TABLE events (
      id INTEGER PRIMARY KEY, job TEXT REFERENCES jobs (id), kind TEXT NOT NULL, at TEXT NOT NULL,
      by TEXT, details TEXT NOT NULL, hash BLOB
    ) STRICT;
    INSERT INTO events SELECT id, job, kind, at, by, details, NULL FROM job_events;
    DROP TABLE job_events;
    ALTER TABLE events RENAME TO job_events;
    CREATE INDEX job_events_by_job ON job_events (job, id);
    CREATE TABLE releases (job TEXT PRIMARY KEY REFERENCES jobs (id), document TEXT NOT NULL) STRICT;
  `,
} as const;
