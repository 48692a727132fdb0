import { Colors, DxfWriter, LWPolylineFlags, point2d, point3d, Units } from '@tarikjabiri/dxf';
import { describe, expect, it } from 'vitest';
import type { Piece } from '#domain/problem.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { drawnFromDxf } from '#orders/drawn-from-dxf.ts';
import { drawnFromSvg } from '#orders/drawn-from-svg.ts';
import type { DrawnPiece } from '#orders/drawn-piece.ts';

function measure(drawn: DrawnPiece) {
  const piece: Piece = { id: 'p', ...drawn };
  const { outline, holes } = pieceShape([piece], 0, 0.001);
  return { area: regionArea(outline, holes), ...ringBounds(outline) };
}

describe('a drawing in SVG', () => {
  it('is scaled by its size in mm and turned y up', () => {
    const drawn = drawnFromSvg(
      '<svg width="20mm" height="10mm" viewBox="0 0 200 100"><polygon points="0,0 100,0 0,50"/></svg>',
      'a.svg',
    );
    expect(drawn.outline).toEqual([
      [0, 10],
      [10, 10],
      [0, 5],
    ]);
  });

  it.each([
    ['rect', '<rect x="10" y="20" width="30" height="40"/>', 1200],
    ['round rect', '<rect width="30" height="40" rx="5"/>', 1200 - (4 - Math.PI) * 25],
    ['circle', '<circle cx="50" cy="50" r="10"/>', Math.PI * 100],
    ['ellipse', '<ellipse cx="50" cy="50" rx="20" ry="10"/>', Math.PI * 200],
    ['path and hole in one', '<path d="M0 0h40v40h-40z m10 10h10v10h-10z"/>', 1500],
    ['path of arcs', '<path d="M 10 0 A 10 10 0 0 1 -10 0 A 10 10 0 0 1 10 0 Z"/>', Math.PI * 100],
    ['cubic', '<path d="M 0 0 C 0 30 30 30 30 0 Z"/>', 540],
  ])('%s', (_, element, area) => {
    expect(measure(drawnFromSvg(`<svg viewBox="0 0 100 100">${element}</svg>`, 'a.svg')).area / area).toBeCloseTo(1, 3);
  });

  it('is read without its entities: no file is opened, and none grows into more', () => {
    const laughs = Array.from({ length: 9 }, (_, k) => `<!ENTITY l${k + 1} "${`&l${k};`.repeat(10)}">`).join('');
    const entities = `<!ENTITY l0 "M0 0h9v9z"><!ENTITY file SYSTEM "file:///etc/passwd">${laughs}`;
    const svg = (d: string) =>
      `<?xml version="1.0"?><!DOCTYPE svg [${entities}]><svg viewBox="0 0 100 100"><path id="&file;" d="${d}"/></svg>`;
    const begun = performance.now();
    for (const d of ['&file;', '&l9;', 'M0 0h9v9z &file;'])
      expect(() => drawnFromSvg(svg(d), 'a.svg'), d).toThrow(
        expect.objectContaining({
          code: 'ORDERS_DRAWING_REFUSED',
          message: expect.not.stringMatching(/root:|(h9.*){5}/) as string,
        }),
      );
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('groups are layers; comments, definitions and texts are not drawn', () => {
    const drawn = drawnFromSvg(
      `<?xml version="1.0"?><!-- <rect width="999" height="999"/> --><svg viewBox="0 0 100 100">
       <defs><g><rect width="500" height="500"/></g></defs><title>x</title>
       <g id="layer1" inkscape:label="OUTER"><path id="path3" d="M0 0H50V50H0Z"/></g>
       <g class="NOTCH"><line x1="25" y1="0" x2="25" y2="3"/></g><g id="DRILL"><circle cx="10" cy="10" r="1"/></g>
       <g id="DRAW"><polyline points="5,5 6,6 7,5"/></g><text x="3" y="3">hello</text></svg>`,
      'a.svg',
    );
    expect(measure(drawn)).toMatchObject({ area: 2500, minX: 0, maxX: 50, minY: 50, maxY: 100 });
    expect(drawn.holes).toBeUndefined();
    expect(drawn.marks?.map(({ kind }) => kind)).toEqual(['notch', 'drill', 'draw']);
    expect(drawn.marks?.[0]?.points).toEqual([
      [25, 100],
      [25, 97],
    ]);
    const [x, y] = drawn.marks![1]!.points[0]!;
    expect([x, y]).toEqual([expect.closeTo(10, 6), expect.closeTo(90, 6)]);
  });
});

describe('a drawing in DXF', () => {
  function dxf(draw: (writer: DxfWriter) => void, units: Units = Units.Millimeters): DrawnPiece {
    const writer = new DxfWriter();
    writer.setUnits(units);
    for (const name of ['OUTER', 'INNER', 'DRILL', 'NOTCH', 'LABEL']) writer.addLayer(name, Colors.White, 'Continuous');
    draw(writer);
    return drawnFromDxf(writer.stringify(), 'a.dxf');
  }

  it('keeps the arcs of polylines, and holes and marks by layer', () => {
    const drawn = dxf((writer) => {
      const vertices = [
        { point: point2d(0, 0) },
        { point: point2d(100, 0), bulge: 1 },
        { point: point2d(100, 40) },
        { point: point2d(0, 40) },
      ];
      writer.addLWPolyline(vertices, { flags: LWPolylineFlags.Closed, layerName: 'OUTER' });
      writer.addCircle(point3d(50, 20), 5, { layerName: 'INNER' });
      writer.addPoint(10, 10, 0, { layerName: 'DRILL' });
      writer.addLine(point3d(50, 0), point3d(50, 3), { layerName: 'NOTCH' });
      writer.addText(point3d(5, 5), 3, 'A', { layerName: 'LABEL' });
    });
    expect(drawn.path).toContain('A 20 20 0');
    const { area, maxX } = measure(drawn);
    expect(area / (4000 + Math.PI * 200 - Math.PI * 25)).toBeCloseTo(1, 3);
    expect(maxX).toBeCloseTo(120, 2);
    expect(drawn.marks).toEqual([
      { kind: 'drill', points: [[10, 10]] },
      {
        kind: 'notch',
        points: [
          [50, 0],
          [50, 3],
        ],
      },
    ]);
  });

  it('joins lines and arcs that meet, whatever their order and direction', () => {
    const drawn = dxf((writer) => {
      writer.addLine(point3d(0, 0), point3d(100, 0));
      writer.addLine(point3d(0, 40), point3d(0, 0));
      writer.addLine(point3d(0, 40), point3d(100, 40.004));
      writer.addArc(point3d(100, 20), 20, 270, 90);
    });
    expect(measure(drawn).area / (4000 + Math.PI * 200)).toBeCloseTo(1, 3);
    expect(drawn.path).toMatch(/Z$/);
  });

  it('reads inches', () => {
    const drawn = dxf((writer) => {
      const vertices = [point2d(0, 0), point2d(1, 0), point2d(1, 1), point2d(0, 1)].map((point) => ({ point }));
      writer.addLWPolyline(vertices, { flags: LWPolylineFlags.Closed });
    }, Units.Inches);
    expect(measure(drawn)).toMatchObject({ maxX: 25.4, maxY: 25.4 });
  });

  it('refuses lines that do not close', () => {
    expect(() => dxf((writer) => writer.addLine(point3d(0, 0), point3d(100, 0)))).toThrow(
      'a.dxf: found an open line at (0, 0)',
    );
  });
});

describe('blocks of DXF within blocks', () => {
  const group = (...values: readonly (string | number)[]) => values.join('\n');
  const SQUARE = group(
    ...['0', 'LWPOLYLINE', '8', '0', '90', 4, '70', 1],
    ...['10', 0, '20', 0, '10', 10, '20', 0, '10', 10, '20', 10, '10', 0, '20', 10],
  );
  const insert = (block: string, columns = 1, rows = 1) =>
    group('0', 'INSERT', '2', block, '8', '0', '10', 0, '20', 0, '70', columns, '71', rows, '44', 20, '45', 20);
  const blocks = (named: Readonly<Record<string, string>>, entities: string) =>
    group(
      ...['0', 'SECTION', '2', 'BLOCKS'],
      ...Object.entries(named).map(([name, inner]) =>
        group('0', 'BLOCK', '2', name, '8', '0', '10', 0, '20', 0, '70', 0, inner, '0', 'ENDBLK'),
      ),
      ...['0', 'ENDSEC', '0', 'SECTION', '2', 'ENTITIES', entities, '0', 'ENDSEC', '0', 'EOF'],
    );
  const refusal = (text: string) => {
    const begun = performance.now();
    try {
      drawnFromDxf(text, 'a.dxf');
      return 'read';
    } catch (cause) {
      expect(performance.now() - begun).toBeLessThan(2000);
      return (cause as Error).message;
    }
  };

  it('are read where they stand', () => {
    const drawn = drawnFromDxf(blocks({ a: SQUARE, b: insert('a') }, insert('b')), 'a.dxf');
    expect(measure(drawn).area).toBeCloseTo(100, 6);
  });

  it('are refused at once where a few hundred bytes ask for millions', () => {
    const named = Object.fromEntries([
      ['b0', SQUARE],
      ...[1, 2, 3, 4, 5].map((k) => [`b${k}`, insert(`b${k - 1}`, 30, 30)]),
    ]) as Record<string, string>;
    expect(refusal(blocks(named, insert('b5')))).toContain('blocks that make 590490000000000 entities');
    expect(refusal(blocks({ a: SQUARE }, insert('a', 30_000, 30_000)))).toContain('900000000 entities');
    // Empty blocks take as long.
    expect(refusal(blocks({ a: '999\nnothing' }, insert('a', 30_000, 30_000)))).toContain('900000000 entities');
    expect(refusal(blocks({ a: insert('a') }, insert('a')))).toContain('a block within itself');
    expect(refusal(blocks({ a: insert('b'), b: insert('a') }, insert('a')))).toContain('a block within itself');
  });
});
