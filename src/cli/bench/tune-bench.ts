import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STATED_FALSE_PER_M2 } from '#tune/evaluate-pack.ts';
import { OBJECT_WORDS, RATE_WORDS } from '#tune/object-counts.ts';
import { openDataset } from '#tune/read-dataset.node.ts';
import type { Evaluation } from '#tune/summarise-evaluation.ts';
import { sharedData, type BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { cleanGoodTable, drawnGoodTable, realGoodTable } from './tune-good.ts';
import { meanOfAll } from './tune-judge.ts';
import { foldTable, sixtyTable } from './tune-labels.ts';
import type { LabelFigures } from './tune-labels.ts';

/** Good pictures alone, labels, pasted defects, the shipped pack; on drawn pictures alone where there is no shared data.
 *  Quick has two folds and short trainings (some ten minutes of two cores), full all folds. */
export async function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-tune-bench-'));
  try {
    const drawn = await drawnGoodTable(options, folder);
    const data = sharedData(options.root);
    const clean = await cleanGoodTable(options, folder);
    if (data === null) return [drawn.table, clean.table];
    const set = await openDataset(join(data, 'leather', 'real-256'));
    const real = await realGoodTable(options, set, folder);
    const folds = await foldTable(options, set, folder);
    const good = { real: real.figures, drawn: drawn.figures, clean: clean.figures };
    return [askedTable(good, folds.figures), real.table, drawn.table, clean.table, folds.table];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sixty labelled tiles, one training at a time, as somebody with labels and a PC does it: half an hour; quick: one draw. */
export async function benchSixty(options: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(options.root);
  if (data === null) return [];
  const folder = await mkdtemp(join(tmpdir(), 'kerf-sixty-bench-'));
  try {
    return [await sixtyTable(options, await openDataset(join(data, 'leather', 'real-256')), folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The four ways to a pack, with what was asked of each. */
export function askedTable(
  { real, drawn, clean }: Readonly<Record<'real' | 'drawn' | 'clean', readonly Evaluation[]>>,
  { base, labelled, station }: LabelFigures,
): FigureTable {
  const pooled = (e: Evaluation) => [e.pixelF1AtThreshold, e.pixelF1, e.tolerantF1] as const;
  const byClass = (e: Evaluation) => [e.classMeanF1AtThreshold, e.classMeanF1, e.classMeanTolerantF1] as const;
  const row = (
    name: string,
    draws: string,
    all: readonly Evaluation[],
    f1: (e: Evaluation) => readonly [number, number, number],
    asked: string,
  ) => {
    const e = meanOfAll(all);
    const figures = f1(e).map((v) => v.toFixed(3));
    const objects = [e.objectRecallAt.recall.toFixed(2), `${e.objectRecall.toFixed(2)} at ${e.falsePerM2.toFixed(0)}`];
    return [name, draws, ...figures, ...objects, e.aupro30.toFixed(3), asked];
  };
  return {
    title: 'Four ways to a pack',
    about: `Means of the tables below. F1 is pooled over a material's pixels for good pictures alone, else the mean of the classes; at the pack's own threshold, which knows nothing of the judged pictures, and at the best one. Objects: share found when ${STATED_FALSE_PER_M2} false patches a square metre are let through, and at the own threshold with its false patches a square metre (real-256 holds marks that nobody labelled). ${OBJECT_WORDS} ${RATE_WORDS} What is asked of good pictures alone is asked on a clean set that is kept aside.`,
    columns: [
      'pack',
      'draws',
      'F1 at own threshold',
      'best F1',
      'best F1 with 2 px',
      'objects',
      'objects at own threshold',
      'AUPRO .3',
      'asked',
    ],
    rows: [
      row('eight good pictures, real-256', `${real.length} materials`, real, pooled, 'best .68, own .64, AUPRO .99'),
      row('eight good pictures, drawn leather', `${drawn.length} materials`, drawn, pooled, ''),
      row('eight good pictures, drawn clean close-ups', `${clean.length} materials`, clean, pooled, ''),
      row('labels', `${labelled.length} folds`, labelled, byClass, '.66, with 2 px .84, objects .88'),
      row('shipped pack', `${base.length} folds`, base, byClass, '.45'),
      row('station pack, no labels', `${station.length} folds`, station, byClass, '.52'),
    ],
  };
}
