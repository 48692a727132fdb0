import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Job } from '#domain/job.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { isoTime } from '#domain/shapes.ts';

/** Orders that the `load` verb may name lie in this folder of the data folder, as NAME.json or NAME.csv. */
export const ORDERS_FOLDER = 'orders';
/** Beside an order that was imported on the screens: when, by whom. Such an order is counted over its hides. */
export const ABOUT_ENDING = '.about.json';

const aboutSchema = z.strictObject({
  kerf: z.literal(1),
  importedAt: isoTime,
  importedBy: z.string(),
  files: z.array(z.string()).readonly(),
  /** Number of the station's latest job then, 0 before its first; absent before contract 1.4. */
  afterSeq: z.int().nonnegative().optional(),
});
export type OrderAbout = z.infer<typeof aboutSchema>;

export function aboutPath(dataDir: string, name: string): string {
  return join(dataDir, ORDERS_FOLDER, `${name}${ABOUT_ENDING}`);
}

/** Null: the order was not imported on the screens, and every hide is cut for the whole of it.
 *  @throws KerfError for a file that says something else */
export async function readAbout(dataDir: string, name: string): Promise<OrderAbout | null> {
  const where = aboutPath(dataDir, name);
  const text = await readFile(where, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  });
  return text === null ? null : parseDocument(aboutSchema, parseJson(text, where), { name: 'about', where });
}

/** Whether a job of this order's name is of this order, and not of an earlier one that had the name. Either sign is
 *  enough: a clock that was set back makes no new job an old one, and neither does a file from another station. */
export function isOfImport({ importedAt, afterSeq }: OrderAbout, job: Pick<Job, 'seq' | 'createdAt'>): boolean {
  return (afterSeq !== undefined && job.seq > afterSeq) || job.createdAt >= importedAt;
}
