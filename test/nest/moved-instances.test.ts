import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import { nest } from './nest-cases.ts';
import { ruleCases } from './rule-cases.ts';

/** What is done to the sheets, or to everything. Pieces keep their own coordinates, so that only rotations, grain and
 *  locks follow a turn. */
interface Motion {
  /** Degrees. */
  readonly turn?: number;
  readonly shift?: readonly [number, number];
  /** Lengths, everywhere. */
  readonly scale?: number;
  /** x to -x, sheets and pieces. */
  readonly isMirrored?: boolean;
}

type Piece = Problem['pieces'][number];
type Sheet = NonNullable<Problem['sheets']>[number];

function moved(problem: Problem, { turn = 0, shift = [0, 0], scale = 1, isMirrored = false }: Motion): Problem {
  const side = isMirrored ? -1 : 1;
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const onSheet = ([x, y]: readonly [number, number]): [number, number] => {
    const [u, v] = [side * scale * x, scale * y];
    return [cos * u - sin * v + shift[0], sin * u + cos * v + shift[1]];
  };
  const inPiece = ([x, y]: readonly [number, number]): [number, number] => [side * scale * x, scale * y];
  const ring = (points: Ring, of: typeof onSheet): Ring => points.map((p) => of(p));
  const shaped = <T extends { outline?: Ring | undefined; holes?: readonly Ring[] | undefined }>(
    shape: T,
    of: typeof onSheet,
  ) => ({
    ...(shape.outline ? { outline: ring(shape.outline, of) } : {}),
    ...(shape.holes ? { holes: shape.holes.map((h) => ring(h, of)) } : {}),
  });
  const angle = (a: number) => side * a + turn;
  const grain = (a: number) => (isMirrored ? 180 - a : a);
  const rotation = (r: Piece['rotation']): Piece['rotation'] => {
    if (r === undefined || r === 'free') return r;
    if (r === 'fixed') return [turn];
    return 'around' in r ? { ...r, around: angle(r.around) } : r.map(angle);
  };
  const piece = (p: Piece): Piece => ({
    ...p,
    ...shaped(p, inPiece),
    rotation: rotation(p.rotation),
    ...(p.zones ? { zones: p.zones.map((z) => ({ ...z, ...shaped(z, inPiece) })) } : {}),
    ...(p.grain ? { grain: { ...p.grain, angle: grain(p.grain.angle) } } : {}),
    ...(p.spacing === undefined ? {} : { spacing: p.spacing * scale }),
  });
  const sheet = (s: Sheet): Sheet => ({
    ...s,
    outline: ring(s.outline, onSheet),
    ...shaped(s, onSheet),
    ...(s.zones
      ? { zones: s.zones.map((z) => ({ ...z, outline: ring(z.outline, onSheet), ...shaped(z, onSheet) })) }
      : {}),
    ...(s.margin === undefined ? {} : { margin: s.margin * scale }),
    ...(s.grain
      ? {
          grain: {
            ...s.grain,
            ...(s.grain.angle === undefined ? {} : { angle: grain(s.grain.angle) + turn }),
            ...(s.grain.field
              ? {
                  field: s.grain.field.map((g) => {
                    const [x, y] = onSheet([g.x, g.y]);
                    return { ...g, x, y, angle: grain(g.angle) + turn };
                  }),
                }
              : {}),
          },
        }
      : {}),
    ...(s.locked
      ? {
          locked: s.locked.map((l) => {
            const [x, y] = onSheet([l.x, l.y]);
            return { ...l, x, y, rotation: angle(l.rotation ?? 0) };
          }),
        }
      : {}),
  });
  return {
    ...problem,
    pieces: problem.pieces.map(piece),
    ...(problem.sheets ? { sheets: problem.sheets.map(sheet) } : {}),
    ...(problem.spacing === undefined ? {} : { spacing: problem.spacing * scale }),
    ...(problem.stripHeight === undefined ? {} : { stripHeight: problem.stripHeight * scale }),
  };
}

/** Of Kerf's own, in mm and without paths, whose coordinates are mm and stay. */
const cases = ruleCases().flatMap(({ name, known, telling }) => {
  const ours = [known, telling].map((c) => ({ ...c, problem: c.problem as unknown as Problem }));
  return ours
    .filter(({ problem }) => problem.kerf === 1 && problem.unit === undefined)
    .filter(({ problem }) => problem.pieces.every((p) => p.path === undefined))
    .map((c, k) => ({ name: `${name} ${k === 0 ? 'known' : 'telling'}`, ...c }));
});
/** A strip stands where it stands; what leans on the edges of rules is turned by right angles only. */
const onSheets = cases.filter(({ problem }) => problem.sheets);

async function expectBest(problem: Problem, value: number) {
  const { result, verdict } = await nest(problem, { evaluations: 50_000 });
  expect(verdict.faults).toEqual([]);
  // A strip gets shorter as long as it is searched.
  expect(result.objective.value).toBeCloseTo(value, problem.objective === 'strip' ? 2 : 4);
}

describe.each([
  ['turned by a right angle', { turn: 90 }, onSheets],
  ['shifted far', { shift: [12_345.678, -9_876.5] as const }, onSheets],
  ['mirrored', { isMirrored: true }, cases],
  ['a hundred times as large', { scale: 100 }, cases],
  ['a hundredth of its size', { scale: 0.01 }, cases],
])('every instance %s', (_, motion, list) => {
  it.each(list)('has the same best: $name', async ({ problem, best }) => {
    await expectBest(moved(problem, motion), best.value);
  });
});

describe('every instance turned by some angle', () => {
  it.each(onSheets)('is laid as the judge allows, and no better: $name', async ({ problem, best }) => {
    const { result, verdict } = await nest(moved(problem, { turn: 37.123, shift: [51.7, 3.3] }), {
      evaluations: 20_000,
    });
    expect(verdict.faults).toEqual([]);
    expect(result.objective.value).toBeLessThan(best.value + 1e-6);
    expect(result.objective.bound).toBeGreaterThan(best.value - 1e-6);
  });
});
