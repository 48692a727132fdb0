import { basename, join } from 'node:path';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { contentStamp, nestCells, type NestCell } from './nest-cells.ts';
import { nestOnce, THREADS } from './nest-run.ts';

/** Densities in % of sparrow's authors: mean of 100 runs of 1,200 s with 3 workers on a Ryzen 7950X, the best of them, and
 *  the best that anyone has published (Gardeyn, Vanden Berghe and Wauters 2025; ../shared/design/NESTING.md). */
export const PUBLISHED: Readonly<
  Record<string, { readonly mean: number; readonly best: number; readonly record: number }>
> = {
  albano: { record: 89.82, best: 89.68, mean: 89.48 },
  blaz1: { record: 86.22, best: 86.01, mean: 84.67 },
  dagli: { record: 90.17, best: 90.17, mean: 89.26 },
  fu: { record: 92.4, best: 92.4, mean: 92.23 },
  jakobs1: { record: 89.25, best: 89.25, mean: 89.08 },
  jakobs2: { record: 87.72, best: 86.96, mean: 84.76 },
  mao: { record: 86.87, best: 86.83, mean: 86.14 },
  marques: { record: 92.02, best: 91.42, mean: 90.93 },
  shapes0: { record: 69.98, best: 69.97, mean: 68.59 },
  shapes1: { record: 76.72, best: 76.72, mean: 75.68 },
  shirts: { record: 90.92, best: 90.87, mean: 89.66 },
  swim: { record: 79.83, best: 79.83, mean: 78.26 },
  trousers: { record: 92.62, best: 92.29, mean: 91.73 },
};

interface LongRun {
  readonly seconds: number;
  readonly seed: number;
}

/** Which runs of each strip: two hours and a quarter, or a day. */
function runsOf({ isFull }: BenchOptions): readonly LongRun[] {
  if (!isFull) return [{ seconds: 600, seed: 1 }];
  return [600, 1200].flatMap((seconds) => [1, 2, 3].map((seed) => ({ seconds, seed })));
}

/** Cells of ten minutes and more stay with the figures: another machine, or another day, goes on with the same solver. */
const KEPT = join('docs', 'figures', 'cells', 'nest-long.json');

/** Strips with published figures, long runs of Kerf beside them. A bench that was stopped tells what it has and goes on
 *  where it was the next time. */
export async function longTable(
  options: BenchOptions,
  folder: string,
  files: readonly string[],
): Promise<readonly FigureTable[]> {
  const cells = nestCells(join(options.root, KEPT));
  const stamp = contentStamp(join(options.root, 'native', 'kerf-native.node'));
  const strips = files.filter((file) => basename(file, '.json') in PUBLISHED);
  const runs = runsOf(options);
  const found = new Map<string, NestCell>();
  const nameOf = (file: string, { seconds, seed }: LongRun) => `${basename(file, '.json')} ${seconds} ${seed}`;
  for (const run of runs)
    for (const file of strips) {
      const problem = `${basename(file, '.json')} ${contentStamp(file)}`;
      const key = { solver: `Kerf ${stamp}`, problem, threads: THREADS, ...run };
      const measure = () => nestOnce(options, folder, file, run.seconds, run.seed);
      // Stopped: what is kept already is told all the same.
      const cell = await cells.measured(key, measure).catch((cause: unknown) => {
        if (options.signal.aborted) return null;
        throw cause;
      });
      if (cell) found.set(nameOf(file, run), cell);
    }
  return [
    longFigures(
      runs,
      strips.map((file) => ({
        strip: basename(file, '.json'),
        densities: runs
          .map((run) => found.get(nameOf(file, run)))
          .map((cell) => (cell?.complete ? cell.yieldPct : null)),
      })),
    ),
  ];
}

export interface LongRow {
  readonly strip: string;
  /** One of each run, %; null: not measured. */
  readonly densities: readonly (number | null)[];
}

/** Beside the published mean stands the mean of the longest runs: the best of some counts for nothing. */
export function longFigures(runs: readonly LongRun[], rows: readonly LongRow[]): FigureTable {
  const longest = Math.max(...runs.map(({ seconds }) => seconds));
  const meanOf = (densities: LongRow['densities']) =>
    mean(densities.filter((d, k) => d !== null && runs[k]!.seconds === longest) as number[]);
  const known = rows.filter(({ densities }) => densities.some((d) => d !== null));
  const reached = known.filter(({ strip, densities }) => meanOf(densities) >= PUBLISHED[strip]!.mean);
  return {
    title: 'Strips: long runs beside what is published',
    about: `${THREADS} threads; every result complete and valid by \`kerf check\`. Published: sparrow's authors, 100 runs of 1,200 s with 3 workers on a faster machine (Ryzen 7950X). Mean reached on ${reached.length} of ${known.length} measured strips (wanted: 7 of 13).`,
    columns: [
      'strip',
      ...runs.map(({ seconds, seed }) => `Kerf ${seconds} s, seed ${seed}`),
      'published mean',
      'Kerf less mean',
      'published best',
      'record',
    ],
    rows: rows.map(({ strip, densities }) => {
      const published = PUBLISHED[strip]!;
      const less = meanOf(densities) - published.mean;
      return [
        strip,
        ...densities.map((d) => (d === null ? 'not measured' : d.toFixed(2))),
        published.mean.toFixed(2),
        Number.isNaN(less) ? '' : `${less < 0 ? '' : '+'}${less.toFixed(2)}`,
        published.best.toFixed(2),
        published.record.toFixed(2),
      ];
    }),
  };
}

/** NaN of none. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
