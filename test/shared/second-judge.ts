import { resolve } from 'node:path';
import { expect } from 'vitest';
import type { Verdict } from '#nest/validate-layout.ts';
import { runPython } from './python-oracle.ts';

/** The judge's own tolerance, two steps of side / 2^24, as the fraction that check_layout.py takes. */
export const TOLERANCE = 2 / 2 ** 24;

export type Oracle = Verdict | { readonly error: string };

export interface Judgement {
  /** A file, or the document itself, by name. */
  readonly instances: Readonly<Record<string, unknown>>;
  /** Each may have a tolerance of its own. */
  readonly cases: readonly { readonly instance: string; readonly result: unknown; readonly tolerance?: number }[];
  readonly tolerance: number;
}

/** What check_layout.py says of many layouts, in their order. */
export async function judgeMany(python: string, shared: string, judgement: Judgement): Promise<Oracle[]> {
  const input = JSON.stringify({ tools: resolve(shared, 'tools'), ...judgement });
  const run = await runPython(python, [resolve(import.meta.dirname, 'judge-many.py')], input);
  expect(run.stderr).toBe('');
  const rows = run.stdout.trim().split('\n');
  return rows.map((row) => JSON.parse(row) as Oracle);
}

/** Same answer: validity, counts, number of faults; shares within rounding, or for curves within how closely they are
 *  followed. */
export function expectSame(ours: () => Verdict, theirs: Oracle, hasCurves: boolean): void {
  if ('error' in theirs) {
    expect(ours).toThrow();
    return;
  }
  const verdict = ours();
  for (const key of [
    'valid',
    'complete',
    'placed',
    'wanted',
    'materials',
    'fault_count',
    'whole_kits',
    'claimed_objective_differs',
  ] as const) {
    expect([key, verdict[key], verdict.faults], JSON.stringify(theirs.faults)).toEqual([
      key,
      theirs[key],
      verdict.faults,
    ]);
  }
  for (const key of ['placed_area_pct', 'net_yield_pct', 'gross_yield_pct', 'strip_width'] as const) {
    const [a, b] = [verdict[key], theirs[key]];
    expect(typeof a).toBe(typeof b);
    if (a !== undefined) expect(Math.abs(a - b!)).toBeLessThan(0.0011 + (hasCurves ? 2e-4 * b! : 1e-6 * b!));
  }
  expect(verdict.objective?.kind).toBe(theirs.objective?.kind);
  if (verdict.objective)
    expect(Math.abs(verdict.objective.value - theirs.objective!.value)).toBeLessThan(hasCurves ? 2e-4 : 1e-8);
}
