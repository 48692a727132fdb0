/** Which jobs still have pictures: retention asks for these alone, not for a year of folders. */
export const pictures = {
  version: 6,
  sql: `
    ALTER TABLE scans ADD COLUMN removed_at TEXT;
    CREATE INDEX scans_kept ON scans (job) WHERE removed_at IS NULL;
  `,
} as const;
