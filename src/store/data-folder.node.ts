import { statSync } from 'node:fs';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { storeError } from './store-error.ts';

export const DATABASE = 'kerf.sqlite';

/** For who reads a station's data folder and makes none.
 *  @throws KerfError STORE_NO_DATA_FOLDER where there is none, and what the system says of one that it does not show */
export function refuseNoDataFolder(dir: string): void {
  if (isThere(join(dir, DATABASE))) return;
  const found = isThere(dir) ? `no ${DATABASE} in it` : 'no such folder';
  throw new KerfError(
    'STORE_NO_DATA_FOLDER',
    `${dir}: found ${found}, expected the data folder of a station. Give the right one with --data DIR; a station makes one when it first starts.`,
    { details: { where: dir } },
  );
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw storeError(cause, path);
  }
}
