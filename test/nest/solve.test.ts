import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest } from '#nest/solve.ts';
import type { NestProgress } from '#nest/solve.ts';
import { box, drawnHide, nest, piece, placementsOf, problem, sheet, solver } from './nest-cases.ts';

/** Sixty pieces on a strip: there is always something left to improve. */
function longStrip() {
  const pieces = Array.from({ length: 12 }, (_, k) =>
    piece(
      `p${k}`,
      [
        [0, 0],
        [30 + k, 5],
        [20, 25 + 2 * k],
        [4, 18],
      ],
      { quantity: 5, rotation: 'free' },
    ),
  );
  return problem([], pieces, { objective: 'strip', stripHeight: 120 });
}

const polar = (r: number, t: number) => [r * Math.cos(t), r * Math.sin(t)] as const;

describe('a search', () => {
  it('lays a hide with a hole, zones, margin and spacing so that the independent judge agrees', async () => {
    const { result, verdict } = await nest(drawnHide(), { evaluations: 200_000 });
    expect(verdict.faults).toEqual([]);
    expect(verdict).toMatchObject({ valid: true, complete: true, placed: 14, claimed_objective_differs: false });
    expect(result.stopped).toBe('complete');
  });

  it('streams better and better layouts, each of them valid, and a trace that never falls', async () => {
    const seen: NestProgress[] = [];
    const document = longStrip();
    const { result, verdict } = await nest(document, { seconds: 1, onProgress: (p) => seen.push(p) });
    expect(seen.length).toBeGreaterThan(1);
    for (const [k, p] of seen.entries()) {
      expect(p.value).toBeGreaterThan(k === 0 ? 0 : seen[k - 1]!.value);
      expect(placementsOf(p).length).toBe(60);
    }
    const values = result.trace.map((t) => t.value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(result.objective.value).toBe(values.at(-1));
    expect(verdict).toMatchObject({ valid: true, complete: true, claimed_objective_differs: false });
    expect(result.stopped).toBe('time');
    expect(result.seconds).toBeGreaterThan(0.9);
    // Other tests may hold both cores: how exactly the second is kept is measured by the bench.
    expect(result.seconds).toBeLessThan(4);
  });

  it('says of nothing that it exceeds the sheets when a large stock took all the time to read', async () => {
    const round = (k: number) => Array.from({ length: 400 }, (_, i) => polar(400 + k / 9, (i / 400) * 2 * Math.PI));
    const stock = Array.from({ length: 600 }, (_, k) => sheet({ id: `s${k}`, outline: round(k) }));
    const { result } = await nest(problem(stock, [piece('p', box(0, 0, 50, 40))]), { seconds: 0.001 });
    expect(result).toMatchObject({ stopped: 'time', layouts: [], unplaced: [{ reason: 'NEST_NO_ROOM_LEFT' }] });
  });

  it('stops within 50 ms of an abort and keeps the best so far', async () => {
    const read = readProblem(longStrip());
    const delays: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const abort = new AbortController();
      let abortedAt = 0;
      const result = await solveNest(read, {
        solver,
        seconds: 60,
        threads: 2,
        signal: abort.signal,
        onProgress: () => {
          if (abortedAt > 0) return;
          abortedAt = Infinity;
          setTimeout(() => {
            abortedAt = performance.now();
            abort.abort();
          }, 100);
        },
      });
      delays.push(performance.now() - abortedAt);
      expect(result.stopped).toBe('aborted');
      expect(placementsOf(result).length).toBe(60);
    }
    // The machine may be busy with other tests: the best of five is the solver's own.
    expect(Math.min(...delays)).toBeLessThan(50);
  });

  it('ends at once when it is aborted before it begins', async () => {
    const result = await solveNest(readProblem(longStrip()), { solver, seconds: 60, signal: AbortSignal.abort() });
    expect(result).toMatchObject({ stopped: 'aborted', layouts: [] });
    expect(result.unplaced.reduce((n, u) => n + u.count, 0)).toBe(60);
  });

  it.each([1, 2])('gives the same bytes for the same seed and evaluations on %d threads', async (threads) => {
    for (const document of [longStrip(), drawnHide()]) {
      const options = { evaluations: 60_000, threads, seed: 7 };
      const [one, two] = [await nest(document, options), await nest(document, options)];
      expect(JSON.stringify(one.result)).toBe(JSON.stringify(two.result));
      expect(one.result.seconds).toBe(0);
      expect(one.result.trace.every((t) => t.seconds === 0)).toBe(true);
      expect(one.verdict.valid).toBe(true);
    }
  });

  it('gives another layout for another seed', async () => {
    const [one, two] = [await nest(longStrip(), { seed: 1 }), await nest(longStrip(), { seed: 2 })];
    expect(JSON.stringify(one.result.layouts)).not.toBe(JSON.stringify(two.result.layouts));
  });

  it('makes a strip denser with more evaluations', async () => {
    const short = await nest(longStrip(), { evaluations: 2_000 });
    const long = await nest(longStrip(), { evaluations: 400_000 });
    expect(long.result.objective.value).toBeGreaterThan(short.result.objective.value + 0.05);
  });

  it('squeezes a strip long before the end where shrinking has stalled', async () => {
    const corners = [
      [0, 0],
      [31, 5],
      [20, 25],
      [4, 18],
    ] as const;
    const few = problem([], [piece('p', corners, { quantity: 7, rotation: 'free' })], {
      objective: 'strip',
      stripHeight: 60,
    });
    const evaluations = 6_000_000;
    const { result, verdict } = await nest(few, { evaluations, seed: 1 });
    expect(verdict).toMatchObject({ valid: true, complete: true });
    const early = result.trace.filter((step) => step.evaluations < 0.8 * evaluations).map((step) => step.by);
    expect(early.filter((by) => by === 'squeeze' || by === 'close')).not.toEqual([]);
  });
});

describe('a start layout', () => {
  it('keeps every piece that a new defect does not touch, and moves the one it does', async () => {
    const before = problem([sheet()], [piece('p', box(0, 0, 24, 24), { quantity: 6, rotation: 'fixed' })]);
    const first = await nest(before);
    const at = placementsOf(first.result)[2]!;
    const after = { ...before, sheets: [sheet({ holes: [box(at.x + 10, at.y + 10, 4, 4)] })] };
    const second = await nest(after, { start: first.result.layouts });
    expect(second.verdict).toMatchObject({ valid: true, complete: true });
    expect(second.result.stopped).toBe('complete');
    const near = (p: { x: number; y: number }) =>
      placementsOf(second.result).some((q) => Math.hypot(p.x - q.x, p.y - q.y) < 1e-6);
    expect(placementsOf(first.result).filter(near).length).toBe(5);
    expect(near(at)).toBe(false);
  });

  it('makes room by moving others where the piece finds no place of its own', async () => {
    const before = drawnHide();
    const first = await nest(before, { evaluations: 200_000 });
    const at = placementsOf(first.result, 0)[0]!;
    const turned = (at.rotation * Math.PI) / 180;
    const x = at.x + 90 * Math.cos(turned) - 60 * Math.sin(turned);
    const y = at.y + 90 * Math.sin(turned) + 60 * Math.cos(turned);
    const [hide] = before.sheets!;
    const after = { ...before, sheets: [{ ...hide!, holes: [...hide!.holes!, box(x - 4, y - 4, 8, 8)] }] };
    const second = await nest(after, { evaluations: 200_000, start: first.result.layouts });
    expect(second.verdict).toMatchObject({ valid: true, complete: true });
  });

  it('is found whole again when nothing has changed', async () => {
    const first = await nest(drawnHide(), { evaluations: 200_000 });
    const again = await nest(drawnHide(), { evaluations: 200_000, start: first.result.layouts });
    expect(again.result.stopped).toBe('complete');
    expect(placementsOf(again.result).length).toBe(14);
    expect(again.verdict.valid).toBe(true);
  });

  it('is used for a strip as well', async () => {
    const first = await nest(longStrip(), { evaluations: 300_000 });
    const again = await nest(longStrip(), { evaluations: 100, start: first.result.layouts });
    expect(again.result.objective.value).toBeGreaterThanOrEqual(first.result.objective.value - 1e-9);
  });
});

describe('what is left out', () => {
  it('says that a piece exceeds every sheet, and that another found no room', async () => {
    const { result, verdict } = await nest(
      problem([sheet()], [piece('plank', box(0, 0, 180, 10)), piece('square', box(0, 0, 60, 60), { quantity: 3 })]),
    );
    expect(verdict).toMatchObject({ valid: true, complete: false, placed: 1 });
    expect(result.unplaced).toEqual([
      { piece: 0, count: 1, reason: 'NEST_PIECE_EXCEEDS_SHEETS' },
      { piece: 1, count: 2, reason: 'NEST_NO_ROOM_LEFT' },
    ]);
  });

  it('ends at once where nothing can be laid', async () => {
    const one = piece('p', box(0, 0, 60, 60));
    const none = await nest(problem([sheet({ quantity: 0 })], [one]), { seconds: 30 });
    expect(none.result).toMatchObject({ stopped: 'complete', layouts: [] });
    expect(none.result.unplaced).toEqual([{ piece: 0, count: 1, reason: 'NEST_PIECE_EXCEEDS_SHEETS' }]);
    const strip = { objective: 'strip' as const, stripHeight: 50 };
    const high = await nest(problem([], [one], strip), { seconds: 30 });
    expect(high.result).toMatchObject({ stopped: 'complete', layouts: [], unplaced: [{ piece: 0, count: 1 }] });
    // No file asks for nothing; edits of a running search may leave it so.
    const ofNone = async (document: Problem) => {
      const read = readProblem(document);
      const pieces = read.pieces.map((p) => ({ ...p, quantity: 0 }));
      return solveNest({ ...read, pieces }, { solver, seconds: 30 });
    };
    expect(await ofNone(problem([], [one], strip))).toMatchObject({ stopped: 'complete', layouts: [], unplaced: [] });
    expect(await ofNone(problem([sheet()], [one]))).toMatchObject({
      stopped: 'complete',
      layouts: [],
      objective: { value: 2 },
    });
  });

  it('takes the budget it is given or refuses it', async () => {
    const read = readProblem(longStrip());
    await expect(solveNest(read, { solver, seconds: -1 })).rejects.toMatchObject({ code: 'NEST_BUDGET_REFUSED' });
    await expect(solveNest(read, { solver, evaluations: 1.5 })).rejects.toMatchObject({ code: 'NEST_BUDGET_REFUSED' });
    await expect(solveNest(read, { solver, threads: 0 })).rejects.toMatchObject({ code: 'NEST_BUDGET_REFUSED' });
  });
});
