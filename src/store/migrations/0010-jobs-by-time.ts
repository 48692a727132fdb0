/** Jobs of a day are found without reading those after it. */
export const jobsByTime = {
  version: 10,
  sql: `CREATE INDEX jobs_by_time ON jobs (created_at, seq);`,
} as const;
