import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';

/** What one run of one solver on one problem gave, judged by `kerf check`. */
export interface NestCell {
  readonly placed: number;
  readonly wanted: number;
  readonly materials: number;
  readonly complete: boolean;
  readonly yieldPct: number;
  readonly peakMb: number;
  /** Yield reached 3 s after the start, %; null where the solver keeps no trace. */
  readonly after3Pct: number | null;
  /** Seconds of the search until its first layout; null where it keeps no trace. */
  readonly firstSeconds?: number | null;
  /** The race: what each strategy added to the objective's value, in % of it, by its name; none in older cells. */
  readonly addedPct?: Readonly<Record<string, number>>;
  /** Whose layout was the last and best. */
  readonly wonBy?: string;
  readonly wallSeconds: number;
}

export interface CellKey {
  /** Name and version: cells of another version are other cells. */
  readonly solver: string;
  readonly problem: string;
  readonly seconds: number;
  readonly threads: number;
  readonly seed: number;
}

/** Measured cells, kept in one JSON file after each run: a bench that was stopped goes on where it was.
 *  @param place the file; left out: one of the cache folder, or what `KERF_BENCH_CELLS` names */
export function nestCells(place?: string): {
  readonly file: string;
  /** Null: not measured yet. */
  readonly kept: (key: CellKey) => NestCell | null;
  readonly measured: (key: CellKey, run: () => Promise<NestCell>) => Promise<NestCell>;
} {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const file = place ?? process.env['KERF_BENCH_CELLS'] ?? join(cache, 'kerf-bench', 'nest-cells.json');
  const read = () =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, NestCell>>) : {};
  const nameOf = ({ solver, problem, seconds, threads, seed }: CellKey) =>
    `${solver} | ${problem} | ${seconds} s | ${threads} threads | seed ${seed}`;
  const kept = (key: CellKey) => read()[nameOf(key)] ?? null;
  return {
    file,
    kept,
    measured: async (of, run) => {
      const key = nameOf(of);
      const known = kept(of);
      if (known) return known;
      const cell = await run();
      mkdirSync(join(file, '..'), { recursive: true });
      // Read anew: another bench may have written meanwhile.
      writeFileSync(`${file}.new`, JSON.stringify({ ...read(), [key]: cell }, null, 1));
      renameSync(`${file}.new`, file);
      return cell;
    },
  };
}

/** Twelve hex digits of a file's content: what stands for its version in a cell's key. */
export function contentStamp(file: string): string {
  return sha256Of(readFileSync(file)).slice(0, 12);
}
