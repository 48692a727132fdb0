import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Kerf's own folder. */
export const KERF_ROOT = resolve(import.meta.dirname, '../..');

/** A model pack by the name of one that ships (`leather-base`), or by its folder. */
export function packPath(nameOrFolder: string): string {
  const shipped = resolve(KERF_ROOT, 'models', nameOrFolder);
  return /^[A-Za-z0-9._-]+$/.test(nameOrFolder) && existsSync(shipped) ? shipped : resolve(nameOrFolder);
}
