/** Remnants of cut sheets, which are stock; jobs found by the code of their hide. */
export const stock = {
  version: 7,
  sql: `
    CREATE TABLE remnants (
      id TEXT PRIMARY KEY, job TEXT NOT NULL REFERENCES jobs (id), hide TEXT, at TEXT NOT NULL, state TEXT NOT NULL,
      document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX remnants_by_state ON remnants (state, at);
    CREATE INDEX remnants_by_job ON remnants (job);
    CREATE INDEX remnants_by_hide ON remnants (hide) WHERE hide IS NOT NULL;
    ALTER TABLE jobs ADD COLUMN hide TEXT GENERATED ALWAYS AS (json_extract(document, '$.hide')) VIRTUAL;
    CREATE INDEX jobs_by_hide ON jobs (hide, seq) WHERE hide IS NOT NULL;
  `,
} as const;
