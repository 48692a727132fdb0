/** One row a sheet for the ledger, and jobs found by order without reading their documents. */
export const ledger = {
  version: 5,
  sql: `
    CREATE TABLE sheets (job TEXT PRIMARY KEY REFERENCES jobs (id), at TEXT NOT NULL, document TEXT NOT NULL) STRICT;
    CREATE INDEX sheets_by_time ON sheets (at);
    ALTER TABLE jobs ADD COLUMN order_name TEXT GENERATED ALWAYS AS (json_extract(document, '$.order')) VIRTUAL;
    ALTER TABLE jobs ADD COLUMN piece_count INTEGER GENERATED ALWAYS AS (json_extract(document, '$.pieceCount')) VIRTUAL;
    CREATE INDEX jobs_by_order ON jobs (order_name, seq);
    CREATE INDEX jobs_tally ON jobs (state, order_name, piece_count);
  `,
} as const;
