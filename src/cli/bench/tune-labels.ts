import { join } from 'node:path';
import { seededRandom } from '#domain/seeded-random.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { compareCounts } from '#tune/compare-counts.ts';
import type { Comparison } from '#tune/compare-counts.ts';
import type { PictureCounts } from '#tune/count-picture.ts';
import type { Dataset } from '#tune/dataset.ts';
import { STATED_FALSE_PER_M2 } from '#tune/evaluate-pack.ts';
import { drawLabelled, foldLabelled } from '#tune/label-draws.ts';
import { labelPack, LABEL_STEPS } from '#tune/label-pack.node.ts';
import type { Evaluation } from '#tune/summarise-evaluation.ts';
import { teachPack } from '#tune/teach-pack.node.ts';
import { packPath } from '../pack-path.ts';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { counted, judgedItems, made, span, summary, writeGoodParts } from './tune-judge.ts';

const FOLDS = 5;
const PER_CLASS = 15;
const BASE = 'leather-base';

const COLUMNS: readonly string[] = [
  'pack',
  'mean F1',
  '95 %',
  'F1, 2 px',
  'F1 by class',
  'objects by class',
  'F1 at own threshold',
  'AUPRO .3',
  'ECE',
];

/** All labels but a fold's, and no labels: defects drawn into the good parts of the same pictures. */
export async function foldTable(options: BenchOptions, set: Dataset, folder: string): Promise<FigureTable> {
  const base = await loadPack(packPath(BASE));
  const rows: string[][] = [];
  for (const fold of options.isFull ? [0, 1, 2, 3, 4] : [0]) {
    const { teach, test } = foldLabelled(set.items, fold, FOLDS);
    const judged = judgedItems(set, test);
    const add = async (name: string, pack: string) => {
      rows.push([String(fold), name, ...labelCells(summary(await counted(pack, judged, options)))]);
      options.note(`tune: fold ${rows.at(-1)!.join(' | ')}`);
    };
    await add(BASE, packPath(BASE));
    const own = { ...made(options), seed: fold + 1 };
    const labelled = { ...own, dataset: set.dir, only: onlyOf(set, teach), id: 'labelled' };
    const out = join(folder, `fold-${fold}`);
    await labelPack({ ...labelled, out });
    await add(`${teach.length} labelled pictures`, out);
    await labelPack({ ...labelled, out: `${out}-on-base`, base });
    await add(`the same, started from ${BASE}`, `${out}-on-base`);
    const station = join(folder, `station-of-${fold}`);
    await writeGoodParts(set, teach, join(station, 'good'));
    await labelPack({ ...own, dataset: station, out: `${station}.pack`, id: 'station' });
    await add('station pack: drawn on their good parts, no labels', `${station}.pack`);
  }
  return {
    title: 'Taught from the labels of four folds (real-256)',
    about: `\`kerf tune train\`, at most ${LABEL_STEPS} steps of one core; each class cut into ten runs of neighbours, two of them to judge by. ${measures()}`,
    columns: ['fold', ...COLUMNS],
    rows,
  };
}

/** Sixty labelled tiles, and good parts with drawn defects, beside what needs no labels. */
export async function sixtyTable(options: BenchOptions, set: Dataset, folder: string): Promise<FigureTable> {
  const rows: string[][] = [];
  for (const draw of [1, 2, 3]) {
    const { teach, test } = drawLabelled(set.items, PER_CLASS, draw);
    const judged = judgedItems(set, test);
    const out = join(folder, `labels-${draw}`);
    const only = onlyOf(set, teach);
    await labelPack({ ...made(options), dataset: set.dir, only, out, id: 'labelled', seed: draw });
    const good = join(folder, `good-of-${draw}`);
    // At most twenty pictures teach normality: five of each class.
    await writeGoodParts(set, spreadOver(teach, 20), good);
    await teachPack({ ...made(options), folder: good, out: `${good}.pack`, id: 'normality', seed: draw });
    const own = await counted(out, judged, options);
    const add = (name: string, counts: readonly PictureCounts[], gain: Comparison | null) => {
      rows.push([String(draw), name, ...labelCells(summary(counts)), ...gainCells(gain)]);
      options.note(`tune: draw ${rows.at(-1)!.join(' | ')}`);
    };
    add(`${teach.length} labelled tiles`, own, null);
    for (const [name, path] of [
      [BASE, packPath(BASE)],
      ['normality of the same tiles', `${good}.pack`],
    ] as const) {
      const rival = await counted(path, judged, options);
      add(name, rival, compareCounts(rival, own, seededRandom(1), 400));
    }
  }
  return {
    title: 'Taught from sixty labelled tiles (real-256)',
    about: `\`kerf tune train\` on ${PER_CLASS} tiles a class, runs of five neighbours, at most ${LABEL_STEPS} steps of one core; judged on runs that were not touched. ${measures()} The last columns set the labelled pack against the row's (paired bootstrap over pictures, permutation test).`,
    columns: ['draw', ...COLUMNS, 'labels gain', '95 % of gain', 'p'],
    rows,
  };
}

function measures(): string {
  return `Mean of the classes' best F1, strict and with 2 px tolerance; objects found in a class's pictures when ${STATED_FALSE_PER_M2} false patches a square metre (one a picture) are let through.`;
}

function onlyOf(set: Dataset, indices: readonly number[]): (name: string) => boolean {
  const names = new Set(indices.map((i) => set.items[i]!.name));
  return (name) => names.has(name);
}

function spreadOver(list: readonly number[], most: number): number[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / most)]!);
}

function labelCells(e: Evaluation): string[] {
  const byClass = (of: (c: Evaluation['perClass'][string]) => number) =>
    Object.entries(e.perClass)
      .map(([name, c]) => `${name} ${of(c).toFixed(2)}`)
      .join(', ');
  return [
    e.classMeanF1.toFixed(3),
    span(e.classMeanCi95),
    e.classMeanTolerantF1.toFixed(3),
    byClass((c) => c.pixelF1),
    byClass((c) => c.objectRecallAtRate),
    e.pixelF1AtThreshold.toFixed(3),
    e.aupro30.toFixed(3),
    e.ece.toFixed(3),
  ];
}

function gainCells(gain: Comparison | null): string[] {
  return gain === null ? ['', '', ''] : [gain.difference.toFixed(3), span(gain.ci95), gain.p.toFixed(3)];
}
