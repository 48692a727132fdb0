import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { modelCardSchema, type ModelCard } from '#domain/model-card.ts';

/** What stands in every pack without its card naming it. */
const UNNAMED: ReadonlySet<string> = new Set(['card.json', 'README.md']);
/** What file browsers leave in any folder that was looked at. */
const OF_BROWSERS: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** Looks whether a pack may be written to `out`: nothing lies there, an empty folder, or a pack that holds nothing but what its
 *  card names. Asked before any work, and once more before the older pack goes. A folder of pictures is never such a place, so no
 *  pack takes the place of what it learns from or of a folder around it.
 *  @returns the card of the pack that lies there, or null
 *  @throws KerfError TUNE_OUT_THERE */
export async function packPlace(out: string): Promise<ModelCard | null> {
  const found = await stat(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return null;
  if (!found.isDirectory()) throw refused(out, 'this is a file');
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && !OF_BROWSERS.has(entry.name))
    .map((entry) => relative(out, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
  if (names.length === 0 && entries.every((entry) => !entry.isDirectory())) return null;
  const card = await cardThere(out);
  if (card === null) throw refused(out, `there is ${names[0] ?? entries[0]!.name}, and no card.json of a pack`);
  const stranger = names.find((name) => !UNNAMED.has(name) && card.files[name] === undefined);
  if (stranger !== undefined)
    throw refused(out, `there is ${stranger}, which the card of the pack there does not name`);
  return card;
}

/** The card of the pack that lies there; null: none that can be read. */
async function cardThere(dir: string): Promise<ModelCard | null> {
  try {
    return modelCardSchema.parse(JSON.parse(await readFile(join(dir, 'card.json'), 'utf8')));
  } catch {
    return null;
  }
}

function refused(out: string, why: string): KerfError {
  return new KerfError(
    'TUNE_OUT_THERE',
    `${out}: ${why}. A pack takes the place of the whole folder, and that would be lost. Give --out a new folder, or one that holds a pack alone.`,
    { details: { folder: out } },
  );
}
