/** Records are kept as their JSON document beside the columns that are searched: the schema of the document is in
 *  src/domain, and a migration changes documents only when that schema gets a new version. */
export const firstTables = {
  version: 1,
  sql: `
    CREATE TABLE jobs (
      id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, state TEXT NOT NULL,
      created_at TEXT NOT NULL, updated_at TEXT NOT NULL, document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs (state);
    CREATE TABLE job_events (
      id INTEGER PRIMARY KEY, job TEXT NOT NULL REFERENCES jobs (id), kind TEXT NOT NULL, at TEXT NOT NULL,
      by TEXT, details TEXT NOT NULL
    ) STRICT;
    CREATE INDEX job_events_by_job ON job_events (job, id);
    CREATE TABLE scans (
      job TEXT PRIMARY KEY REFERENCES jobs (id), sha256 TEXT NOT NULL, path TEXT NOT NULL, taken_at TEXT NOT NULL,
      width_px INTEGER NOT NULL, height_px INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE layouts (
      id INTEGER PRIMARY KEY, job TEXT NOT NULL REFERENCES jobs (id), sha256 TEXT NOT NULL, at TEXT NOT NULL,
      piece_count INTEGER NOT NULL, nested_yield_bp INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY, job TEXT, topic TEXT NOT NULL, payload TEXT NOT NULL, ends_with TEXT NOT NULL,
      created_at TEXT NOT NULL, sent_count INTEGER NOT NULL DEFAULT 0, sent_at TEXT, ended_at TEXT, ended_by TEXT
    ) STRICT;
    CREATE INDEX outbox_open ON outbox (id) WHERE ended_at IS NULL;
    CREATE UNIQUE INDEX outbox_one_release_a_job ON outbox (job) WHERE topic = 'job/released';
    CREATE TABLE alarms (
      id TEXT PRIMARY KEY, code TEXT NOT NULL, is_active INTEGER NOT NULL, raised_at TEXT NOT NULL,
      document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX alarms_active ON alarms (is_active) WHERE is_active = 1;
    CREATE TABLE commands (
      id TEXT PRIMARY KEY, verb TEXT NOT NULL, code INTEGER NOT NULL, at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
} as const;
