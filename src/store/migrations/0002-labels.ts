/** What people corrected, one row a correction, numbered within the job: who, when, the defect before and after. */
export const labels = {
  version: 2,
  sql: `
    CREATE TABLE labels (
      job TEXT NOT NULL REFERENCES jobs (id), n INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
      action TEXT NOT NULL, of_n INTEGER, defect TEXT NOT NULL, position INTEGER NOT NULL, before TEXT, after TEXT,
      PRIMARY KEY (job, n)
    ) STRICT, WITHOUT ROWID;
  `,
} as const;
