import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';

/** Refuses to write over a file that a command reads. `inputs` and `written` that are no text (an option that was not given) are
 *  none, and folders are no files.
 *  @throws KerfError CLI_OUT_IS_INPUT */
export function keepInputs(inputs: readonly unknown[], written: readonly unknown[]): void {
  const places = new Set(written.filter((path) => typeof path === 'string').map((path) => resolve(path)));
  const over = inputs
    .flat()
    .find((path) => typeof path === 'string' && places.has(resolve(path)) && isFile(resolve(path)));
  if (over === undefined) return;
  throw new KerfError(
    'CLI_OUT_IS_INPUT',
    `${String(over)}: this is read, and the command would write over it. Give what it writes another name or folder.`,
  );
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
