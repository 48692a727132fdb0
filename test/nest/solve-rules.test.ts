import { describe, expect, it } from 'vitest';
import type { Piece } from '#domain/problem.ts';
import { angleBetween } from '#geometry/angle-between.ts';
import { reportPairs } from '#nest/pairs.ts';
import { readProblem } from '#nest/read-problem.ts';
import { box, nest, piece, placementsOf, problem, sheet } from './nest-cases.ts';

/** Placed and valid, or left out: both directions of each rule. */
async function placed(document: unknown, evaluations = 60_000): Promise<number> {
  const { verdict } = await nest(document, { evaluations });
  expect(verdict.faults).toEqual([]);
  return verdict.placed;
}

describe('contact', () => {
  it('lets four squares fill a square', async () => {
    const document = problem([sheet()], [piece('q', box(0, 0, 50, 50), { quantity: 4, rotation: 'fixed' })]);
    expect(await placed(document, 400_000)).toBe(4);
  });

  it('lets a piece be as high as the strip', async () => {
    const { result, verdict } = await nest(
      problem([], [piece('q', box(0, 0, 20, 100), { quantity: 3, rotation: 'fixed' })], {
        objective: 'strip',
        stripHeight: 100,
      }),
      { evaluations: 100_000 },
    );
    expect(verdict).toMatchObject({ valid: true, complete: true });
    expect(result.layouts[0]!.width).toBeLessThan(60.1);
  });

  it('lays a small piece into the hole of a large one', async () => {
    const frame = piece('frame', box(0, 0, 96, 96), { holes: [box(20, 20, 56, 56)], rotation: 'fixed' });
    expect(await placed(problem([sheet()], [frame, piece('in', box(0, 0, 40, 40))]))).toBe(2);
    expect(await placed(problem([sheet()], [{ ...frame, holes: [] }, piece('in', box(0, 0, 40, 40))]))).toBe(1);
  });
});

describe('odd shapes', () => {
  it('finds room on a remnant as narrow as a strap, and for a piece as thin as a thread', async () => {
    const remnant = sheet({
      outline: [
        [0, 0],
        [3000, 200],
        [3000, 212],
        [0, 12],
      ],
    });
    const strap = piece('strap', box(0, 0, 900, 8), { quantity: 3 });
    expect(await placed(problem([remnant], [strap]), 200_000)).toBe(3);
    expect(await placed(problem([sheet()], [piece('thread', box(0, 0, 80, 0.01), { quantity: 5 })]))).toBe(5);
  });

  it('takes the self-crossing rings of foreign files, and holes across the rim, as the judge does', async () => {
    const bow = [
      [0, 0],
      [40, 40],
      [40, 0],
      [0, 40],
    ];
    const holes = [box(80, 20, 60, 30), box(70, 30, 30, 40)];
    const foreign = {
      items: [{ demand: 2, shape: { type: 'simple_polygon', data: bow } }],
      bins: [{ stock: 1, shape: { type: 'polygon', data: { outer: box(0, 0, 100, 100), inner: holes } } }],
    };
    expect(await placed(foreign, 100_000)).toBe(2);
    expect(await placed(problem([sheet({ holes })], [piece('p', box(0, 0, 65, 95))]), 100_000)).toBe(1);
    expect(await placed(problem([sheet({ holes })], [piece('p', box(0, 0, 75, 95))]), 100_000)).toBe(0);
  });
});

describe('quality', () => {
  const half = { quality: 2, outline: box(0, 0, 100, 60) };

  it('keeps a piece off a zone that is too low for it and lets one lie there that is content', async () => {
    expect(await placed(problem([sheet({ zones: [half] })], [piece('p', box(0, 0, 50, 50), { quality: 3 })]))).toBe(0);
    expect(await placed(problem([sheet({ zones: [half] })], [piece('p', box(0, 0, 50, 50), { quality: 2 })]))).toBe(1);
    expect(await placed(problem([sheet({ zones: [half] })], [piece('p', box(0, 0, 90, 38), { quality: 3 })]))).toBe(1);
  });

  it('takes a zone for better than the base where it says so', async () => {
    const good = sheet({ baseQuality: 1, zones: [{ quality: 4, outline: box(10, 10, 60, 60) }] });
    const { result, verdict } = await nest(
      problem([good], [piece('p', box(0, 0, 50, 50), { quality: 4, rotation: 'fixed' })]),
    );
    expect(verdict).toMatchObject({ valid: true, placed: 1 });
    expect(placementsOf(result)[0]!.x).toBeGreaterThan(9.99);
    expect(await placed(problem([good], [piece('p', box(0, 0, 65, 65), { quality: 4 })]))).toBe(0);
    expect(await placed(problem([good], [piece('p', box(0, 0, 65, 65), { quality: 1 })]))).toBe(1);
  });

  it('counts the lowest where zones overlap, and none in the hole of a zone', async () => {
    const low = { quality: 1, outline: box(0, 0, 100, 100), holes: [box(5, 5, 40, 40)] };
    const high = { quality: 4, outline: box(0, 0, 100, 100) };
    const on = (zones: (typeof low)[]) => problem([sheet({ zones })], [piece('p', box(0, 0, 60, 60), { quality: 2 })]);
    expect(await placed(on([high as typeof low]))).toBe(1);
    expect(await placed(on([high as typeof low, low]))).toBe(0);
    const inside = problem([sheet({ zones: [low] })], [piece('p', box(0, 0, 35, 35), { quality: 2 })]);
    expect(await placed(inside)).toBe(1);
  });

  it('asks less where a zone inside the piece says so, more where that says so', async () => {
    const tight = sheet({ outline: box(0, 0, 100, 50), zones: [{ quality: 1, outline: box(0, 0, 40, 50) }] });
    const strap = (zones: object[]) =>
      problem([tight], [piece('p', box(0, 0, 98, 48), { quality: 3, rotation: 'fixed', zones: zones as never })]);
    expect(await placed(strap([]))).toBe(0);
    expect(await placed(strap([{ quality: 1, outline: box(0, 0, 50, 48) }]))).toBe(1);
    expect(
      await placed(
        strap([
          { quality: 1, outline: box(0, 0, 50, 48) },
          { quality: 2, outline: box(10, 10, 5, 5) },
        ]),
      ),
    ).toBe(0);
  });

  it('lets a part of quality 0 lie over a hole, never outside', async () => {
    const holed = sheet({ outline: box(0, 0, 100, 50), holes: [box(10, 10, 20, 20)] });
    const over = { quality: 0, outline: box(0, 0, 40, 48) };
    const bag = (zones: object[]) => piece('p', box(0, 0, 98, 48), { rotation: 'fixed', zones: zones as never });
    expect(await placed(problem([holed], [bag([])]))).toBe(0);
    expect(await placed(problem([holed], [bag([over])]))).toBe(1);
    expect(await placed(problem([sheet({ outline: box(0, 0, 90, 50) })], [bag([over])]))).toBe(0);
  });
});

describe('distances', () => {
  it('keeps the margin from outline and holes', async () => {
    const tight = (margin: number) =>
      problem(
        [sheet({ margin, holes: [box(0, 60, 100, 40)] })],
        [piece('p', box(0, 0, 90, 50), { rotation: 'fixed' })],
      );
    expect(await placed(tight(4.9))).toBe(1);
    expect(await placed(tight(5.1))).toBe(0);
  });

  it('keeps the greatest spacing of the problem and both pieces, but none on a common line', async () => {
    const two = (spacing: number, own: object) =>
      problem(
        [sheet({ outline: box(0, 0, 100, 50) })],
        [
          piece('a', box(0, 0, 48, 48), { rotation: 'fixed', ...own }),
          piece('b', box(0, 0, 48, 48), { rotation: 'fixed', commonLine: true }),
        ],
        { spacing },
      );
    expect(await placed(two(3.5, {}))).toBe(2);
    expect(await placed(two(3.5, { spacing: 4.5 }))).toBe(1);
    expect(await placed(two(4.5, { commonLine: false }))).toBe(1);
    expect(await placed(two(4.5, { commonLine: true }))).toBe(2);
  });
});

describe('rotation and mirroring', () => {
  const hook = box(0, 0, 30, 10)
    .concat(box(0, 10, 10, 30))
    .slice(0, 0)
    .concat([
      [0, 0],
      [30, 0],
      [30, 10],
      [10, 10],
      [10, 40],
      [0, 40],
    ]);

  it('turns only as allowed', async () => {
    const long = sheet({ outline: box(0, 0, 100, 30) });
    const plank = (rotation: unknown) =>
      problem([long], [piece('p', box(0, 0, 20, 90), { rotation: rotation as never })]);
    expect(await placed(plank('fixed'))).toBe(0);
    expect(await placed(plank([0, 45]))).toBe(0);
    expect(await placed(plank([0, 90]))).toBe(1);
    expect(await placed(plank({ around: 75, tolerance: 5 }))).toBe(0);
    expect(await placed(plank({ around: 75, tolerance: 12 }))).toBe(1);
    expect(await placed(plank('free'))).toBe(1);
  });

  it('mirrors only where it is allowed', async () => {
    // The hook's mirror image fits a sheet of its shape, the hook itself does not without being turned over.
    const mould = sheet({
      outline: [
        [-31, -1],
        [1, -1],
        [1, 41],
        [-11, 41],
        [-11, 11],
        [-31, 11],
      ],
    });
    const one = (mirror: 'never' | 'allowed') => problem([mould], [piece('h', hook, { mirror, rotation: 'free' })]);
    expect(await placed(one('never'), 40_000)).toBe(0);
    const { result, verdict } = await nest(one('allowed'), { evaluations: 400_000 });
    expect(verdict).toMatchObject({ valid: true, placed: 1 });
    expect(placementsOf(result)[0]!.mirrored).toBe(true);
  });

  it('lays pairs as the mirrored outline of the other, not mirrored again', async () => {
    const { result, verdict } = await nest(
      problem(
        [sheet()],
        [piece('left', hook, { quantity: 2 }), { id: 'right', mirror: { pairOf: 'left' }, quantity: 2 }],
      ),
    );
    expect(verdict).toMatchObject({ valid: true, complete: true, placed: 4 });
    expect(placementsOf(result).some((p) => p.mirrored)).toBe(false);
  });

  it('follows the grain: modulo 180, modulo 360 when directed, mirrored pieces by the other side', async () => {
    for (const directed of [false, true]) {
      const striped = sheet({ grain: { angle: 30, directed } });
      const strap = piece('p', box(0, 0, 40, 10), {
        grain: { angle: 70, tolerance: 2 },
        quantity: 6,
        mirror: 'allowed',
      });
      const { result, verdict } = await nest(problem([striped], [strap]));
      expect(verdict).toMatchObject({ valid: true, complete: true });
      for (const p of placementsOf(result)) {
        const angle = (p.mirrored ? 180 - 70 : 70) + p.rotation;
        expect(angleBetween(angle, 30, directed ? 360 : 180)).toBeLessThan(2.01);
      }
    }
  });

  it.each<[string, number, Partial<Piece>]>([
    ['fixed', 90, { rotation: 'fixed' }],
    ['with turns beside its grain', 90, { rotation: [0, 180], mirror: 'allowed' }],
    ['right on its other side alone, which it may not show', 30, { rotation: [50] }],
  ])('says of a piece whose rotations no grain allows that it fits no sheet: %s', async (_, angle, more) => {
    const strap = piece('p', box(0, 0, 20, 20), { grain: { angle: 20, tolerance: 5 }, ...more });
    const { result } = await nest(problem([sheet({ grain: { angle } })], [strap]));
    expect(result.unplaced.map((u) => u.reason)).toEqual(['NEST_PIECE_EXCEEDS_SHEETS']);
  });

  it('lays what the grain allows on its other side alone, and where only part of a field allows it', async () => {
    const strap = piece('p', box(0, 0, 20, 12), {
      grain: { angle: 20, tolerance: 5 },
      rotation: [50],
      mirror: 'allowed',
      quantity: 3,
    });
    const field = [
      { x: 10, y: 10, angle: 0 },
      { x: 10, y: 90, angle: 120 },
      { x: 90, y: 50, angle: 30 },
    ];
    for (const grain of [{ angle: 30 }, { field }]) {
      const { verdict } = await nest(problem([sheet({ grain })], [strap]));
      expect(verdict).toMatchObject({ valid: true, complete: true });
    }
  });

  it('follows a field of grain at each place', async () => {
    const field = [
      { x: 25, y: 50, angle: 0 },
      { x: 75, y: 50, angle: 90 },
    ];
    const strap = piece('p', box(0, 0, 40, 10), { grain: { angle: 0, tolerance: 4 }, quantity: 8 });
    const { verdict } = await nest(problem([sheet({ grain: { field } })], [strap]));
    expect(verdict).toMatchObject({ valid: true, complete: true, placed: 8 });
  });

  it('lets any of several samples count that are equally near, as the judges do, and no other', async () => {
    const twice = [0, 90].map((angle) => ({ x: 50, y: 50, angle }));
    const laid = (turn: number, field: readonly { x: number; y: number; angle: number }[]) =>
      placed(
        problem(
          [sheet({ grain: { field } })],
          [piece('p', box(0, 0, 40, 10), { grain: { angle: 0, tolerance: 1 }, rotation: [turn], quantity: 4 })],
        ),
      );
    expect(await laid(0, twice)).toBe(4);
    expect(await laid(90, twice)).toBe(4);
    expect(await laid(45, twice)).toBe(0);
  });

  it('takes a locked piece in the middle between two samples by the grain of either', async () => {
    const field = [
      { x: 20, y: 50, angle: 0 },
      { x: 80, y: 50, angle: 90 },
    ];
    const there = (x: number, rotation: number) =>
      nest(
        problem(
          [sheet({ grain: { field }, locked: [{ piece: 'p', x, y: 50, rotation }] })],
          [piece('p', box(-5, -5, 10, 10), { grain: { angle: 0, tolerance: 1 } })],
        ),
      );
    for (const rotation of [0, 90])
      expect((await there(50, rotation)).verdict).toMatchObject({ valid: true, placed: 1 });
    await expect(there(50, 45)).rejects.toMatchObject({ code: 'NEST_LOCKED_PIECE_INVALID' });
    await expect(there(49.9, 90)).rejects.toMatchObject({ code: 'NEST_LOCKED_PIECE_INVALID' });
    await expect(there(50.1, 0)).rejects.toMatchObject({ code: 'NEST_LOCKED_PIECE_INVALID' });
  });

  it('knows the centre of a curved piece no better than the judges, who follow its curves more closely', async () => {
    const field = Array.from({ length: 50 * 33 }, (_, k) => {
      const [x, y] = [k % 50, Math.floor(k / 50)];
      return { x: x * 30 + 15, y: y * 30 + 15, angle: ((x * x + 3 * y + x * y * y) % 4) * 30 };
    });
    const half: Piece = {
      id: 'half',
      path: 'M 0 0 L 60 0 A 30 30 0 0 1 0 0 Z',
      quantity: 150,
      grain: { angle: 0, tolerance: 2 },
    };
    const document = problem([sheet({ outline: box(0, 0, 1500, 1000), grain: { field } })], [half]);
    for (const seed of [1, 2, 3, 4]) {
      const { verdict } = await nest(document, { seed });
      expect(verdict).toMatchObject({ faults: [], complete: true });
    }
  });
});

describe('locked pieces', () => {
  const locked = [{ piece: 'p', x: 30, y: 30, rotation: 20, mirrored: false }];

  it('are repeated, counted and built around', async () => {
    const { result, verdict } = await nest(
      problem([sheet({ locked })], [piece('p', box(0, 0, 30, 30), { quantity: 3 })]),
      { evaluations: 200_000 },
    );
    expect(verdict).toMatchObject({ valid: true, complete: true, placed: 3 });
    expect(placementsOf(result).some((p) => Math.abs(p.x - 30) + Math.abs(p.y - 30) < 1e-9 && p.rotation === 20)).toBe(
      true,
    );
  });

  it('are refused where they break a rule', async () => {
    const over = problem([sheet({ locked, holes: [box(30, 45, 5, 5)] })], [piece('p', box(0, 0, 30, 30))]);
    await expect(nest(over)).rejects.toMatchObject({ code: 'NEST_LOCKED_PIECE_INVALID' });
  });
});

describe('objectives', () => {
  it('uses the fewest sheets', async () => {
    const { result, verdict } = await nest(
      problem([sheet({ quantity: 4 })], [piece('p', box(0, 0, 45, 45), { quantity: 8, rotation: 'fixed' })]),
      { evaluations: 300_000 },
    );
    expect(verdict).toMatchObject({ valid: true, complete: true, materials: 2, claimed_objective_differs: false });
    expect(result.objective).toMatchObject({ value: 1.5, bound: 1.5 });
    expect(result.stopped).toBe('complete');
  });

  it('leaves the larger of two sheets that cost the same', async () => {
    const stock = [sheet({ id: 'wide', outline: box(0, 0, 160, 100) }), sheet()];
    const { result, verdict } = await nest(problem(stock, [piece('p', box(0, 0, 45, 45), { quantity: 3 })]));
    expect(verdict).toMatchObject({ valid: true, complete: true, materials: 1 });
    expect(result.layouts.map((l) => l.material)).toEqual([1]);
  });

  it('takes the large sheets again where that spares one', async () => {
    const small = sheet({ id: 'small', outline: box(0, 0, 50, 50), quantity: 6 });
    const stock = [small, sheet({ id: 'large', quantity: 2 })];
    const { result, verdict } = await nest(
      problem(stock, [piece('p', box(0, 0, 45, 45), { quantity: 5, rotation: 'fixed' })]),
      { evaluations: 200_000 },
    );
    expect(verdict).toMatchObject({ valid: true, complete: true, materials: 2 });
    expect(result.layouts.map((l) => l.material)).toEqual([0, 1]);
  });

  it('takes the cheaper stock', async () => {
    const stock = [sheet({ id: 'dear', cost: 5 }), sheet({ id: 'cheap', cost: 1 })];
    const { result } = await nest(problem(stock, [piece('p', box(0, 0, 45, 45), { quantity: 3 })]));
    expect(result.layouts.map((l) => l.material)).toEqual([1]);
    expect(result.objective.value).toBeCloseTo(1 + 5 / 6, 9);
  });

  it('places what is worth most', async () => {
    const pieces = [piece('big', box(0, 0, 80, 80), { value: 5 }), piece('small', box(0, 0, 60, 60), { value: 9 })];
    const { result, verdict } = await nest(problem([sheet()], pieces, { objective: 'value' }));
    expect(placementsOf(result).map((p) => p.piece)).toEqual([1]);
    expect(result.objective.value).toBeCloseTo(9 / 14, 9);
    expect(verdict.claimed_objective_differs).toBe(false);
  });

  it('places the higher priority first', async () => {
    const pieces = [piece('big', box(0, 0, 80, 80)), piece('small', box(0, 0, 60, 60), { priority: 1 })];
    const { result } = await nest(problem([sheet()], pieces));
    expect(placementsOf(result).map((p) => p.piece)).toEqual([1]);
  });

  it('counts whole kits', async () => {
    const pieces = [
      piece('body', box(0, 0, 60, 40), { kit: 'bag', rotation: 'fixed' }),
      piece('strap', box(0, 0, 30, 20), { kit: 'bag', quantity: 2, rotation: 'fixed' }),
    ];
    const kits = [{ id: 'bag', quantity: 4 }];
    const { result, verdict } = await nest(problem([sheet()], pieces, { objective: 'kits', kits }), {
      evaluations: 300_000,
    });
    expect(verdict).toMatchObject({ valid: true, claimed_objective_differs: false });
    expect(verdict.whole_kits).toBeGreaterThanOrEqual(2);
    expect(result.objective.value).toBe(verdict.whole_kits! / 4);
  });
});

describe('a kit that must come from one sheet', () => {
  const kits = (quantity: number, oneSheet: boolean) => ({ kits: [{ id: 'k', quantity, oneSheet }] });
  const parts = (more: object = {}) => [
    piece('a', box(0, 0, 60, 98), { kit: 'k', ...more }),
    piece('b', box(0, 0, 50, 50), { kit: 'k', ...more }),
  ];

  it('is not spread over two that would hold it together', async () => {
    const stock = [sheet(), sheet({ id: 't', outline: box(0, 0, 52, 52) })];
    expect(await placed(problem(stock, parts(), kits(1, false)))).toBe(2);
    expect(await placed(problem(stock, parts(), kits(1, true)))).toBe(1);
  });

  it('is laid whole where there is room, and counted by sheet', async () => {
    const stock = [sheet({ quantity: 3, outline: box(0, 0, 112, 101) })];
    const { verdict } = await nest(problem(stock, parts({ rotation: 'fixed' }), kits(3, true)), {
      evaluations: 300_000,
      threads: 2,
    });
    expect(verdict).toMatchObject({ valid: true, complete: true, whole_kits: 3 });
    const most = problem(stock, parts({ rotation: 'fixed' }), { ...kits(4, true), objective: 'kits' });
    const { result, verdict: judged } = await nest(most, { evaluations: 300_000 });
    expect(judged).toMatchObject({ valid: true, claimed_objective_differs: false });
    expect(result.objective.value).toBe(3 / 4);
  });

  it('stays together while sheets are spared and traded', async () => {
    const stock = [sheet({ id: 'wide', outline: box(0, 0, 230, 110), quantity: 2 }), sheet({ quantity: 4 })];
    const small = [
      piece('a', box(0, 0, 60, 40), { kit: 'k', quantity: 2 }),
      piece('b', box(0, 0, 30, 30), { kit: 'k' }),
    ];
    const { verdict } = await nest(problem(stock, small, kits(6, true)), { evaluations: 200_000, threads: 2 });
    expect(verdict.faults).toEqual([]);
    expect(verdict).toMatchObject({ valid: true, complete: true, whole_kits: 6 });
  });
});

describe('left and right of a pair', () => {
  const shoe = [
    [0, 0],
    [60, 0],
    [60, 25],
    [20, 45],
    [0, 30],
  ] as const;

  it('lie together where that costs nothing, alike in grain, and are reported', async () => {
    const hide = sheet({ outline: box(0, 0, 1000, 800), grain: { angle: 90 } });
    const wide = { grain: { angle: 90, tolerance: 60 } };
    const pieces = [
      piece('left', shoe, { quantity: 5, ...wide }),
      { id: 'right', mirror: { pairOf: 'left' }, quantity: 5, ...wide },
      piece('other', box(0, 0, 70, 50), { quantity: 30 }),
    ];
    const document = problem([hide], pieces, { objective: 'value' });
    const { result, verdict } = await nest(document, { evaluations: 300_000 });
    expect(verdict).toMatchObject({ valid: true, complete: true });
    const [report] = reportPairs(readProblem(document), result.layouts);
    expect(report).toMatchObject({ left: 0, right: 1, pairs: 5, torn: 0 });
    // Ten shoes at random places on this hide are some 200 from the nearest of the other foot.
    expect(report!.meanDistance).toBeLessThan(90);
    expect(report!.grainOff).toBeLessThan(30);
  });

  it('are reported as torn where they lie on two sheets', () => {
    const document = problem([sheet({ quantity: 2 })], [piece('l', shoe), { id: 'r', mirror: { pairOf: 'l' } }]);
    const at = { x: 30, y: 30, rotation: 0, mirrored: false };
    const layouts = [
      { material: 0, placements: [{ piece: 0, ...at }] },
      { material: 0, placements: [{ piece: 1, ...at }] },
    ];
    expect(reportPairs(readProblem(document), layouts)).toEqual([
      { left: 0, right: 1, pairs: 0, torn: 1, meanDistance: null, farthest: null, grainOff: null },
    ]);
  });
});

describe('units and paths', () => {
  it('gives the result in mm whatever the problem is in', async () => {
    const { result, verdict } = await nest(
      problem(
        [sheet({ outline: box(0, 0, 4, 4), margin: 0.1 })],
        [piece('p', box(0, 0, 3, 3), { rotation: 'fixed' })],
        { unit: 'in' },
      ),
    );
    expect(verdict).toMatchObject({ valid: true, complete: true });
    expect(placementsOf(result)[0]!.x).toBeGreaterThan(2.5);
  });

  it('lays curved pieces given as paths', async () => {
    const disc = { id: 'disc', path: 'M 20 0 A 20 20 0 0 1 -20 0 A 20 20 0 0 1 20 0 Z', quantity: 4 };
    const { verdict } = await nest(problem([sheet()], [disc]), { evaluations: 100_000 });
    expect(verdict).toMatchObject({ valid: true, complete: true, placed: 4 });
  });
});
