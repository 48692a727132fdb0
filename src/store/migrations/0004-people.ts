/** Who may open engineer and admin functions: a salted scrypt hash, never the PIN; wrong tries are counted here so that
 *  a restart does not give new ones. */
export const people = {
  version: 4,
  sql: `
    CREATE TABLE people (
      name TEXT PRIMARY KEY, role TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL, set_at TEXT NOT NULL,
      failed_count INTEGER NOT NULL DEFAULT 0, locked_until TEXT
    ) STRICT;
  `,
} as const;
