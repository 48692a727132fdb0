import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { nestResultSchema, type NestResult } from '#domain/nest-result.ts';
import type { Verdict } from '#nest/validate-layout.ts';
import type { NestCell } from './nest-cells.ts';
import type { BenchOptions } from './bench-section.ts';
import { measureKerf } from './measured-process.ts';

export const THREADS = 2;
/** Enough for every strategy of a strip's search to have had its turn, in some seconds. */
const STAMP_EVALUATIONS = 20_000_000;
const EARLY_SECONDS = 3;

/** Runs `kerf nest` once and has `kerf check` judge the result.
 *  @throws Error where either fails or the result is not valid. */
export async function nestOnce(
  { root, signal, note }: BenchOptions,
  folder: string,
  problem: string,
  seconds: number,
  seed: number,
): Promise<NestCell> {
  const out = join(folder, 'result.json');
  const limits = ['--seconds', String(seconds), '--threads', String(THREADS), '--seed', String(seed)];
  const ran = await measureKerf(root, ['nest', problem, ...limits, '--out', out, '--quiet'], signal);
  if (ran.code !== 0) throw new Error(`kerf nest ${basename(problem)} ended with ${ran.code}: ${ran.stderr}`);
  const { trace } = nestResultSchema.parse(JSON.parse(await readFile(out, 'utf8')));
  const early = trace.filter((step) => step.seconds <= EARLY_SECONDS).at(-1)?.value ?? 0;
  const last = trace.at(-1)?.value ?? 0;
  const verdict = await judged(root, problem, out, signal);
  note(`nest: Kerf ${cellText(problem, seconds, seed, verdict)}`);
  return {
    ...cellOf(verdict),
    peakMb: ran.peakMb ?? 0,
    firstSeconds: trace[0]?.seconds ?? null,
    after3Pct: last > 0 ? (100 * early) / last : null,
    ...raceOf(trace),
    wallSeconds: ran.seconds,
  };
}

/** Twelve hex digits that stand for what the solver searches on a problem: of its layout after a fixed count of tries,
 *  the same from every build that searches alike. What is kept by it outlives a build that is no other solver.
 *  @throws Error where `kerf nest` fails */
export async function searchStamp(
  { root, signal }: BenchOptions,
  folder: string,
  problem: string,
  evaluations = STAMP_EVALUATIONS,
): Promise<string> {
  const out = join(folder, 'stamp.json');
  const limits = ['--evaluations', String(evaluations), '--threads', String(THREADS), '--seed', '1'];
  const ran = await measureKerf(root, ['nest', problem, ...limits, '--out', out, '--quiet'], signal);
  if (ran.code !== 0) throw new Error(`kerf nest ${basename(problem)} ended with ${ran.code}: ${ran.stderr}`);
  const { layouts } = nestResultSchema.parse(JSON.parse(await readFile(out, 'utf8')));
  return sha256Of(JSON.stringify(layouts)).slice(0, 12);
}

/** What each strategy added: a step's gain over the one before is its finder's; the last one wins. */
export function raceOf(trace: NestResult['trace']): Pick<NestCell, 'addedPct' | 'wonBy'> {
  const addedPct: Record<string, number> = {};
  let wonBy: string | undefined;
  for (const [k, { by, value }] of trace.entries()) {
    if (by === undefined) continue;
    const gain = value - (trace[k - 1]?.value ?? 0);
    addedPct[by] = (addedPct[by] ?? 0) + 100 * gain;
    if (gain > 0) wonBy = by;
  }
  return wonBy === undefined ? {} : { addedPct, wonBy };
}

/** The verdict of `kerf check` on a result file.
 *  @throws Error with the faults where it is not valid. */
export async function judged(root: string, problem: string, result: string, signal: AbortSignal): Promise<Verdict> {
  const ran = await measureKerf(root, ['check', problem, result, '--json', '--quiet'], signal);
  const verdict = JSON.parse(ran.stdout) as Verdict;
  if (!verdict.valid) throw new Error(`${basename(problem)}: the result is not valid: ${verdict.faults.join('; ')}`);
  return verdict;
}

/** The counted part of a verdict. */
export function cellOf(v: Verdict): Pick<NestCell, 'placed' | 'wanted' | 'materials' | 'complete' | 'yieldPct'> {
  return {
    placed: v.placed,
    wanted: v.wanted,
    materials: v.materials,
    complete: v.complete,
    yieldPct: v.net_yield_pct,
  };
}

/** One line on a finished cell. */
export function cellText(problem: string, seconds: number, seed: number, v: Verdict): string {
  return `${basename(problem, '.json')} ${seconds} s, seed ${seed}: ${v.placed}/${v.wanted} on ${v.materials}, ${v.net_yield_pct} %`;
}
