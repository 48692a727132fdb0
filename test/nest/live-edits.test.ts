import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { editProblem } from '#nest/edit-problem.ts';
import type { NestEdit } from '#nest/edit-problem.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest, startNest } from '#nest/solve.ts';
import type { NestProgress } from '#nest/solve.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { nestCase, blob, drawn, USUAL } from '#synth/nest-case.ts';
import { box, drawnHide, piece, placementsOf, problem, sheet, solver } from './nest-cases.ts';

/** More than the sheet holds, so that the search goes on. */
function crowded(): Problem {
  return problem(
    [sheet({ outline: box(0, 0, 400, 300) })],
    [piece('p', box(0, 0, 60, 40), { quantity: 50 }), piece('q', box(0, 0, 90, 20), { quantity: 10, quality: 2 })],
  );
}

function running(document: Problem, more: object = {}) {
  const abort = new AbortController();
  let shown: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (shown = resolve));
  const onProgress = () => shown();
  const run = startNest(readProblem(document), {
    solver,
    seconds: 30,
    threads: 2,
    signal: abort.signal,
    onProgress,
    ...more,
  });
  return { run, first, stop: () => abort.abort() };
}

const region = (outline: ReturnType<typeof box>) => ({ outline, holes: [] });
const inBox = (p: NestProgress, x: number, y: number) =>
  placementsOf(p).some((q) => Math.abs(q.x - x) + Math.abs(q.y - y) < 1e-6);

/** Each with four edits and a stop at random moments; `npm run test:long` makes it thousands. */
const ROUNDS = process.env['KERF_LONG'] ? 1000 : 100;

describe('an edit of a running search', () => {
  it('that the solver cannot even read is refused by its code, and the search goes on', async () => {
    const { run, first, stop } = running(crowded());
    await first;
    const far = run.edit({ kind: 'forbid', sheet: 0, area: region(box(1e9, 0, 3, 3)) });
    await expect(far).rejects.toMatchObject({ name: 'KerfError', code: 'NEST_COORDINATE_TOO_LARGE' });
    await expect(run.edit({ kind: 'raiseDemand', piece: 0, count: 30_000 })).rejects.toMatchObject({
      code: 'NEST_TOO_MANY_PIECES',
    });
    expect((await run.edit({ kind: 'raiseDemand', piece: 0 })).layouts).not.toEqual([]);
    stop();
    expect((await run.result).stopped).toBe('aborted');
  });

  it('keeps pieces off a forbidden area and a defect, and the judge agrees', async () => {
    const { run, first, stop } = running(crowded());
    await first;
    await run.edit({ kind: 'forbid', sheet: 0, area: region(box(100, 100, 60, 60)) });
    await run.edit({ kind: 'addDefect', sheet: 0, quality: 2, area: region(box(250, 50, 80, 80)) });
    stop();
    const result = await run.result;
    const [hide] = crowded().sheets!;
    const zones = [
      { quality: 0, outline: box(100, 100, 60, 60) },
      { quality: 2, outline: box(250, 50, 80, 80) },
    ];
    const verdict = validateLayout({ ...crowded(), sheets: [{ ...hide!, zones }] }, result);
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.placed).toBeGreaterThan(10);
  });

  it('holds a locked piece where it is, until it is unlocked', async () => {
    const { run, first, stop } = running(crowded());
    await first;
    const placement = { piece: 1, x: 155.5, y: 140.25, rotation: 30, mirrored: false };
    const locked = await run.edit({ kind: 'lock', sheet: 0, placement });
    expect(inBox(locked, 155.5, 140.25)).toBe(true);
    const on = { ...placement, x: 160 };
    await expect(run.edit({ kind: 'lock', sheet: 0, placement: on })).rejects.toMatchObject({
      code: 'NEST_LOCKED_PIECE_INVALID',
      details: { piece: run.problem().pieces[1]!.name },
    });
    await run.edit({ kind: 'raiseDemand', piece: 0 });
    expect(run.problem().sheets[0]!.locked.length).toBe(1);
    await run.edit({ kind: 'unlock', sheet: 0, placement });
    stop();
    expect(placementsOf(await run.result).length).toBeGreaterThan(20);
  });

  it('takes pieces from the order and adds to it', async () => {
    const document = problem(
      [sheet()],
      [piece('p', box(0, 0, 60, 60), { quantity: 2 }), piece('q', box(0, 0, 20, 20))],
    );
    const { run, first, stop } = running(document);
    await first;
    const more = await run.edit({ kind: 'raiseDemand', piece: 1, count: 2 });
    const less = await run.edit({ kind: 'removePiece', piece: 1, count: 3 });
    expect(placementsOf(more, 1).length).toBeGreaterThan(0);
    expect(placementsOf(less, 1).length).toBe(0);
    stop();
    const result = await run.result;
    expect(result.unplaced).toEqual([{ piece: 0, count: 1, reason: 'NEST_NO_ROOM_LEFT' }]);
  });

  it('ends the search where it makes it whole, and is refused after that', async () => {
    const document = problem([sheet()], [piece('p', box(0, 0, 60, 60), { quantity: 2 })]);
    const { run, first } = running(document);
    await first;
    await run.edit({ kind: 'removePiece', piece: 0 });
    expect((await run.result).stopped).toBe('complete');
    await expect(run.edit({ kind: 'raiseDemand', piece: 0 })).rejects.toMatchObject({ code: 'NEST_SEARCH_ENDED' });
  });

  it('is refused by name when it names what is not there', () => {
    const read = readProblem(crowded());
    const wrong: NestEdit[] = [
      { kind: 'forbid', sheet: 1, area: region(box(0, 0, 1, 1)) },
      { kind: 'addDefect', sheet: 0, quality: 1.5, area: region(box(0, 0, 1, 1)) },
      { kind: 'raiseDemand', piece: 2 },
      { kind: 'removePiece', piece: 0, count: 51 },
      { kind: 'removePiece', piece: 0, count: 0 },
      { kind: 'unlock', sheet: 0, placement: { piece: 0, x: 0, y: 0, rotation: 0, mirrored: false } },
    ];
    for (const edit of wrong) expect(() => editProblem(read, edit)).toThrow(/NEST_EDIT_REFUSED|expected/);
  });

  it('may come at any moment, with a stop at the end', async () => {
    const next = drawn(5);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { run, stop } = running(drawnHide(), { seed: round + 1 });
      const edits: Promise<unknown>[] = [];
      for (let k = 0; k < 4; k += 1) {
        await new Promise((resolve) => setTimeout(resolve, 15 * next()));
        const area = region(blob([300 + 400 * next(), 300 + 300 * next()], 200 + 2000 * next(), 7, next));
        edits.push(run.edit({ kind: 'forbid', sheet: 0, area }).catch((e: unknown) => e));
      }
      if (next() < 0.5) await edits[2];
      stop();
      const result = await run.result;
      await Promise.all(edits);
      const [hide] = drawnHide().sheets!;
      const zones = run.problem().sheets[0]!.zones.map((z) => ({ quality: z.quality, ...z.shape }));
      const judged = { ...drawnHide(), sheets: [{ ...hide!, zones }] };
      expect(validateLayout(judged, result).faults).toEqual([]);
    }
  }, 600_000);
});

describe('a defect drawn on a finished layout', () => {
  it('leaves nine tenths where they were in the first layout that it gives', async () => {
    const document = nestCase(USUAL);
    const finished = await solveNest(readProblem(document), { solver, evaluations: 300_000 });
    const before = placementsOf(finished);
    const [hide] = document.sheets!;
    const outline = blob([1300, 1000], 10_000, 12, drawn(3));
    const changed = { ...document, sheets: [{ ...hide!, zones: [...hide!.zones!, { quality: 0, outline }] }] };
    const seen: NestProgress[] = [];
    const result = await solveNest(readProblem(changed), {
      solver,
      evaluations: 20_000,
      start: finished.layouts,
      onProgress: (p) => seen.push(p),
    });
    expect(validateLayout(changed, result).faults).toEqual([]);
    const kept = before.filter((q) => inBox(seen[0]!, q.x, q.y)).length;
    expect(kept).toBeGreaterThan(0.9 * before.length);
    expect(kept).toBeLessThan(before.length);
  });
});
