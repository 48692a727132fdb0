import { cp, readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { replaceFolder } from '#disk/replace-folder.node.ts';
import { sha256Of } from '#disk/sha256.node.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { sha256 } from '#domain/shapes.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import type { Pack } from '#inspect/load-pack.node.ts';

const entrySchema = z.strictObject({
  at: z.string(),
  act: z.enum(['promote', 'rollback']),
  /** Folder of the pack under models/. */
  folder: z.string(),
  id: z.string(),
  version: z.string(),
  /** Every file of the pack. */
  files: z.record(z.string(), sha256),
  by: z.string().nullable(),
  /** What the gate said; null for a rollback, and for the pack that ran before the first promotion. */
  gate: z.array(z.strictObject({ check: z.string(), found: z.string(), wanted: z.string() })).nullable(),
});
const registrySchema = z.strictObject({ kerf: z.literal(1), history: z.array(entrySchema) });

/** One promotion or rollback: the pack that has been running since. */
export type RegistryEntry = z.infer<typeof entrySchema>;

const FILE = 'registry.json';

/** What was promoted and rolled back at a station, oldest first; its last entry runs. `modelsDir` is `DATA/models`.
 *  @throws KerfError TUNE_REGISTRY_REFUSED */
export async function readRegistry(modelsDir: string): Promise<readonly RegistryEntry[]> {
  const where = join(modelsDir, FILE);
  const text = await readFile(where, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  const value = parseJson(text, where, 'TUNE_REGISTRY_REFUSED');
  return parseDocument(registrySchema, value, { name: 'registry', where, code: 'TUNE_REGISTRY_REFUSED' }).history;
}

/** Copies a pack that passed the gate under `modelsDir` and makes it the running one. The copy's name is id, version and
 *  the beginning of the hash of all its files: the same pack again is the same folder, made anew where a file of it was damaged.
 *  At the first promotion `ranBefore`, which no history knows, is entered and copied ahead of it: it is what to go back to.
 *  @throws KerfError INSPECT_PACK_*, TUNE_PACK_TAMPERED */
export async function enterPack(
  modelsDir: string,
  pack: Pack,
  what: Pick<RegistryEntry, 'at' | 'by' | 'gate'>,
  ranBefore: Pack | null = null,
): Promise<RegistryEntry> {
  const history = await readRegistry(modelsDir);
  const first =
    history.length > 0 || ranBefore === null
      ? []
      : [await copiedPack(modelsDir, ranBefore, { at: what.at, by: null, gate: null })];
  const entry = await copiedPack(modelsDir, pack, what);
  await writeRegistry(modelsDir, [...history, ...first, entry]);
  return entry;
}

async function copiedPack(
  modelsDir: string,
  pack: Pack,
  what: Pick<RegistryEntry, 'at' | 'by' | 'gate'>,
): Promise<RegistryEntry> {
  const files = await hashFiles(pack.dir);
  const named = Object.keys(files)
    .sort()
    .map((name) => `${name} ${files[name]!}\n`);
  const folder = `${pack.card.id}-${pack.card.version}-${sha256Of(named.join('')).slice(0, 12)}`;
  const { id, version } = pack.card;
  const entry: RegistryEntry = { ...what, act: 'promote', folder, id, version, files };
  const place = join(modelsDir, folder);
  if ((await wrongFile(place, entry)) !== null)
    await replaceFolder(place, (fresh) => cp(pack.dir, fresh, { recursive: true }));
  await checkEntry(modelsDir, entry);
  return entry;
}

/** Goes back to the pack that ran before the running one.
 *  @throws KerfError TUNE_NOTHING_BEFORE, TUNE_PACK_TAMPERED, INSPECT_PACK_* */
export async function rollBack(modelsDir: string, at: string, by: string | null): Promise<RegistryEntry> {
  const history = await readRegistry(modelsDir);
  const before = packBefore(history);
  if (before === null)
    throw new KerfError('TUNE_NOTHING_BEFORE', `${join(modelsDir, FILE)}: no other pack ran before the running one.`, {
      fault: 'answer',
    });
  const entry: RegistryEntry = { ...before, at, by, act: 'rollback', gate: null };
  await checkEntry(modelsDir, entry);
  await writeRegistry(modelsDir, [...history, entry]);
  return entry;
}

/** The pack to go back to: what the running one replaced when it was promoted. Rolling back twice goes two packs back; a pack
 *  that was promoted again, to mend it, replaced nothing. */
export function packBefore(history: readonly RegistryEntry[]): RegistryEntry | null {
  const line: RegistryEntry[] = [];
  for (const entry of history) {
    if (entry.act === 'rollback') line.pop();
    else if (line.at(-1)?.folder !== entry.folder) line.push(entry);
  }
  return line.at(-2) ?? null;
}

/** The running pack, its files checked, or null where none was promoted.
 *  @throws KerfError TUNE_PACK_TAMPERED, INSPECT_PACK_*, TUNE_REGISTRY_REFUSED */
export async function runningPack(modelsDir: string): Promise<Pack | null> {
  const entry = (await readRegistry(modelsDir)).at(-1);
  return entry === undefined ? null : checkEntry(modelsDir, entry);
}

/** Loads a pack as a station runs it: where it lies beside a registry that names its folder, every file is still the one that
 *  was promoted, not those alone that its card names.
 *  @throws KerfError TUNE_PACK_TAMPERED, INSPECT_PACK_*, TUNE_REGISTRY_REFUSED */
export async function openPack(path: string): Promise<Pack> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  const place = isFile ? dirname(path) : resolve(path);
  const entry = (await readRegistry(dirname(place))).findLast(({ folder }) => folder === basename(place));
  return entry === undefined ? loadPack(path) : checkEntry(dirname(place), entry);
}

async function checkEntry(modelsDir: string, entry: RegistryEntry): Promise<Pack> {
  const place = join(modelsDir, entry.folder);
  const wrong = await wrongFile(place, entry);
  if (wrong !== null)
    throw new KerfError(
      'TUNE_PACK_TAMPERED',
      `${join(place, wrong.name)}: ${wrong.how}. Promote the pack anew from where it was made, or roll back.`,
      { details: { pack: entry.id, file: wrong.name } },
    );
  return loadPack(place);
}

/** The first file of a folder that is not as it was promoted, or null. */
async function wrongFile(place: string, { files }: RegistryEntry): Promise<{ name: string; how: string } | null> {
  const now = await hashFiles(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return {} as Record<string, string>;
    throw error;
  });
  const names = [...new Set([...Object.keys(files), ...Object.keys(now)])].sort();
  const name = names.find((one) => now[one] !== files[one]);
  if (name === undefined) return null;
  if (now[name] === undefined) return { name, how: 'it is gone' };
  const how =
    files[name] === undefined ? 'it was not there when the pack was promoted' : 'it is not the file that was promoted';
  return { name, how };
}

/** sha256 of every file in a folder, by its path inside, with forward slashes. */
async function hashFiles(dir: string): Promise<Record<string, string>> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true });
  const hashes: Record<string, string> = {};
  for (const entry of found) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    hashes[path.slice(dir.length + 1).replaceAll('\\', '/')] = sha256Of(await readFile(path));
  }
  return hashes;
}

function writeRegistry(modelsDir: string, history: readonly RegistryEntry[]): Promise<void> {
  return writeWhole(join(modelsDir, FILE), `${JSON.stringify({ kerf: 1, history }, null, 1)}\n`);
}
