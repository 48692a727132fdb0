import { readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolder } from '#disk/make-folder.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';

const stateSchema = z.strictObject({
  kerf: z.literal(1),
  /** Hash of everything that the training depends on: data and its split, classes, scale, base, seed, steps. */
  of: z.string(),
  step: z.int().nonnegative(),
  best: z.strictObject({ step: z.int().nonnegative(), loss: z.number() }),
  curve: z.array(z.tuple([z.int(), z.number(), z.number()])),
});

/** Where a training stands between two looks at what is held back. */
export interface TrainingState {
  readonly of: string;
  readonly step: number;
  readonly best: { readonly step: number; readonly loss: number };
  /** Step, loss on what is taught, loss on what is held back. */
  readonly curve: readonly (readonly [number, number, number])[];
  /** Weights now, the best weights, and what the optimiser remembers: one list of numbers after the other. */
  readonly numbers: Float64Array;
}

/** Writes the state so that a kill at any moment leaves a whole one. */
export async function keepState(dir: string, state: TrainingState): Promise<void> {
  await makeFolder(dir);
  const { numbers, ...rest } = state;
  const head = new TextEncoder().encode(`${JSON.stringify({ kerf: 1, ...rest })}\n`);
  const bytes = Buffer.concat([head, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)]);
  const path = join(dir, FILE);
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
}

const FILE = 'state.bin';
const NEW_LINE = 10;

/** The state of this very training, or null where none was kept.
 *  @throws KerfError TUNE_RESUME_DIFFERS when one of another training lies there, TUNE_STATE_BROKEN */
export async function readState(dir: string, of: string, count: number): Promise<TrainingState | null> {
  const where = join(dir, FILE);
  const bytes = await readFile(where).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (bytes === null) return null;
  const end = bytes.indexOf(NEW_LINE);
  if (end < 0 || bytes.length - end - 1 !== 8 * count)
    throw new KerfError(
      'TUNE_STATE_BROKEN',
      `${where}: this is no whole training state. Begin anew, without --resume.`,
    );
  const value = parseJson(bytes.subarray(0, end).toString('utf8'), where, 'TUNE_STATE_BROKEN');
  const { kerf: _, ...state } = parseDocument(stateSchema, value, { name: 'state', where, code: 'TUNE_STATE_BROKEN' });
  if (state.of !== of)
    throw new KerfError(
      'TUNE_RESUME_DIFFERS',
      `${where}: the training that was stopped had other pictures, hides (groups.csv), classes, scale, base, seed or steps. Give the same again, or begin anew without --resume.`,
    );
  const numbers = new Float64Array(count);
  new Uint8Array(numbers.buffer).set(bytes.subarray(end + 1));
  return { ...state, numbers };
}

/** Takes the state away, and its folder where nothing else lies in it. */
export async function dropState(dir: string): Promise<void> {
  for (const name of [FILE, `${FILE}.new`]) await rm(join(dir, name), { force: true });
  await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
  });
}
