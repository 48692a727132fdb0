import { resolve } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';

/** Refuses to write over what a command reads. `inputs` that are no text (an option that was not given) are none.
 *  @throws KerfError CLI_OUT_IS_INPUT */
export function keepInputs(inputs: readonly unknown[], written: readonly string[]): void {
  const places = new Set(written.map((path) => resolve(path)));
  const over = inputs.flat().find((input) => typeof input === 'string' && places.has(resolve(input)));
  if (over === undefined) return;
  throw new KerfError(
    'CLI_OUT_IS_INPUT',
    `${String(over)}: this is read, and --out would write over it. Give --out another folder.`,
  );
}
