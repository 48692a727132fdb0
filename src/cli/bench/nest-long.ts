import { basename, join } from 'node:path';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { contentStamp, nestCells, type CellKey, type NestCell } from './nest-cells.ts';
import { nestPeer, PEERS } from './nest-peer.ts';
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

/** Strips with published figures, long runs of Kerf beside them, and of sparrow on the same machine: as far as they are
 *  kept, with `--full` all. A bench that was stopped tells what it has and goes on where it was the next time. */
export async function longTable(
  options: BenchOptions,
  folder: string,
  files: readonly string[],
): Promise<readonly FigureTable[]> {
  const cells = nestCells(join(options.root, KEPT));
  const stamp = contentStamp(join(options.root, 'native', 'kerf-native.node'));
  const peer = nestPeer(options, 'sparrow');
  const strips = files.filter((file) => basename(file, '.json') in PUBLISHED);
  const keyOf = (file: string, solver: string, run: LongRun): CellKey => ({
    solver,
    problem: `${basename(file, '.json')} ${contentStamp(file)}`,
    threads: THREADS,
    ...run,
  });
  const keys = (file: string, run: LongRun) => ({
    own: keyOf(file, `Kerf ${stamp}`, run),
    peer: keyOf(file, PEERS.sparrow, run),
  });
  const runs = runsOf(options);
  for (const run of runs)
    for (const file of strips) {
      const of = keys(file, run);
      await untilStopped(
        options,
        cells.measured(of.own, () => nestOnce(options, folder, file, run.seconds, run.seed)),
      );
      if (peer && options.isFull)
        await untilStopped(
          options,
          cells.measured(of.peer, () => peer.once(folder, file, run.seconds, run.seed)),
        );
    }
  const densityOf = (cell: NestCell | null) => (cell?.complete ? cell.yieldPct : null);
  return [
    longFigures(
      runs,
      strips.map((file) => ({
        strip: basename(file, '.json'),
        densities: runs.map((run) => densityOf(cells.kept(keys(file, run).own))),
        peers: runs.map((run) => densityOf(cells.kept(keys(file, run).peer))),
      })),
    ),
  ];
}

/** Stopped: what is kept already is told all the same. */
async function untilStopped({ signal }: BenchOptions, measuring: Promise<NestCell>): Promise<void> {
  await measuring.catch((cause: unknown) => {
    if (!signal.aborted) throw cause;
  });
}

export interface LongRow {
  readonly strip: string;
  /** One of each run, %; null: not measured. */
  readonly densities: readonly (number | null)[];
  /** The same of sparrow on this machine. */
  readonly peers: readonly (number | null)[];
}

/** Beside the published mean stands the mean of the longest runs: the best of some counts for nothing. */
export function longFigures(runs: readonly LongRun[], rows: readonly LongRow[]): FigureTable {
  const longest = Math.max(...runs.map(({ seconds }) => seconds));
  const meanOf = (densities: readonly (number | null)[]) =>
    mean(densities.filter((d, k) => d !== null && runs[k]!.seconds === longest) as number[]);
  const known = rows.filter(({ densities }) => densities.some((d) => d !== null));
  const share = (of: readonly LongRow[], densities: (row: LongRow) => number) =>
    `${of.filter((row) => densities(row) >= PUBLISHED[row.strip]!.mean).length} of ${of.length}`;
  const both = known.filter(({ peers }) => peers.some((d) => d !== null));
  const beside =
    both.length === 0
      ? ''
      : ` Where sparrow ran here as well, Kerf reached it on ${share(both, (row) => meanOf(row.densities))}, sparrow on ${share(both, (row) => meanOf(row.peers))}.`;
  return {
    title: 'Strips: long runs beside what is published',
    about: `${THREADS} threads, two cores; every result complete and valid by \`kerf check\`. Published: sparrow's authors, 100 runs of 1,200 s with 3 workers on a faster machine (Ryzen 7950X). Mean reached on ${share(known, (row) => meanOf(row.densities))} measured strips (wanted: 7 of 13).${beside}`,
    columns: [
      'strip',
      ...runs.flatMap(({ seconds, seed }) => [`Kerf ${seconds} s, seed ${seed}`, 'sparrow here']),
      'published mean',
      'Kerf less mean',
      'published best',
      'record',
    ],
    rows: rows.map(({ strip, densities, peers }) => {
      const published = PUBLISHED[strip]!;
      const less = meanOf(densities) - published.mean;
      const told = (d: number | null) => (d === null ? 'not measured' : d.toFixed(2));
      return [
        strip,
        ...densities.flatMap((d, k) => [told(d), told(peers[k] ?? null)]),
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
