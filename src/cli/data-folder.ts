import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a station keeps what must not be lost, unless `--data` says otherwise: `$XDG_DATA_HOME/kerf`. */
export function dataFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const base =
    process.platform === 'win32'
      ? (process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'))
      : (process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'));
  return join(base, 'kerf');
}
