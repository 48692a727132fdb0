import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/seeded-random.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import type { Verdict } from '#nest/validate-layout.ts';
import { boxOf } from '#nest/validate-area.ts';
import { readForeignProblem } from '#nest/validate-read-foreign.ts';
import { readOwnProblem } from '#nest/validate-read-own.ts';
import type { JudgedProblem } from '#nest/validate-problem.ts';
import { placeBoxes } from './box-placer.ts';
import type { Move, Placed } from './box-placer.ts';
import { pythonOracle, runPython } from './python-oracle.ts';
import { sharedDir } from './shared-dir.ts';

/** The judge's own tolerance, two steps of side / 2^24, as the fraction that check_layout.py takes. */
const TOLERANCE = 2 / 2 ** 24;
const here = dirname(fileURLToPath(import.meta.url));
const shared = sharedDir();

let python: string | null = null;
beforeAll(async () => {
  if (shared !== null) python = await pythonOracle();
}, 180_000);

type Oracle = Verdict | { readonly error: string };

/** Same answer: validity, counts, number of faults; shares within rounding, or for curves within how closely they are
 *  followed. */
function expectSame(ours: () => Verdict, theirs: Oracle, hasCurves: boolean): void {
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

it('every case of the tests of check_layout.py and kerf_problem.py gets the same verdict', async () => {
  if (shared === null || python === null) return;
  const run = await runPython(python, [resolve(here, 'record-cases.py'), resolve(shared, 'tools'), String(TOLERANCE)]);
  expect(run.code).toBe(0);
  const rows = run.stdout.trim().split('\n');
  expect(rows.length).toBeGreaterThan(250);
  for (const row of rows) {
    const { case: text, verdict } = JSON.parse(row) as { case: string; verdict: Oracle };
    // Python writes NaN and Infinity; JSON has neither, so that our reader meets them as text.
    const [problem, result] = JSON.parse(text.replaceAll(/-?(NaN|Infinity)/g, '"$1"')) as [unknown, unknown];
    try {
      expectSame(() => validateLayout(problem, result), verdict, text.includes('"path"'));
    } catch (error) {
      throw new Error(`case ${text}`, { cause: error });
    }
  }
}, 60_000);

/** Ways to spoil a layout, each with the numbers that say how far. */
const damages: Record<string, (random: () => number, context: { move: Move; other: Move; side: number }) => Move[]> = {
  move: (random, { move, side }) => [
    { ...move, x: move.x + (random() - 0.5) * side, y: move.y + (random() - 0.5) * side },
  ],
  nudge: (random, { move, side }) => [
    { ...move, x: move.x + (random() - 0.5) * 0.002 * side, y: move.y + (random() - 0.5) * 0.002 * side },
  ],
  overlap: (_random, { move, other }) => [{ ...move, x: other.x + 0.01, y: other.y + 0.02 }],
  spill: (random, { move, side }) => [{ ...move, y: move.y + (random() < 0.5 ? -side : side) }],
  turn: (random, { move }) => [{ ...move, rotation: move.rotation + 1 + 300 * random() }],
  halfTurn: (_random, { move }) => [{ ...move, rotation: move.rotation + 180 }],
  mirror: (_random, { move }) => [{ ...move, mirrored: true }],
  twice: (_random, { move }) => [move, move],
  lost: () => [],
  unsound: (_random, { move }) => [{ ...move, piece: 99_999 }],
};

interface Subject {
  name: string;
  /** What the oracle reads: a file, or the document itself. */
  oracle: unknown;
  document: unknown;
  problem: JudgedProblem;
  layout: Placed;
}

function subjects(): Subject[] {
  return ['strip', 'hides'].flatMap((folder) =>
    readdirSync(resolve(shared!, 'data/nesting', folder)).map((name) => {
      const file = resolve(shared!, 'data/nesting', folder, name);
      const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
      const problem = readForeignProblem(document);
      return { name, oracle: file, document, problem, layout: placeBoxes(problem, 0) };
    }),
  );
}

/** Layouts of Kerf's own solver, whose pieces lie close in each other: four of data/nesting, and the sample order on a hide
 *  with zones, margin and spacing. */
function solved(): Subject[] {
  const folder = resolve(here, '../fixtures/solved');
  return readdirSync(folder).map((name) => {
    const { problem: place, layouts } = JSON.parse(readFileSync(resolve(folder, name), 'utf8')) as {
      problem: unknown;
    } & Placed;
    const isFile = typeof place === 'string';
    const document: unknown = isFile ? JSON.parse(readFileSync(resolve(shared!, place), 'utf8')) : place;
    const problem = isFile ? readForeignProblem(document) : readOwnProblem(document);
    return {
      name: `solved ${name}`,
      oracle: isFile ? resolve(shared!, place) : place,
      document,
      problem,
      layout: { layouts },
    };
  });
}

describe.skipIf(shared === null)('on the files of data/nesting', () => {
  it.each([
    { kind: 'a simple valid layout', subjectsOf: subjects, times: 1 },
    { kind: 'a solved layout', subjectsOf: solved, times: 2 },
  ])(
    '$kind and the same one spoilt in every way get the same verdict',
    async ({ subjectsOf, times }) => {
      if (python === null) return;
      const random = seededRandom(4417);
      const all = subjectsOf();
      const cases: { instance: string; damage: string; result: Placed; subject: Subject }[] = [];
      for (const subject of all) {
        cases.push({ instance: subject.name, damage: 'none', result: subject.layout, subject });
        for (const [damage, spoil] of Object.entries(damages)) {
          for (let k = 0; k < times; k += 1) {
            cases.push({ instance: subject.name, damage, result: spoilt(subject, spoil, random), subject });
          }
        }
      }
      const input = {
        tools: resolve(shared!, 'tools'),
        instances: Object.fromEntries(all.map(({ name, oracle }) => [name, oracle])),
        cases: cases.map(({ instance, result }) => ({ instance, result })),
        tolerance: TOLERANCE,
      };
      const run = await runPython(python, [resolve(here, 'judge-many.py')], JSON.stringify(input));
      expect(run.stderr).toBe('');
      const verdicts = run.stdout
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row) as Oracle);
      expect(verdicts).toHaveLength(cases.length);
      let invalid = 0;
      for (const [k, { damage, result, subject }] of cases.entries()) {
        const theirs = verdicts[k]!;
        if (damage === 'none') expect('valid' in theirs && theirs.valid, subject.name).toBe(true);
        if ('valid' in theirs && !theirs.valid) invalid += 1;
        try {
          expectSame(
            () => validateLayout(subject.document, result),
            theirs,
            subject.problem.pieces.some(({ slack }) => slack > 0),
          );
        } catch (error) {
          throw new Error(`${subject.name}, damage "${damage}": ${String(error)}`, { cause: error });
        }
      }
      // A judge that says valid to everything would fail here, not only there.
      expect(invalid).toBeGreaterThan(all.length * times * 4);
    },
    60_000,
  );
});

function spoilt({ problem, layout }: Subject, spoil: (typeof damages)[string], random: () => number): Placed {
  const k = Math.floor(random() * layout.layouts.length);
  const { material, placements } = layout.layouts[k]!;
  const sheet = problem.stripHeight === null ? problem.sheets[material]! : null;
  const box = sheet ? boxOf(sheet.outline) : null;
  const side = box ? Math.max(box.maxX - box.minX, box.maxY - box.minY) : problem.stripHeight!;
  const at = Math.floor(random() * placements.length);
  const other = placements[Math.floor(random() * placements.length)]!;
  const moved = spoil(random, { move: placements[at]!, other, side });
  const layouts = layout.layouts.map((old, n) =>
    n === k ? { ...old, placements: [...placements.slice(0, at), ...moved, ...placements.slice(at + 1)] } : old,
  );
  return { layouts };
}
