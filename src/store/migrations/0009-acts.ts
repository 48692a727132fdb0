/** What people can take back, one row an act, numbered within the job: of a correction the label that it made, locks and
 *  bans before and after, and the layout that was on the screen. Corrections of before are acts too, which say nothing of
 *  locks and layouts. */
export const acts = {
  version: 9,
  sql: `
    CREATE TABLE acts (
      job TEXT NOT NULL REFERENCES jobs (id), n INTEGER NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,
      action TEXT NOT NULL, of_n INTEGER, label INTEGER, pieces TEXT NOT NULL, before TEXT, after TEXT, layout TEXT,
      PRIMARY KEY (job, n)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO acts SELECT job, n, at, by, action, of_n, n, '[]', NULL, NULL, NULL FROM labels;
  `,
} as const;
