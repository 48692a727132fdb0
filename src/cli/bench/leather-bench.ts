import { LOW_DOUBT } from '#inspect/grain-field.ts';
import { FOLD_KINDS } from '#synth/lay-folds.ts';
import type { BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import {
  CHALK_COLOURS,
  measureChalk,
  measureEven,
  measureFolds,
  measureGrain,
  rankShare,
  shareFrom,
  type ChalkCount,
  type ChalkName,
  type EvenScores,
  type FoldCount,
  type GrainError,
} from './leather-measures.ts';

/** Seeds that no limit was chosen on: limits come from 500 to 505, 600 to 609, 800 to 807 and 900 to 904. */
const FIRST = { even: 620, grain: 520, folds: 860, chalk: 920 } as const;

/** What the eyes make of leather beside its defects, on drawn hides with their truth. */
export function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  return inTurn([evenTable, grainTable, foldTable, chalkTable], (table) => table(options));
}

async function evenTable({ isQuick, note, signal }: BenchOptions): Promise<FigureTable> {
  const hides = await inTurn(numbers(FIRST.even, isQuick ? 2 : 6), (seed) => {
    signal.throwIfAborted();
    note(`leather: evenness, seed ${seed}`);
    return measureEven(seed, isQuick ? { width: 900, height: 700 } : undefined);
  });
  const all = (of: keyof EvenScores) => hides.flatMap((h) => h[of]);
  const row = (name: string, uneven: keyof EvenScores, even: keyof EvenScores, levels: readonly number[]) =>
    levels.map((level) => [
      name,
      rankShare(all(uneven), all(even)).toFixed(3),
      String(level),
      percent(shareFrom(all(uneven), level)),
      percent(shareFrom(all(even), level)),
    ]);
  return {
    title: 'Evenness: loose belly against the rest',
    about: `${hides.length} drawn hides whose flanks are 5 to 15 % lighter or darker, with grain half to one and a half times deeper; light falls unevenly and other defects lie where they will. Cells of 20 mm: ${all('unevenShade').length} belly, ${all('evenShade').length} even. Shade in ΔE2000 from the hide's median, grain as the share by which it is deeper or fainter. Rank: probability that a belly cell stands above an even one.`,
    columns: ['by', 'rank', 'from', 'belly told', 'even told'],
    rows: [
      ...row('shade, ΔE2000', 'unevenShade', 'evenShade', [2, 2.5, 4]),
      ...row('grain', 'unevenTexture', 'evenTexture', [0.3, 0.5, 1]),
    ],
  };
}

async function grainTable({ isQuick, note, signal }: BenchOptions): Promise<FigureTable> {
  const size = isQuick ? { width: 600, height: 460 } : { width: 900, height: 700 };
  const measure = (sideLight: number, count: number) =>
    inTurn(numbers(FIRST.grain, count), (seed) => {
      signal.throwIfAborted();
      note(`leather: grain, seed ${seed}, side light ${sideLight}`);
      return measureGrain(seed, sideLight, size);
    });
  const row = (name: string, hides: readonly (readonly GrainError[])[]) => {
    const samples = hides.flat();
    const low = samples.filter((s) => s.doubt <= LOW_DOUBT).map((s) => s.error);
    const ninth = [...low].sort((a, b) => a - b)[Math.floor(low.length * 0.9)];
    return [
      name,
      String(hides.length),
      percent(low.length / Math.max(1, samples.length)),
      low.length === 0 ? 'none' : median(low).toFixed(1),
      ninth === undefined ? 'none' : ninth.toFixed(1),
      median(samples.map((s) => s.error)).toFixed(1),
    ];
  };
  return {
    title: 'Direction of the grain',
    about: `Drawn hides of ${size.width} x ${size.height} mm at 0.5 mm a pixel, grains drawn out 1.2 to 2.4 times along bent lines, every kind of leather as it comes. Degrees between measured and drawn direction. Low doubt: up to ${LOW_DOUBT} (9 degrees expected). Wanted: median 10 where doubt is low. Light from one side draws a direction of its own that cannot be told from the leather's: measure grain under light from all sides only.`,
    columns: ['light', 'hides', 'samples of low doubt', 'median error there', '90 %', 'median of all'],
    rows: [
      row('from all sides', await measure(0, isQuick ? 3 : 8)),
      row('.3 of it from one side', await measure(0.3, isQuick ? 1 : 3)),
      row('from one side', await measure(1, isQuick ? 1 : 3)),
    ],
  };
}

function foldTable({ isQuick, note, signal }: BenchOptions): FigureTable {
  const seeds = numbers(FIRST.folds, isQuick ? 5 : 12);
  const size = isQuick ? { width: 1500, height: 1150, mmPerPx: 2 } : { width: 2200, height: 1700, mmPerPx: 2 };
  const folds: FoldCount[] = [];
  let falseCount = 0;
  let falseOnFlat = 0;
  for (const seed of seeds) {
    signal.throwIfAborted();
    note(`leather: folds, seed ${seed}`);
    const laid = measureFolds(seed, size);
    folds.push(...laid.folds);
    falseCount += laid.falseCount;
    falseOnFlat += measureFolds(seed + 1000, { ...size, folds: [] }).falseCount;
  }
  const row = (name: string, of: readonly FoldCount[]) => {
    const found = of.filter((f) => f.isFound).length;
    return [name, String(of.length), (found / Math.max(1, of.length)).toFixed(2)];
  };
  const perHide = (count: number) => (count / seeds.length).toFixed(2);
  return {
    title: 'What does not lie flat',
    about: `${seeds.length} drawn hides of ${size.width} x ${size.height} mm at ${size.mmPerPx} mm a pixel, each with a part of its rim turned over, a rim that rises and a wave that runs in (shading, and the outline drawn in by 2 to 9 mm); as many that lie flat. Found: a flagged region covers a fifth of it. False: a region farther than 25 mm from any fold; ${perHide(falseCount)} a hide with folds, ${perHide(falseOnFlat)} a flat one. Wanted: recall .9 at 1 false a hide.`,
    columns: ['fold', 'drawn', 'recall'],
    rows: [
      ...FOLD_KINDS.map((kind) =>
        row(
          kind,
          folds.filter((f) => f.kind === kind),
        ),
      ),
      row('all', folds),
    ],
  };
}

function chalkTable({ isQuick, note, signal }: BenchOptions): FigureTable {
  const seeds = numbers(FIRST.chalk, isQuick ? 3 : 10);
  const strokes: ChalkCount[] = [];
  let falseCount = 0;
  for (const seed of seeds) {
    signal.throwIfAborted();
    note(`leather: chalk, seed ${seed}`);
    const seen = measureChalk(seed, isQuick ? { width: 800, height: 620 } : {});
    strokes.push(...seen.strokes);
    falseCount += seen.falseCount;
  }
  const row = (name: string, of: readonly ChalkCount[]) => {
    const told = of.filter((s) => !s.isRefused);
    const found = told.filter((s) => s.isFound);
    return [
      name,
      String(of.length),
      String(of.length - told.length),
      (found.length / Math.max(1, told.length)).toFixed(2),
      (found.filter((s) => s.isRightKind).length / Math.max(1, found.length)).toFixed(2),
    ];
  };
  return {
    title: "An inspector's chalk",
    about: `${seeds.length} drawn hides of any leather at 1 mm a pixel, each with a closed and an open stroke of each colour, 4 to 9 mm wide, with gaps on the grain. Refused: the chalk is too near the leather's colour, or can't be told from the table in openings, and the inspection says so. Recall of the rest; right: closed and open told apart. False strokes: ${(falseCount / seeds.length).toFixed(2)} a hide.`,
    columns: ['chalk', 'drawn', 'refused', 'recall', 'right'],
    rows: [
      ...(Object.keys(CHALK_COLOURS) as ChalkName[]).map((name) =>
        row(
          name,
          strokes.filter((s) => s.name === name),
        ),
      ),
      row('all', strokes),
    ],
  };
}

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

/** One after the other: each takes a core and half a gigabyte. */
async function inTurn<T, R>(list: readonly T[], work: (item: T) => R | Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of list) done.push(await work(item));
  return done;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
