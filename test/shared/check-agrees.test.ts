import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#domain/seeded-random.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { boxOf } from '#nest/validate-area.ts';
import { readForeignProblem } from '#nest/validate-read-foreign.ts';
import { readOwnProblem } from '#nest/validate-read-own.ts';
import type { JudgedProblem } from '#nest/validate-problem.ts';
import { placeBoxes } from './box-placer.ts';
import type { Placed } from './box-placer.ts';
import { damages } from './damages.ts';
import { expectSame, judgeMany, TOLERANCE } from './second-judge.ts';
import type { Oracle } from './second-judge.ts';
import { pythonOracle, runPython } from './python-oracle.ts';
import { sharedDir } from './shared-dir.ts';

/** The second judge takes most of the time: each instance is spoilt in so many of the ways, each way on several instances.
 *  `KERF_LONG=1` takes them all. */
const WAYS = process.env['KERF_LONG'] === '1' ? Infinity : 2;

const here = dirname(fileURLToPath(import.meta.url));
const shared = sharedDir();

let python: string | null = null;
beforeAll(async () => {
  if (shared !== null) python = await pythonOracle();
}, 180_000);

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
      const ways = Object.entries(damages);
      for (const [n, subject] of all.entries()) {
        cases.push({ instance: subject.name, damage: 'none', result: subject.layout, subject });
        const first = n * WAYS;
        const taken =
          WAYS < ways.length ? Array.from({ length: WAYS }, (_, k) => ways[(first + k) % ways.length]!) : ways;
        for (const [damage, spoil] of taken) {
          for (let k = 0; k < times; k += 1) {
            cases.push({ instance: subject.name, damage, result: spoilt(subject, spoil, random), subject });
          }
        }
      }
      const verdicts = await judgeMany(python, shared!, {
        instances: Object.fromEntries(all.map(({ name, oracle }) => [name, oracle])),
        cases: cases.map(({ instance, result, subject }) => ({
          instance,
          result,
          tolerance: toleranceOf(subject, result),
        })),
        tolerance: TOLERANCE,
      });
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
      expect(invalid).toBeGreaterThan(all.length * times * Math.min(4, WAYS / 2));
    },
    180_000,
  );
});

/** The second judge goes by a strip's height; ours, as the contract says, by the larger side of what it holds: on a strip
 *  that is laid out far longer than it is high a step is longer. */
function toleranceOf({ document, problem: { stripHeight } }: Subject, result: Placed): number {
  if (stripHeight === null) return TOLERANCE;
  try {
    return TOLERANCE * Math.max(1, (validateLayout(document, result).strip_width ?? 0) / stripHeight);
  } catch {
    return TOLERANCE;
  }
}

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
