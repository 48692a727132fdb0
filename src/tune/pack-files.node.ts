import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFolder } from '#disk/replace-folder.node.ts';
import type { ModelCard } from '#domain/model-card.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { sha256 as sha256Schema } from '#domain/shapes.ts';
import { packPlace } from './pack-place.node.ts';
import { packReadme } from './pack-readme.ts';

/** Name of the file in a pack that lists what it learnt from. */
export const PICTURES_FILE = 'pictures.json';

/** Pictures that a pack learnt from or was chosen by: `sha256` is that of size and pixels (`pixelHash`). */
export interface LearntPicture {
  readonly name: string;
  readonly sha256: string;
  /** The hide that it shows, where the data set's groups.csv says so. */
  readonly hide?: string | undefined;
}

const learntSchema = z.strictObject({
  kerf: z.literal(1),
  pictures: z.array(z.strictObject({ name: z.string(), sha256: sha256Schema, hide: z.string().optional() })).readonly(),
});

/** pictures.json as bytes. */
export function learntPictures(pictures: readonly LearntPicture[]): Uint8Array {
  const rows = pictures.map(({ name, sha256, hide }) => ({ name, sha256, hide }));
  return new TextEncoder().encode(`${JSON.stringify({ kerf: 1, pictures: rows }, null, 1)}\n`);
}

/** The pictures that a pack learnt from, or null where it does not say (drawn data, packs of before).
 *  @throws KerfError TUNE_PICTURES_REFUSED */
export async function readLearntPictures(packDir: string, card: ModelCard): Promise<readonly LearntPicture[] | null> {
  if (card.files[PICTURES_FILE] === undefined) return null;
  const where = join(packDir, PICTURES_FILE);
  const value = parseJson(await readFile(where, 'utf8'), where, 'TUNE_PICTURES_REFUSED');
  return parseDocument(learntSchema, value, { name: 'pictures', where, code: 'TUNE_PICTURES_REFUSED' }).pictures;
}

/** Writes a pack beside its place, then moves it there: never half a pack, and the older one stays until then. `files` are
 *  further ones named by the card.
 *  @returns the card as it is written: with its version
 *  @throws KerfError TUNE_OUT_THERE */
export async function writePackFiles(
  out: string,
  unnumbered: ModelCard,
  model: Uint8Array,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<ModelCard> {
  const older = await packPlace(out);
  const card = { ...unnumbered, version: versionAfter(older, unnumbered) };
  await replaceFolder(out, async (fresh) => {
    await writeFile(join(fresh, MODEL), model);
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(fresh, name), bytes);
    await writeFile(join(fresh, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
    await writeFile(join(fresh, 'README.md'), packReadme(card));
  });
  return card;
}

/** The version of a pack that takes the place of another, which a person tells packs of one name apart by: the older one's where
 *  model and classes are the same, else one minor more. */
export function versionAfter(older: ModelCard | null, card: ModelCard): string {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+$/.exec(older?.version ?? '') ?? [];
  if (older === null || major === undefined) return FIRST_VERSION;
  const said = ({ id, files, classes }: ModelCard) => JSON.stringify([id, files[MODEL], classes]);
  return said(older) === said(card) ? older.version : `${major}.${Number(minor) + 1}.0`;
}

/** What a card says until its pack is written. */
export const FIRST_VERSION = '1.0.0';
const MODEL = 'model.onnx';
