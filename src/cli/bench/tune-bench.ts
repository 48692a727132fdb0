import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '#domain/seeded-random.ts';
import { cropRgb } from '#inspect/pixel-source.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { compareCounts } from '#tune/compare-counts.ts';
import type { Comparison } from '#tune/compare-counts.ts';
import type { PictureCounts } from '#tune/count-picture.ts';
import type { Dataset } from '#tune/dataset.ts';
import { countPictures } from '#tune/evaluate-pack.ts';
import { goodColour, largestGoodPart, materialsOf } from '#tune/good-parts.ts';
import { drawLabelled } from '#tune/label-draws.ts';
import { labelPack, LABEL_STEPS } from '#tune/label-pack.node.ts';
import { openDataset } from '#tune/read-dataset.node.ts';
import { summariseEvaluation } from '#tune/summarise-evaluation.ts';
import type { Evaluation } from '#tune/summarise-evaluation.ts';
import { teachPack } from '#tune/teach-pack.node.ts';
import { packPath } from '../pack-path.ts';
import { sharedData, type BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';

/** The scale of real-256 is not known; "per square metre" takes this. */
const MM_PER_PX = 0.5;
/** One false patch a picture. */
const FALSE_PER_M2 = 60;
const GOOD_PICTURES = 8;
const RUN = 4;
const LEAST_GOOD_PX = 64;
const PER_CLASS = 15;
const QUICK_STEPS = 600;

export async function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(options.root);
  if (data === null) return [];
  const set = await openDataset(join(data, 'leather', 'real-256'));
  const folder = await mkdtemp(join(tmpdir(), 'kerf-tune-bench-'));
  try {
    const tables = [await goodTable(options, set, folder)];
    tables.push(await labelTable(options, set, folder));
    return tables;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Eight good pictures of each material. */
async function goodTable(options: BenchOptions, set: Dataset, folder: string): Promise<FigureTable> {
  const { isQuick, signal, note } = options;
  const classes = ['good', ...set.classNames];
  const order = set.items
    .map((_, i) => i)
    .sort((a, b) => set.items[a]!.name.localeCompare(set.items[b]!.name, 'en', { numeric: true }));
  const colours: [number, number, number][] = [];
  for (const i of order) colours.push(goodColour(await set.read(i, classes, MM_PER_PX)));
  // The class "line" of this set shows other leather than the rest, of like colours.
  const isLine = (k: number) => set.items[order[k]!]!.className === 'line';
  const materials = [true, false].flatMap((wanted) => {
    const own = order.map((_, k) => k).filter((k) => isLine(k) === wanted);
    return materialsOf(own.map((k) => colours[k]!)).map((m) => m.map((j) => order[own[j]!]!));
  });
  const rows: string[][] = [];
  const all: Evaluation[] = [];
  for (const material of materials.filter((m) => m.length >= GOOD_PICTURES + RUN + 2)) {
    signal.throwIfAborted();
    const { taught, test } = splitMaterial(material);
    const dir = join(folder, `good-${rows.length}`);
    await writeGoodParts(set, taught, dir);
    const card = await teachPack({ ...made(options), folder: dir, out: `${dir}.pack`, id: 'taught', seed: 1 });
    const pack = await loadPack(`${dir}.pack`);
    const e = summary(await counted(pack, set, isQuick ? test.slice(0, 12) : test, options));
    all.push(e);
    note(`tune: ${set.items[material[0]!]!.name}: F1 ${e.pixelF1.toFixed(3)}`);
    rows.push([
      `like ${set.items[material[0]!]!.name}`,
      String(taught.length),
      String(e.images),
      ...goodCells(e),
      card.training.seconds.toFixed(0),
    ]);
  }
  const mean = (of: (e: Evaluation) => number) => (all.reduce((sum, e) => sum + of(e), 0) / all.length).toFixed(3);
  rows.push([
    'mean',
    '',
    '',
    mean((e) => e.pixelF1),
    '',
    mean((e) => e.pixelF1AtThreshold),
    mean((e) => e.tolerantF1),
    mean((e) => e.ap),
    mean((e) => e.aupro30),
    mean((e) => e.objectRecallAt.recall),
    '',
  ]);
  return {
    title: 'Taught from eight good pictures (real-256)',
    about: `\`kerf tune teach\` on the largest parts without mask pixels of eight pictures a material, two runs of ${RUN} neighbours; judged on the material's other pictures. Materials are sorted by colour. The parts hold marks that nobody noted, and the pictures unlabelled defects: figures on clean sets are higher. Objects: share found at one false patch a picture (${FALSE_PER_M2} a square metre at ${MM_PER_PX} mm).`,
    columns: [
      'material',
      'taught',
      'judged',
      'F1',
      '95 %',
      'F1 at own threshold',
      'F1, 2 px',
      'AP',
      'AUPRO .3',
      'objects',
      'seconds to teach',
    ],
    rows,
  };
}

/** Every third run of neighbours teaches until there are enough. */
function splitMaterial(material: readonly number[]): { taught: number[]; test: number[] } {
  const taught: number[] = [];
  const test: number[] = [];
  for (let i = 0, run = 0; i < material.length; i += RUN, run += 1) {
    const own = material.slice(i, i + RUN);
    if (run % 2 === 0 && taught.length + own.length <= GOOD_PICTURES) taught.push(...own);
    else test.push(...own);
  }
  return { taught, test };
}

async function writeGoodParts(set: Dataset, indices: readonly number[], dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const index of indices) {
    const picture = await set.read(index, ['good', 'defect'], MM_PER_PX);
    const part = largestGoodPart(picture, LEAST_GOOD_PX);
    if (part === null) continue;
    await sharp(cropRgb(picture.rgb, picture.widthPx, part), {
      raw: { width: part.widthPx, height: part.heightPx, channels: 3 },
    })
      .png()
      .toFile(join(dir, `${picture.name}.png`));
  }
}

/** Sixty labelled tiles, and good parts with drawn defects, beside what needs no labels. */
async function labelTable(options: BenchOptions, set: Dataset, folder: string): Promise<FigureTable> {
  const { isQuick, note } = options;
  const rows: string[][] = [];
  const steps = isQuick ? QUICK_STEPS : LABEL_STEPS;
  for (const draw of isQuick ? [1] : [1, 2, 3]) {
    const { teach, test } = drawLabelled(set.items, PER_CLASS, draw);
    const names = new Set(teach.map((i) => set.items[i]!.name));
    const labelled = await labelPack({
      ...made(options),
      dataset: set.dir,
      only: (name) => names.has(name),
      out: join(folder, `labels-${draw}`),
      id: 'labelled',
      seed: draw,
      steps,
    });
    note(`tune: draw ${draw}: labels learnt in ${labelled.training.seconds} s`);
    const good = join(folder, `good-of-${draw}`);
    // At most twenty pictures teach normality: five of each class.
    await writeGoodParts(set, spreadOver(teach, 20), good);
    await teachPack({ ...made(options), folder: good, out: `${good}.pack`, id: 'normality', seed: draw });
    const station = join(folder, `station-${draw}`);
    await writeGoodParts(set, teach, join(station, 'good'));
    await labelPack({ ...made(options), dataset: station, out: `${station}.pack`, id: 'station', seed: draw, steps });
    const own = await counted(await loadPack(join(folder, `labels-${draw}`)), set, test, options);
    rows.push(labelRow(draw, `${teach.length} labelled tiles`, summary(own), null));
    for (const [name, path] of [
      ['leather-base', packPath('leather-base')],
      ['normality of the same tiles', `${good}.pack`],
      ['station pack: drawn on their good parts', `${station}.pack`],
    ] as const) {
      const rival = await counted(await loadPack(path), set, test, options);
      rows.push(labelRow(draw, name, summary(rival), compareCounts(rival, own, seededRandom(1), isQuick ? 100 : 400)));
      note(`tune: draw ${draw}: ${name} ${rows.at(-1)!.slice(2).join(' ')}`);
    }
  }
  return {
    title: 'Taught from sixty labelled tiles (real-256)',
    about: `\`kerf tune train\` on ${PER_CLASS} tiles a class, runs of five neighbours, at most ${steps} steps of one core; judged on runs that were not touched. Mean of the classes' best F1, strict and with 2 px tolerance. The last columns set the labelled pack against the row's (paired bootstrap over pictures, permutation test).`,
    columns: [
      'draw',
      'pack',
      'mean F1',
      '95 %',
      'F1, 2 px',
      'by class',
      'F1 at own threshold',
      'objects',
      'ECE',
      'labels gain',
      '95 % of gain',
      'p',
    ],
    rows,
  };
}

function spreadOver(list: readonly number[], most: number): number[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / most)]!);
}

function labelRow(draw: number, name: string, e: Evaluation, gain: Comparison | null): string[] {
  return [
    String(draw),
    name,
    e.classMeanF1.toFixed(3),
    `${e.classMeanCi95[0].toFixed(3)} to ${e.classMeanCi95[1].toFixed(3)}`,
    e.classMeanTolerantF1.toFixed(3),
    Object.entries(e.perClass)
      .map(([c, v]) => `${c} ${v.pixelF1.toFixed(2)}`)
      .join(', '),
    e.pixelF1AtThreshold.toFixed(3),
    e.objectRecallAt.recall.toFixed(2),
    e.ece.toFixed(3),
    gain === null ? '' : gain.difference.toFixed(3),
    gain === null ? '' : `${gain.ci95[0].toFixed(3)} to ${gain.ci95[1].toFixed(3)}`,
    gain === null ? '' : gain.p.toFixed(3),
  ];
}

function goodCells(e: Evaluation): string[] {
  return [
    e.pixelF1.toFixed(3),
    `${e.ci95[0].toFixed(3)} to ${e.ci95[1].toFixed(3)}`,
    e.pixelF1AtThreshold.toFixed(3),
    e.tolerantF1.toFixed(3),
    e.ap.toFixed(3),
    e.aupro30.toFixed(3),
    e.objectRecallAt.recall.toFixed(2),
  ];
}

async function counted(
  pack: Pack,
  set: Dataset,
  indices: readonly number[],
  { signal, onProgress }: BenchOptions,
): Promise<PictureCounts[]> {
  const classes = ['good', ...set.classNames];
  const segmenter = await openSegmenter(pack, { provider: 'cpu' });
  try {
    const picture = async (k: number) => ({
      ...(await set.read(indices[k]!, classes, MM_PER_PX)),
      className: set.items[indices[k]!]!.className,
    });
    return await countPictures(pack, { count: indices.length, picture }, segmenter, { signal, onProgress });
  } finally {
    await segmenter.close();
  }
}

function summary(counts: readonly PictureCounts[]): Evaluation {
  return summariseEvaluation(counts, { random: seededRandom(1), seconds: 0, falsePerM2: FALSE_PER_M2 });
}

function made({ signal, onProgress }: BenchOptions) {
  return {
    mmPerPx: MM_PER_PX,
    command: 'npm run bench tune',
    commit: null,
    clock: systemClock,
    signal,
    onProgress,
  };
}
