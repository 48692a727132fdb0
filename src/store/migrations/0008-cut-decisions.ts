/** What a person decided piece by piece about a scan after cutting: its latest word on each, with who and when. */
export const cutDecisions = {
  version: 8,
  sql: `
    CREATE TABLE cut_decisions (
      job TEXT NOT NULL REFERENCES jobs (id), comparison TEXT NOT NULL, placement INTEGER NOT NULL,
      is_good INTEGER NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (job, comparison, placement)
    ) STRICT, WITHOUT ROWID;
  `,
} as const;
