import { describe, expect, it } from 'vitest';
import { pieceShape } from '#geometry/piece-shape.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { drawnFromDxf } from '#orders/drawn-from-dxf.ts';

type Groups = readonly (string | number)[];

function square(x: number, side: number, ...more: Groups): Groups {
  const corners = [x, 0, x + side, 0, x + side, side, x, side].flatMap((v, k) => [k % 2 === 0 ? 10 : 20, v]);
  return [0, 'LWPOLYLINE', ...(more.includes(8) ? [] : [8, 'CUT']), ...more, 70, 1, ...corners];
}

function layer(name: string, ...more: Groups): Groups {
  return [0, 'LAYER', 2, name, ...more];
}

interface Parts {
  readonly header?: Groups;
  readonly layers?: Groups;
  readonly blocks?: Groups;
  readonly end?: Groups;
}

function dxf(entities: Groups, { header = [], layers = [], blocks = [], end = [0, 'EOF'] }: Parts = {}): string {
  return [
    ...[0, 'SECTION', 2, 'HEADER', ...header, 0, 'ENDSEC'],
    ...[0, 'SECTION', 2, 'TABLES', 0, 'TABLE', 2, 'LAYER', ...layers, 0, 'ENDTAB', 0, 'ENDSEC'],
    ...[0, 'SECTION', 2, 'BLOCKS', ...blocks, 0, 'ENDSEC'],
    ...[0, 'SECTION', 2, 'ENTITIES', ...entities, 0, 'ENDSEC', ...end],
  ].join('\n');
}

function seen(text: string) {
  const drawn = drawnFromDxf(text, 'a.dxf');
  const { minX, maxX, minY, maxY } = ringBounds(pieceShape([{ id: 'p', ...drawn }], 0, 0.001).outline);
  return { box: [minX, minY, maxX, maxY], holes: drawn.holes?.length ?? 0, marks: drawn.marks?.length ?? 0 };
}

const PIECE = square(0, 100);
const ALONE = { box: [0, 0, 100, 100], holes: 0, marks: 0 };

describe('what a DXF does not show is not cut', () => {
  it.each([
    ['the frame of a layout in paper space', square(-50, 400, 67, 1), []],
    ['an invisible entity', square(20, 10, 60, 1), []],
    ['a layer that is off', square(20, 10, 8, 'Off'), layer('OFF', 70, 0, 62, -3)],
    ['a layer that is frozen', square(20, 10, 8, 'ICE'), layer('ice', 70, 1, 62, 3)],
    ['a layer that is not plotted', square(-50, 400, 8, 'HELP'), layer('HELP', 70, 0, 290, 0)],
    ['what dimensions hang on', square(20, 10, 8, 'Defpoints'), []],
    ['a frame on SHEET, whatever its case', square(-50, 400, 8, 'Sheet'), []],
    ['a construction line', [0, 'XLINE', 8, 'CUT', 10, 0, 20, 0, 11, 1, 21, 0], []],
  ])('%s', (_, entity, layers) => {
    expect(seen(dxf([...PIECE, ...entity], { layers }))).toEqual(ALONE);
  });

  it('but a layer that is locked, or frozen in new windows alone, is', () => {
    const layers = [...layer('LOCKED', 70, 4, 62, 3, 290, 1), ...layer('NEW', 70, 2)];
    const entities = [...PIECE, ...square(20, 10, 8, 'LOCKED', 60, 0, 67, 0), ...square(50, 10, 8, 'NEW')];
    expect(seen(dxf(entities, { layers }))).toMatchObject({ box: [0, 0, 100, 100], holes: 2 });
  });

  it('in blocks: paper space, invisible inserts, and layers by their own and the insert’s', () => {
    const insert = (name: string, ...more: Groups) => [0, 'INSERT', 2, name, 10, 0, 20, 0, ...more];
    const block = (name: string, ...entities: Groups) => [0, 'BLOCK', 2, name, 10, 0, 20, 0, ...entities, 0, 'ENDBLK'];
    const blocks = [
      ...block('*Paper_Space', ...square(-50, 400)),
      ...block('FRAME', ...square(-50, 400, 67, 1)),
      ...block('HOLES', ...square(20, 10, 8, '0'), ...square(40, 10, 8, 'CUT')),
    ];
    const layers = [...layer('OFF', 62, -7), ...layer('ICE', 70, 1)];
    const read = (...inserts: Groups) => seen(dxf([...PIECE, ...inserts], { blocks, layers }));
    expect(read(...insert('*PAPER_SPACE', 8, 'CUT'))).toEqual(ALONE);
    expect(read(...insert('frame', 8, 'CUT'))).toEqual(ALONE);
    expect(read(...insert('HOLES', 8, 'CUT'))).toMatchObject({ holes: 2 });
    expect(read(...insert('HOLES', 8, 'CUT', 60, 1))).toEqual(ALONE);
    expect(read(...insert('HOLES', 8, 'ICE'))).toEqual(ALONE);
    // As AutoCAD shows it: of a block on a layer that is off only what is on layer 0 is hidden.
    expect(read(...insert('HOLES', 8, 'OFF'))).toMatchObject({ holes: 1 });
    expect(read(...insert('HOLES', 8, 'NOTCH'))).toMatchObject({ holes: 0, marks: 2 });
    expect(() => read(...insert('GONE', 8, 'CUT', 5, '2F'))).toThrow(
      'found INSERT (handle 2F) on layer "CUT" of a block "GONE" that is not in it, expected the block',
    );
  });

  it('and where nothing else is there, the refusal says so', () => {
    const entities = [...square(0, 297, 67, 1), ...square(0, 9, 60, 1), ...square(0, 9, 60, 1)];
    expect(() => seen(dxf(entities))).toThrow(
      expect.objectContaining({
        code: 'ORDERS_DRAWING_REFUSED',
        message:
          'a.dxf: found no closed outline (left out: 2 hidden or not plotted, 1 in paper space), expected the outline of one piece.',
      }),
    );
  });
});

describe('what a DXF shows and cannot be cut is refused by name', () => {
  it.each([
    [
      'another extrusion',
      [0, 'CIRCLE', 5, '3A', 8, 'CUT', 10, 50, 20, 50, 40, 5, 210, 0, 220, 1, 230, 0],
      'CIRCLE (handle 3A) on layer "CUT" with extrusion (0, 1, 0)',
    ],
    ['a region', [0, 'REGION', 8, 'CUT'], 'an entity REGION on layer "CUT"'],
    ['a filled area', [0, 'SOLID', 8, 'CUT', 10, 1, 20, 1], 'an entity SOLID'],
    ['a mesh', [0, 'POLYLINE', 8, 'CUT', 70, 16, 0, 'SEQEND'], 'POLYLINE on layer "CUT" of a mesh'],
    ['a spline of fit points', [0, 'SPLINE', 8, 'CUT', 71, 3, 11, 0, 21, 0, 11, 9, 21, 9], 'of fit points alone'],
    ['a spline that lacks a knot', [0, 'SPLINE', 71, 1, 10, 0, 20, 0, 10, 1, 20, 1, 40, 0, 40, 1, 40, 1], '3 knots'],
    ['the piece drawn twice', PIECE, 'the outline twice'],
    ['a hole drawn twice', [...square(20, 10), ...square(20, 10)], 'in a hole, or drawn twice'],
    ['a piece within a hole', [...square(20, 40), ...square(30, 10)], 'in a hole'],
    ['a piece beside', square(300, 50), 'a second outline at (300, 0)'],
  ])('%s', (_, entities, message) => {
    expect(() => seen(dxf([...PIECE, ...entities]))).toThrow(
      expect.objectContaining({
        code: 'ORDERS_DRAWING_REFUSED',
        message: expect.stringContaining(message) as string,
      }),
    );
  });

  it('a file that ends too early', () => {
    expect(() => seen(dxf(PIECE, { end: [] }))).toThrow('found no EOF at its end');
  });
});

describe('sizes and ways round of a DXF', () => {
  it.each([
    [1, 25.4],
    [2, 304.8],
    [4, 1],
    [5, 10],
    [6, 1000],
    [14, 100],
    [0, 1],
  ])('$INSUNITS %d', (units, mm) => {
    // $MEASUREMENT 0 is imperial, and of hatches: lengths are what $INSUNITS says.
    const header = [9, '$MEASUREMENT', 70, 0, 9, '$INSUNITS', 70, units];
    const [, , maxX] = seen(dxf(PIECE, { header })).box;
    expect(maxX).toBeCloseTo(100 * mm, 6);
  });

  it('a vertex twice in a place has no side, with a bulge neither', () => {
    const corners = [10, 0, 20, 0, 10, 50, 20, 0, 42, 0, 10, 50, 20, 30, 10, 0, 20, 0, 42, 0.5];
    const drawn = drawnFromDxf(dxf([0, 'LWPOLYLINE', 8, 'CUT', 70, 1, ...corners]), 'a.dxf');
    expect(drawn.path ?? drawn.outline).toEqual([
      [0, 0],
      [50, 0],
      [50, 30],
    ]);
  });

  it('an open polyline whose ends meet is closed', () => {
    const corners = [10, 0, 20, 0, 10, 50, 20, 0, 10, 50, 20, 30, 10, 0.004, 20, 0];
    expect(seen(dxf([0, 'LWPOLYLINE', 8, 'CUT', 70, 0, ...corners])).box).toEqual([0, 0, 50, 30]);
  });

  it('a fillet shorter than ends may be apart is part of its outline', () => {
    const line = (x0: number, y0: number, x1: number, y1: number) =>
      [0, 'LINE', 8, 'CUT', 10, x0, 20, y0, 11, x1, 21, y1] satisfies Groups;
    const fillet = [0, 'ARC', 8, 'CUT', 10, 49.996, 20, 0.004, 40, 0.004, 50, 270, 51, 0];
    const text = dxf([...fillet, ...line(0, 0, 49.996, 0), ...line(50, 0.004, 50, 30), ...line(50, 30, 0, 0)]);
    expect(seen(text).box).toEqual([0, 0, 50, 30]);
  });

  it('a spline-fit polyline is its line, not its frame', () => {
    const vertex = (x: number, y: number, flags: number) => [0, 'VERTEX', 8, 'CUT', 10, x, 20, y, 70, flags];
    const frame = [...vertex(-90, -90, 16), ...vertex(900, 900, 16)];
    const line = [...vertex(0, 0, 8), ...vertex(50, 0, 8), ...vertex(50, 30, 8)];
    const polyline = [0, 'POLYLINE', 8, 'CUT', 66, 1, 10, 0, 20, 0, 70, 5, ...frame, ...line, 0, 'SEQEND'];
    expect(seen(dxf(polyline)).box).toEqual([0, 0, 50, 30]);
  });

  it('a spline of degree 3 keeps its curves', () => {
    const points = [0, 0, 100, 0, 100, 80, 0, 0].flatMap((v, k) => [k % 2 === 0 ? 10 : 20, v]);
    const knots = [0, 0, 0, 0, 1, 1, 1, 1].flatMap((v) => [40, v]);
    const drawn = drawnFromDxf(dxf([0, 'SPLINE', 8, 'CUT', 70, 8, 71, 3, ...knots, ...points]), 'a.dxf');
    expect(drawn.path).toBe('M 0 0 C 100 0 100 80 0 0 Z');
  });
});
