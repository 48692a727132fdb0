import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { boxNote, classIndex, ourWord } from './dataset.ts';
import type { DatasetItem, DatasetParts } from './dataset.ts';
import { fillPolygons } from './fill-polygons.ts';
import { goodItem, pictureNames } from './picture-names.node.ts';

interface YoloObject {
  readonly kind: number;
  readonly isBox: boolean;
  /** Polygon or box as flat ring, shares of the picture's sides. */
  readonly ring: readonly number[];
}

/** Reads `images/` with `labels/NAME.txt` (one object a line: class, then box or polygon) and the names of the classes in
 *  data.yaml or classes.txt, or gives null where there is no labels/. A picture without a label file is good.
 *  @throws KerfError TUNE_LABELS_REFUSED */
export async function openYolo(dir: string): Promise<DatasetParts | null> {
  const labels = join(dir, 'labels');
  const found = await stat(labels).catch(() => null);
  if (found?.isDirectory() !== true) return null;
  const names = await readNames(dir);
  const objectsOf = new Map<string, readonly YoloObject[]>();
  const items: DatasetItem[] = [];
  for (const file of await pictureNames(join(dir, 'images'))) {
    const imagePath = join(dir, 'images', file);
    const name = basename(file, extname(file));
    const path = join(labels, `${name}.txt`);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const objects = parseLabels(text, path, names.length);
    const kinds = new Set(objects.map((o) => names[o.kind]!).filter((kind) => kind !== 'outside'));
    objectsOf.set(imagePath, objects);
    items.push({
      ...goodItem(imagePath),
      maskPath: text === '' ? null : path,
      className: kinds.size === 0 ? 'good' : kinds.size === 1 ? [...kinds][0]! : null,
    });
  }
  if (items.length === 0) throw refused(labels, 'there are no pictures in images/');
  const all = [...objectsOf.values()].flat();
  const used = new Set(all.map((o) => names[o.kind]!));
  return {
    items,
    classNames: [...used].filter((name) => name !== 'good' && name !== 'outside').sort(),
    notes: boxNote(all.filter((o) => o.isBox).length, all.length),
    mask: (item, { widthPx, heightPx }, classes) => {
      const mask = new Uint8Array(widthPx * heightPx);
      for (const { kind, ring } of objectsOf.get(item.imagePath) ?? []) {
        const px = ring.map((v, i) => v * (i % 2 === 0 ? widthPx : heightPx));
        fillPolygons(mask, widthPx, heightPx, [px], classIndex(names[kind]!, classes));
      }
      return Promise.resolve(mask);
    },
  };
}

/** @throws KerfError TUNE_LABELS_REFUSED naming file and line */
export function parseLabels(text: string, path: string, classCount: number): YoloObject[] {
  const objects: YoloObject[] = [];
  for (const [number, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const values = line.trim().split(/\s+/).map(Number);
    const [kind, ...rest] = values;
    const isShape = rest.length === 4 || (rest.length >= 6 && rest.length % 2 === 0);
    if (
      kind === undefined ||
      !Number.isInteger(kind) ||
      kind < 0 ||
      kind >= classCount ||
      !isShape ||
      rest.some((v) => !(v >= -0.01 && v <= 1.01))
    )
      throw refused(`${path}, line ${number + 1}`, `found ${JSON.stringify(line.slice(0, 60))}`);
    if (rest.length > 4) objects.push({ kind, isBox: false, ring: rest });
    else {
      const [x, y, w, h] = rest as [number, number, number, number];
      const [left, right, top, bottom] = [x - w / 2, x + w / 2, y - h / 2, y + h / 2];
      objects.push({ kind, isBox: true, ring: [left, top, right, top, right, bottom, left, bottom] });
    }
  }
  return objects;
}

async function readNames(dir: string): Promise<string[]> {
  const lines = await readFile(join(dir, 'classes.txt'), 'utf8').catch(() => null);
  if (lines !== null)
    return lines
      .split(/\r?\n/)
      .map((l) => l.trim())
      .filter((l) => l !== '')
      .map(ourWord);
  const yaml = await readFile(join(dir, 'data.yaml'), 'utf8').catch(() => null);
  const names = yaml === null ? [] : namesOfYaml(yaml);
  if (names.length === 0)
    throw refused(dir, 'neither classes.txt nor `names` of data.yaml says what the classes are called');
  return names.map(ourWord);
}

/** The `names` of data.yaml: [a, b], or a list of `- a`, or `0: a` below it. Nothing else of YAML is read. */
export function namesOfYaml(text: string): string[] {
  const plain = (v: string) => v.trim().replaceAll(/^['"]|['"]$/g, '');
  const inline = /^names:\s*\[([^\]]*)\]/m.exec(text);
  if (inline)
    return inline[1]!
      .split(',')
      .map(plain)
      .filter((v) => v !== '');
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((l) => /^names:\s*$/.test(l));
  const names: string[] = [];
  for (const line of at < 0 ? [] : lines.slice(at + 1)) {
    const entry = /^\s*(?:-|\d+:)\s*(.+)$/.exec(line);
    if (!entry) break;
    names.push(plain(entry[1]!));
  }
  return names;
}

function refused(where: string, why: string): KerfError {
  return new KerfError(
    'TUNE_LABELS_REFUSED',
    `${where}: ${why}. Expected YOLO labels: one object a line, class number, then x y w h or a polygon, all as shares of the picture.`,
    { details: { where } },
  );
}
