import type { Order, Piece } from '#domain/problem.ts';
import type { Point, Ring } from '#domain/ring.ts';

const A = 4;
const B = 3;
const C = 2;
const D = 1;

/** The order of the first run: three Siena totes, six Lido wallets and twelve Nota card holders, 111 pieces of 1.68 m², for
 *  one hide of a bit over two square metres. Faces are A, gussets and straps B, linings D; straps follow the grain; gussets
 *  and wallet pockets are left and right pairs; what is folded under or sewn over may be worse, a logo's place must be
 *  better. Measures are invented, in mm; patterns lie face up, y up. */
export function sampleOrder(): Order {
  return {
    kerf: 1,
    unit: 'mm',
    kits: [
      { id: 'tote', quantity: 3 },
      { id: 'wallet', quantity: 6 },
      { id: 'holder', quantity: 12 },
    ],
    pieces: [...siena(), ...lido(), ...nota()],
    spacing: 1,
  };
}

function siena(): Piece[] {
  const kit = 'tote';
  const face: Partial<Piece> = { kit, quality: A, grain: { angle: 90, tolerance: 30 }, priority: 2 };
  return [
    {
      id: 'siena-front',
      label: 'T front',
      ...face,
      path: bodyPanel(340, 280),
      zones: [{ quality: D, outline: box(0, 258, 340, 280) }],
      marks: [notch(170, 0), notch(0, 140), notch(340, 140), drill([85, 240], [255, 240])],
    },
    {
      id: 'siena-back',
      label: 'T back',
      ...face,
      path: bodyPanel(340, 280),
      zones: [{ quality: D, outline: box(0, 258, 340, 280) }],
      marks: [notch(170, 0), drill([85, 240], [255, 240])],
    },
    {
      id: 'siena-flap-pocket',
      label: 'T pocket',
      kit,
      quality: B,
      path: 'M 0 0 L 220 0 L 220 95 A 110 65 0 0 1 0 95 Z',
      // The logo is stamped here.
      zones: [{ quality: A, outline: box(80, 50, 140, 90) }],
      marks: [
        {
          kind: 'draw',
          points: [
            [80, 50],
            [140, 50],
          ],
        },
        notch(110, 0),
      ],
    },
    {
      id: 'siena-base',
      label: 'T base',
      kit,
      quality: B,
      path: roundedBox(300, 100, 18),
      marks: [notch(150, 0), notch(150, 100)],
    },
    {
      id: 'siena-gusset-left',
      label: 'T gusset L',
      kit,
      quality: B,
      outline: [
        [0, 0],
        [100, 0],
        [112, 262],
        [70, 280],
        [-4, 262],
      ],
      zones: [{ quality: D, outline: box(-4, 0, 104, 14) }],
      marks: [notch(50, 0)],
    },
    { id: 'siena-gusset-right', label: 'T gusset R', kit, quality: B, mirror: { pairOf: 'siena-gusset-left' } },
    {
      id: 'siena-strap',
      label: 'T strap',
      kit,
      quantity: 2,
      quality: B,
      grain: { angle: 0, tolerance: 12 },
      path: 'M 12 0 L 508 0 A 12 12 0 0 1 508 24 L 12 24 A 12 12 0 0 1 12 0 Z',
      holes: [box(30, 10, 42, 14)],
      marks: [drill([470, 12], [485, 12], [500, 12])],
    },
    {
      id: 'siena-tab',
      label: 'T tab',
      kit,
      quantity: 4,
      quality: C,
      path: 'M 0 0 L 72 0 A 14 14 0 0 1 72 28 L 0 28 Z',
      marks: [drill([72, 14])],
    },
    {
      id: 'siena-inner-pocket',
      label: 'T lining',
      kit,
      quality: D,
      path: roundedBox(220, 160, 12),
      mirror: 'allowed',
      priority: -1,
    },
  ];
}

function lido(): Piece[] {
  const kit = 'wallet';
  return [
    {
      id: 'lido-outer',
      label: 'W outer',
      kit,
      quality: A,
      path: roundedBox(200, 96, 8),
      // The spine is folded and sewn over.
      zones: [{ quality: B, outline: box(94, 0, 106, 96) }],
      marks: [notch(100, 0), notch(100, 96)],
    },
    {
      id: 'lido-inner',
      label: 'W inner',
      kit,
      quality: B,
      outline: box(0, 0, 196, 88),
      holes: [roundWindow(20, 54, 70, 76), roundWindow(126, 54, 176, 76)],
    },
    {
      id: 'lido-pocket-left',
      label: 'W pocket L',
      kit,
      quality: D,
      outline: [
        [0, 0],
        [92, 0],
        [92, 50],
        [60, 62],
        [0, 62],
      ],
    },
    { id: 'lido-pocket-right', label: 'W pocket R', kit, quality: D, mirror: { pairOf: 'lido-pocket-left' } },
  ];
}

function nota(): Piece[] {
  const kit = 'holder';
  const slot = (id: string, quality: number, height: number): Piece => ({
    id,
    label: 'N slot',
    kit,
    quality,
    path: `M 0 0 L 104 0 L 104 ${height} L 66 ${height} A 14 14 0 0 0 38 ${height} L 0 ${height} Z`,
  });
  return [
    { id: 'nota-front', label: 'N front', kit, quality: A, path: roundedBox(104, 76, 6) },
    { id: 'nota-back', label: 'N back', kit, quality: B, path: roundedBox(104, 76, 6) },
    slot('nota-slot-upper', C, 48),
    slot('nota-slot-lower', D, 36),
  ];
}

/** A panel that widens upwards, with round lower corners. */
function bodyPanel(width: number, height: number): string {
  const r = 40;
  return `M ${r + 8} 0 L ${width - r - 8} 0 A ${r} ${r} 0 0 1 ${width - 8} ${r} L ${width} ${height} L 0 ${height} L 8 ${r} A ${r} ${r} 0 0 1 ${r + 8} 0 Z`;
}

function roundedBox(width: number, height: number, r: number): string {
  const corner = (x: number, y: number) => `A ${r} ${r} 0 0 1 ${x} ${y}`;
  return [
    `M ${r} 0 L ${width - r} 0 ${corner(width, r)}`,
    `L ${width} ${height - r} ${corner(width - r, height)}`,
    `L ${r} ${height} ${corner(0, height - r)}`,
    `L 0 ${r} ${corner(r, 0)} Z`,
  ].join(' ');
}

function box(x0: number, y0: number, x1: number, y1: number): Ring {
  return [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ];
}

/** A window with cut corners. */
function roundWindow(x0: number, y0: number, x1: number, y1: number): Ring {
  return [
    [x0 + 4, y0],
    [x1 - 4, y0],
    [x1, y0 + 4],
    [x1, y1 - 4],
    [x1 - 4, y1],
    [x0 + 4, y1],
    [x0, y1 - 4],
    [x0, y0 + 4],
  ];
}

function notch(x: number, y: number): NonNullable<Piece['marks']>[number] {
  return { kind: 'notch', points: [[x, y]] };
}

function drill(...points: Point[]): NonNullable<Piece['marks']>[number] {
  return { kind: 'drill', points };
}
