import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of shared data that lies beside a checkout, or null where there is none (a fresh clone of a stranger).
 *  `KERF_SHARED` names another place. */
export function sharedDir(): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const place = process.env['KERF_SHARED'] ?? resolve(here, '../../../shared');
  if (existsSync(resolve(place, 'data'))) return place;
  console.log(`no shared data at ${place}: tests on it are left out (KERF_SHARED names another place)`);
  return null;
}
