import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { DEFAULT_SETTINGS, settingsSchema, type Settings } from '#domain/settings.ts';
import { writeFileSynced } from '#store/job-files.node.ts';

/** Writes `settings.json` of a data folder, whole and synced. */
export async function writeSettings(dir: string, settings: Settings): Promise<void> {
  await writeFileSynced(join(dir, 'settings.json'), `${JSON.stringify(settings, null, 2)}\n`);
}

/** Reads `settings.json` of a data folder; the first time, writes it with the defaults.
 *  @throws KerfError STATION_SETTINGS_REFUSED with file, path, found and expected */
export async function readSettings(dir: string): Promise<Settings> {
  const kept = await keptSettings(dir);
  if (kept === null) await writeSettings(dir, DEFAULT_SETTINGS);
  return kept ?? DEFAULT_SETTINGS;
}

/** `settings.json` of a data folder, or null where no station has been.
 *  @throws KerfError STATION_SETTINGS_REFUSED with file, path, found and expected */
export async function keptSettings(dir: string): Promise<Settings | null> {
  const path = join(dir, 'settings.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'))
      throw new KerfError(
        'STATION_SETTINGS_REFUSED',
        `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}).`,
        { cause },
      );
    return null;
  }
  const code = 'STATION_SETTINGS_REFUSED';
  return parseDocument(settingsSchema, parseJson(text, path, code), { name: 'settings', where: path, code });
}
