import { basename, join } from 'node:path';
import type { BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { contentStamp, nestCells, type NestCell } from './nest-cells.ts';
import { nestPeer } from './nest-peer.ts';
import { nestOnce, THREADS } from './nest-run.ts';

/** Strips that get 60 s. */
const LONG = new Set(['albano', 'fu', 'gardeyn4', 'gardeyn5', 'marques', 'shirts', 'swim', 'trousers']);
interface Plan {
  readonly seconds: number;
  readonly seeds: readonly number[];
  readonly takes: (strip: string) => boolean;
}

/** Which seconds, with how many seeds, on which strips: five minutes, or 68. */
function plans({ isQuick }: BenchOptions): readonly Plan[] {
  if (isQuick) return [{ seconds: 10, seeds: [1], takes: (strip) => LONG.has(strip) }];
  const seeds = [1, 2, 3];
  return [
    { seconds: 10, seeds, takes: () => true },
    { seconds: 60, seeds, takes: (strip) => LONG.has(strip) },
  ];
}

/** Kerf and, where it is installed, sparrow in turn: the same machine, seconds, threads, seeds and judge. Cells are kept
 *  in the cache folder, so that a stopped run goes on where it was. */
export async function stripTables(
  options: BenchOptions,
  folder: string,
  files: readonly string[],
): Promise<readonly FigureTable[]> {
  const peer = nestPeer(options, 'sparrow');
  if (peer === null)
    options.note('nest: sparrow is not installed (../shared/tools/peers/setup.sh): its columns are left out');
  const cells = nestCells();
  const stamp = contentStamp(join(options.root, 'native', 'kerf-native.node'));
  const solvers = [
    {
      name: `Kerf ${stamp}`,
      once: (file: string, seconds: number, seed: number) => nestOnce(options, folder, file, seconds, seed),
    },
    ...(peer === null
      ? []
      : [
          {
            name: peer.name,
            once: (file: string, seconds: number, seed: number) => peer.once(folder, file, seconds, seed),
          },
        ]),
  ];
  const tables: FigureTable[] = [];
  for (const plan of plans(options)) {
    const rows: StripRow[] = [];
    for (const file of files.filter((f) => plan.takes(basename(f, '.json')))) {
      const strip = basename(file, '.json');
      const bySolver: NestCell[][] = solvers.map(() => []);
      for (const seed of plan.seeds)
        for (const [k, solver] of solvers.entries()) {
          const problem = `${strip} ${contentStamp(file)}`;
          const key = { solver: solver.name, problem, seconds: plan.seconds, threads: THREADS, seed };
          bySolver[k]!.push(await cells.measured(key, () => solver.once(file, plan.seconds, seed)));
        }
      rows.push({ strip, bySolver });
    }
    tables.push(stripTable(plan.seconds, plan.seeds.length, peer?.name ?? null, rows));
    tables.push(raceTable(plan.seconds, rows));
  }
  return tables;
}

export interface StripRow {
  readonly strip: string;
  /** Kerf's cells, then the peer's where there is one. */
  readonly bySolver: readonly (readonly NestCell[])[];
}

/** Medians with spread (highest less lowest) side by side; the difference says where the peer is ahead. */
export function stripTable(
  seconds: number,
  seeds: number,
  peer: string | null,
  rows: readonly StripRow[],
): FigureTable {
  const density = (c: NestCell) => (c.complete ? c.yieldPct : 0);
  const medians = rows.map((r) => r.bySolver.map((cells) => median(cells.map(density))));
  const spreads = rows.map((r) => r.bySolver.map((cells) => spread(cells.map(density))));
  const early = rows.map((r) => {
    const shares = r.bySolver[0]!.flatMap((c) => c.after3Pct ?? []);
    return shares.length > 0 ? median(shares) : NaN;
  });
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
  const line = (name: string, m: readonly number[], s: readonly number[] | null, share: number, peakMb: string) => [
    name,
    ...m.flatMap((value, k) => [value.toFixed(2), s === null ? '' : s[k]!.toFixed(2)]),
    ...(m.length > 1 ? [signed(m[0]! - m[1]!)] : []),
    Number.isNaN(share) ? '' : share.toFixed(1),
    peakMb,
  ];
  const count = medians[0]?.length ?? 0;
  const means = Array.from({ length: count }, (_, k) => mean(medians.map((m) => m[k]!)));
  return {
    title: `Strips: density % after ${seconds} s`,
    about: `${THREADS} threads, ${seeds === 1 ? 'one run (seed 1)' : `median and spread of seeds 1 to ${seeds}`}; solvers in turn on the same machine, every result complete and valid by \`kerf check\`. ${peer === null ? 'sparrow was not installed.' : `${peer} through ../shared/tools/peers.`} "at 3 s": share of the run's own end value that the trace had after 3 s, % (wanted: 95 of the value at 60 s, mean of the strips).`,
    columns: [
      'strip',
      'Kerf',
      'spread',
      ...(peer === null ? [] : ['sparrow', 'spread', 'Kerf less sparrow']),
      'at 3 s',
      'peak MB',
    ],
    rows: [
      ...rows.map((r, i) =>
        line(
          r.strip,
          medians[i]!,
          spreads[i]!,
          early[i]!,
          String(Math.max(...r.bySolver[0]!.map((cell) => cell.peakMb))),
        ),
      ),
      line(`mean of ${rows.length}`, means, null, mean(early.filter((share) => !Number.isNaN(share))), ''),
    ],
  };
}

/** The strategies that race for a strip, in the order in which they come into it. */
const STRATEGIES = ['construct', 'shrink', 'squeeze', 'close'];

/** Which strategy of ours added how much to which strip, and whose layout was the best in how many runs. One that never
 *  wins anywhere is to be removed, but for the first, which only begins. */
export function raceTable(seconds: number, rows: readonly StripRow[]): FigureTable {
  const runs = rows.map(({ strip, bySolver }) => ({ strip, cells: bySolver[0]!.filter((c) => c.addedPct) }));
  const line = (name: string, cells: readonly NestCell[]) => [
    name,
    ...STRATEGIES.map((by) => {
      const added = cells.reduce((sum, c) => sum + (c.addedPct?.[by] ?? 0), 0) / Math.max(1, cells.length);
      const wins = cells.filter((c) => c.wonBy === by).length;
      return cells.length === 0 ? '' : `${added.toFixed(3)} (${wins})`;
    }),
  ];
  return {
    title: `Strips: which strategy won in ${seconds} s`,
    about:
      'Points of density that each strategy of Kerf added (mean of the runs), in brackets how many runs ended with a layout of its. construct: piece by piece; shrink: .1 % shorter at the end, failures exchanged and tried again; squeeze: .05 to .001 % shorter at the end, last and where shrinking has failed for long; close: as much, closed up at a random place.',
    columns: ['strip', ...STRATEGIES],
    rows: [
      ...runs.map(({ strip, cells }) => line(strip, cells)),
      line(
        'all',
        runs.flatMap((r) => r.cells),
      ),
    ],
  };
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}
