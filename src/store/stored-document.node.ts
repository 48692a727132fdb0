import type { z } from 'zod';
import { jobSchema, type Job } from '#domain/job.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import type { LockedSqlite } from './locked-sqlite.node.ts';

/** A document as it was stored. @throws KerfError STORE_CORRUPT */
export function storedDocument<S extends z.ZodType>(
  { path }: LockedSqlite,
  schema: S,
  name: string,
  document: unknown,
): z.output<S> {
  const code = 'STORE_CORRUPT';
  return parseDocument(schema, parseJson(String(document), path, code), { name, where: path, code });
}

export function jobOf(sql: LockedSqlite, document: unknown): Job {
  return storedDocument(sql, jobSchema, 'job', document);
}
