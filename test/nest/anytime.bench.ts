// Times of the solver that a person feels; `node test/nest/anytime.bench.ts [first|repair|scale]`. Needs a quiet machine.
import { performance } from 'node:perf_hooks';
import { readProblem } from '#nest/read-problem.ts';
import { startNest } from '#nest/solve.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { nestCase, blob, drawn, USUAL } from '#synth/nest-case.ts';
import type { Scale } from '#synth/nest-case.ts';
import { placementsOf, solver } from './nest-cases.ts';

const THREADS = 2;

function say(what: string, msList: readonly number[]): void {
  if (msList.length === 0) return;
  const sorted = msList.toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!.toFixed(0);
  console.log(`${what}: median ${at(0.5)} ms, worst ${at(1)} ms of ${sorted.length}`);
}

async function first(scale: Scale, rounds: number): Promise<void> {
  const times: number[] = [];
  const stops: number[] = [];
  let placed = 0;
  for (let seed = 1; seed <= rounds; seed += 1) {
    const document = nestCase(scale, seed);
    const read = readProblem(document);
    const abort = new AbortController();
    const begun = performance.now();
    let stoppedAt = 0;
    let seen: number | null = null;
    const run = startNest(read, {
      solver,
      seconds: 60,
      threads: THREADS,
      seed,
      signal: abort.signal,
      onProgress: (p) => {
        if (seen !== null || placementsOf(p).length === 0) return;
        seen = performance.now() - begun;
        placed += placementsOf(p).length;
        setTimeout(() => {
          stoppedAt = performance.now();
          abort.abort();
        }, 700);
      },
    });
    const result = await run.result;
    if (result.stopped === 'aborted') stops.push(performance.now() - stoppedAt);
    times.push(seen ?? Number.NaN);
    if (seed === 1) {
      const verdict = validateLayout(document, result);
      console.log(`  ${placementsOf(result).length} pieces after 0.7 s more, valid ${String(verdict.valid)}`);
    }
  }
  say(`first layout (${(placed / rounds).toFixed(0)} pieces in it)`, times);
  say('stop', stops);
  console.log(`  peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}

/** Twenty defects of 5 to 100 cm², each drawn on the same finished layout. */
async function repair(): Promise<void> {
  const document = nestCase(USUAL);
  const read = readProblem(document);
  const finished = await startNest(read, { solver, seconds: 8, threads: THREADS }).result;
  const before = placementsOf(finished);
  console.log(`  finished layout: ${before.length} pieces`);
  const next = drawn(99);
  const times: number[] = [];
  const kept: number[] = [];
  const later: number[] = [];
  for (let k = 0; k < 20; k += 1) {
    const outline = blob([500 + 1800 * next(), 500 + 1200 * next()], 100 * (5 + (95 * k) / 19), 12, next);
    const [hide] = document.sheets!;
    const changed = { ...document, sheets: [{ ...hide!, zones: [...hide!.zones!, { quality: 0, outline }] }] };
    const begun = performance.now();
    let seen: number | null = null;
    let share = 0;
    const run = startNest(readProblem(changed), {
      solver,
      seconds: 1.5,
      threads: THREADS,
      start: finished.layouts,
      onProgress: (p) => {
        if (seen !== null) return;
        seen = performance.now() - begun;
        const places = new Set(placementsOf(p).map((q) => `${q.x.toFixed(6)} ${q.y.toFixed(6)}`));
        share = before.filter((q) => places.has(`${q.x.toFixed(6)} ${q.y.toFixed(6)}`)).length / before.length;
      },
    });
    const result = await run.result;
    if (!validateLayout(changed, result).valid) throw new Error(`repair ${k} gave an invalid layout`);
    times.push(seen ?? Number.NaN);
    kept.push(100 * share);
    later.push(placementsOf(result).length);
  }
  say('layout without the defect', times);
  const sorted = kept.toSorted((a, b) => a - b);
  console.log(`  kept where they were: median ${sorted[10]!.toFixed(1)} %, worst ${sorted[0]!.toFixed(1)} %`);
  console.log(`  pieces 1.5 s later: ${later.join(' ')}`);
}

const wanted = process.argv[2] ?? 'first';
if (wanted === 'first') await first(USUAL, Number(process.argv[3] ?? 20));
if (wanted === 'repair') await repair();
if (wanted === 'scale')
  for (const [hides, pieces] of [
    [1, 40],
    [10, 400],
    [25, 1000],
    [50, 2000],
  ] as const) {
    console.log(`${hides} hides of 2000 vertices and 200 defects, ${pieces} pieces`);
    await first({ hides, pieces, vertices: 2000, defects: 200, types: 40 }, 1);
  }
