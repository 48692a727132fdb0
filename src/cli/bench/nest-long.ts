import { basename, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { contentStamp, nestCells, type CellKey, type NestCell } from './nest-cells.ts';
import { nestPeer, PEERS } from './nest-peer.ts';
import { nestOnce, searchStamp, THREADS } from './nest-run.ts';

/** Densities in % of sparrow's authors: mean of 100 runs of 1,200 s with 3 workers on a Ryzen 7950X, the best of them, and
 *  the best that anyone has published (Gardeyn, Vanden Berghe and Wauters 2025). */
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

const SECONDS = [600, 1200];
const SEEDS = [1, 2, 3];

/** What is to be measured, the shorter first: one seed in six hours and a half, or three and sparrow too, in days. */
function runsOf({ isFull, seconds: wanted }: BenchOptions): readonly LongRun[] {
  if (wanted !== null && !SECONDS.includes(wanted))
    throw new KerfError(
      'CLI_BAD_OPTION',
      `bench nest-long --seconds: found ${wanted}, expected ${SECONDS.join(' or ')}.`,
    );
  return SECONDS.filter((seconds) => wanted === null || seconds === wanted).flatMap((seconds) =>
    (isFull ? SEEDS : SEEDS.slice(0, 1)).map((seed) => ({ seconds, seed })),
  );
}

/** Cells of ten minutes and more stay with the figures: another machine, or another day, goes on with the same solver. */
const KEPT = join('docs', 'figures', 'cells', 'nest-long.json');

/** Strips with published figures, long runs of Kerf beside them, and of sparrow on the same machine with `--full`: all
 *  that is kept is told, and what misses of the strips asked for is measured. A bench that was stopped tells what it has
 *  and goes on where it was the next time.
 *  @throws KerfError CLI_UNKNOWN_STRIP where `only` names one without published figures, CLI_BAD_OPTION where `seconds` is no
 *  length of theirs. */
export async function longTable(
  options: BenchOptions,
  folder: string,
  files: readonly string[],
): Promise<readonly FigureTable[]> {
  const cells = nestCells(join(options.root, KEPT));
  const peer = options.isFull ? nestPeer(options, 'sparrow') : null;
  const strips = files.filter((file) => nameOf(file) in PUBLISHED);
  const asked = askedOf(strips, options.only);
  const runs = runsOf(options);
  const stamps = new Map<string, string>();
  for (const file of strips) stamps.set(file, await searchStamp(options, folder, file));
  const keyOf = (file: string, solver: string, run: LongRun): CellKey => ({
    solver,
    problem: `${nameOf(file)} ${contentStamp(file)}`,
    threads: THREADS,
    ...run,
  });
  const keysOf = (file: string, run: LongRun) => ({
    own: keyOf(file, `Kerf, search ${stamps.get(file)!}`, run),
    peer: keyOf(file, PEERS.sparrow, run),
  });
  for (const run of runs)
    for (const file of asked) {
      const keys = keysOf(file, run);
      await untilStopped(
        options,
        cells.measured(keys.own, () => nestOnce(options, folder, file, run.seconds, run.seed)),
      );
      if (peer)
        await untilStopped(
          options,
          cells.measured(keys.peer, () => peer.once(folder, file, run.seconds, run.seed)),
        );
    }
  const densitiesOf = (file: string, by: 'own' | 'peer', seconds: number) =>
    SEEDS.flatMap((seed) => {
      const cell = cells.kept(keysOf(file, { seconds, seed })[by]);
      return cell === null ? [] : [cell.complete ? cell.yieldPct : 0];
    });
  return [
    longFigures(
      strips.map((file) => ({
        strip: nameOf(file),
        runs: SECONDS.map((seconds) => ({
          seconds,
          own: densitiesOf(file, 'own', seconds),
          peer: densitiesOf(file, 'peer', seconds),
        })),
      })),
    ),
  ];
}

function nameOf(file: string): string {
  return basename(file, '.json');
}

function askedOf(strips: readonly string[], only: readonly string[] | null): readonly string[] {
  const unknown = only?.find((name) => !strips.some((file) => nameOf(file) === name));
  if (unknown !== undefined)
    throw new KerfError(
      'CLI_UNKNOWN_STRIP',
      `bench nest-long --only: found "${unknown}", expected ${strips.map(nameOf).join(', ')}.`,
    );
  return only === null ? strips : strips.filter((file) => only.includes(nameOf(file)));
}

/** Stopped: what is kept already is told all the same. */
async function untilStopped({ signal }: BenchOptions, measuring: Promise<NestCell>): Promise<void> {
  await measuring.catch((cause: unknown) => {
    if (!signal.aborted) throw cause;
  });
}

export interface LongRow {
  readonly strip: string;
  /** The shorter first; densities in %, one of each seed that is measured, 0: not complete. */
  readonly runs: readonly {
    readonly seconds: number;
    readonly own: readonly number[];
    readonly peer: readonly number[];
  }[];
}

/** Beside the published mean stands the mean of the seeds: the best of some counts for nothing. */
export function longFigures(rows: readonly LongRow[]): FigureTable {
  const lengths = rows[0]!.runs.map(({ seconds }) => seconds);
  const reached = lengths.map((seconds, k) => {
    const share = (by: 'own' | 'peer', beside: 'own' | 'peer' = by) => {
      const known = rows.filter(({ runs }) => runs[k]![by].length > 0 && runs[k]![beside].length > 0);
      const over = known.filter(({ strip, runs }) => mean(runs[k]![by]) >= PUBLISHED[strip]!.mean);
      return known.length === 0 ? null : `${over.length} of ${known.length}`;
    };
    const peer = share('peer', 'own');
    return `after ${seconds} s on ${share('own') ?? '0 of 0'}${peer === null ? '' : ` (where sparrow ran here as well Kerf ${share('own', 'peer')}, sparrow ${peer})`}`;
  });
  return {
    title: 'Strips: long runs beside what is published',
    about: `${THREADS} threads, two cores; every result complete and valid by \`kerf check\`. Published: sparrow's authors, 100 runs of 1,200 s with 3 workers on a faster machine (Ryzen 7950X). Mean reached, of the strips measured: ${reached.join(', ')} (wanted: 7 of 13). Mean of the seeds, in brackets how many. Less mean: of the longest. Kept by what the solver searches on the strip (its layout after a fixed count of tries), whatever the build.`,
    columns: [
      'strip',
      ...lengths.flatMap((seconds) => [`Kerf ${seconds} s`, 'sparrow here']),
      'published mean',
      'Kerf less mean',
      'published best',
      'record',
    ],
    rows: rows.map(({ strip, runs }) => {
      const published = PUBLISHED[strip]!;
      const longest = runs.findLast(({ own }) => own.length > 0)?.own ?? [];
      const less = mean(longest) - published.mean;
      return [
        strip,
        ...runs.flatMap(({ own, peer }) => [told(own), told(peer)]),
        published.mean.toFixed(2),
        longest.length === 0 ? '' : `${less < 0 ? '' : '+'}${less.toFixed(2)}`,
        published.best.toFixed(2),
        published.record.toFixed(2),
      ];
    }),
  };
}

function told(densities: readonly number[]): string {
  return densities.length === 0 ? 'not measured' : `${mean(densities).toFixed(2)} (${densities.length})`;
}

/** NaN of none. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
