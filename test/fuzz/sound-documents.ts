import { sha256Of } from '#disk/sha256.node.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Order, Problem } from '#domain/problem.ts';
import { uniformToMm, type Scan } from '#domain/scan.ts';
import { SMALL_ORDER, smallDefect } from '../station/small-rooms.ts';

/** Documents that are sound, to break. */

const AT = '2026-01-01T00:00:00.000Z';
const HASH = sha256Of('x');
const outline: [number, number][] = [
  [0, 0],
  [500, 0],
  [500, 400],
  [0, 400],
];

const order: Order = {
  ...SMALL_ORDER,
  kits: [{ id: 'k', quantity: 2 }],
  pieces: [
    ...SMALL_ORDER.pieces,
    {
      id: 'strap',
      outline: [
        [0, 0],
        [60, 0],
        [60, 20],
        [0, 20],
      ],
      holes: [
        [
          [5, 5],
          [10, 5],
          [10, 10],
        ],
      ],
      quality: 3,
      kit: 'k',
      rotation: { around: 0, tolerance: 5 },
      zones: [
        {
          quality: 2,
          outline: [
            [0, 0],
            [20, 0],
            [20, 20],
          ],
        },
      ],
      marks: [{ kind: 'notch', points: [[0, 10]] }],
    },
  ],
};
const sheet = {
  id: 'hide',
  outline,
  zones: [
    {
      quality: 0,
      outline: [
        [50, 50],
        [90, 50],
        [90, 90],
      ] as [number, number][],
    },
  ],
};
const problem: Problem = { ...order, kerf: 1, sheets: [sheet], spacing: 1, objective: 'value' };
const result: NestResult = {
  kerf: 1,
  layouts: [{ material: 0, placements: [{ piece: 0, x: 100, y: 100, rotation: 0, mirrored: false }] }],
  unplaced: [{ piece: 1, count: 2, reason: 'NEST_NO_ROOM' }],
  stopped: 'time',
  objective: { kind: 'value', value: 0.1, bound: 1 },
  seconds: 1,
  seed: 1,
  threads: 1,
  trace: [{ seconds: 1, evaluations: 5, value: 0.1 }],
};
const scan: Scan = {
  kerf: 1,
  image: 'scan.tif',
  sha256: HASH,
  widthPx: 500,
  heightPx: 400,
  toMm: uniformToMm(1, 400),
  mmPerPx: 1,
  takenAt: AT,
  source: 'hide.png',
  calibration: null,
  drift: null,
  thickness: null,
  flags: [],
};
const inspection: Inspection = {
  kerf: 1,
  scan: { sha256: HASH, widthPx: 500, heightPx: 400, toMm: scan.toMm },
  pack: { id: 'p', sha256: HASH },
  provider: { used: 'cpu', wanted: ['cpu'], why: '' },
  outline,
  holes: [],
  defects: [smallDefect('d1', 50, 50)],
  regions: [],
  grain: null,
  sheet,
  usableMm2: { '4': 1000 },
  seconds: { all: 1 },
};
const job: Job = {
  id: 'j20260101T000000-1',
  seq: 1,
  state: 'nested',
  source: 'hide.png',
  order: 'patches',
  machine: 'simulated',
  createdAt: AT,
  updatedAt: AT,
  scanSha256: HASH,
  inspectionSha256: HASH,
  layoutSha256: HASH,
  cutFile: 'cut.dxf',
  cutSha256: HASH,
  pieceCount: 12,
  cutCount: null,
  nestedYieldBp: 7000,
  approvedBy: null,
  waivedCount: 0,
  waivedBy: null,
  code: null,
  reason: null,
  seconds: { scan: 1 },
};
const jagua = {
  name: 'strip',
  items: [
    {
      id: 0,
      demand: 2,
      allowed_orientations: [0, 90],
      shape: { type: 'simple_polygon', data: [...outline, outline[0]] },
    },
  ],
  strip_height: 400,
};
const svg = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="20mm" viewBox="0 0 60 20">
<path d="M0 0 L60 0 L60 20 L0 20 Z"/><circle cx="10" cy="10" r="2"/></svg>`;
/** With a sheet of styles, transforms, uses and an <svg> within. */
const svgOfAll = `<svg width="90mm" height="90mm" viewBox="0 0 90 90"><style>.a{display:none} #b{fill:none}</style>
<defs><symbol id="s" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></symbol></defs><rect class="a" width="99" height="9"/>
<g transform="translate(5 5) rotate(10 2,3) scale(.9)" style="fill:#000"><path id="b" stroke="#000" d="M0 0h60v60h-60z"/>
<use href="#s" x="9" y="9" width="20" height="20" transform="skewX(9) matrix(1 0 0 1 2 3)"/></g>
<svg x="40" y="40%" width="9" height="9" viewBox="0 0 1 1" preserveAspectRatio="xMidYMid slice"><rect width=".5" height=".5"/></svg></svg>`;
const dxf = [
  ...['0', 'SECTION', '2', 'ENTITIES', '0', 'LWPOLYLINE', '8', 'OUTER', '90', '4', '70', '1'],
  ...['10', '0', '20', '0', '10', '60', '20', '0', '10', '60', '20', '20', '10', '0', '20', '20'],
  ...['0', 'ENDSEC', '0', 'EOF', ''],
].join('\n');
/** With a layer, blocks in rows, and every way to draw a curve. */
const dxfOfAll = [
  ...['0', 'SECTION', '2', 'HEADER', '9', '$INSUNITS', '70', '4', '0', 'ENDSEC'],
  ...['0', 'SECTION', '2', 'TABLES', '0', 'LAYER', '2', 'OFF', '70', '0', '62', '-7', '0', 'ENDSEC'],
  ...['0', 'SECTION', '2', 'BLOCKS', '0', 'BLOCK', '2', 'B', '10', '1', '20', '1'],
  ...['0', 'CIRCLE', '8', '0', '10', '5', '20', '5', '40', '2', '210', '0', '220', '0', '230', '-1', '0', 'ENDBLK'],
  ...['0', 'ENDSEC', '0', 'SECTION', '2', 'ENTITIES'],
  ...['0', 'INSERT', '2', 'B', '10', '20', '20', '20', '41', '-1', '50', '30', '70', '2', '71', '1', '44', '9'],
  ...['0', 'POLYLINE', '70', '1', '0', 'VERTEX', '10', '-90', '20', '-90', '0', 'VERTEX', '10', '90', '20', '-90'],
  ...['42', '0.5', '0', 'VERTEX', '10', '90', '20', '90', '0', 'VERTEX', '10', '-90', '20', '90', '0', 'SEQEND'],
  ...['0', 'ELLIPSE', '10', '-40', '20', '0', '11', '9', '21', '3', '40', '0.5', '41', '0', '42', '6.283185'],
  ...['0', 'SPLINE', '71', '2', '40', '0', '40', '0', '40', '0', '40', '1', '40', '2', '40', '2', '40', '2'],
  ...['41', '1', '41', '2', '41', '1', '41', '1', '10', '0', '20', '-40', '10', '20', '20', '-40'],
  ...['10', '20', '20', '-20', '10', '0', '20', '-40', '0', 'ARC', '8', 'OFF', '10', '0', '20', '0', '40', '1'],
  ...['50', '0', '51', '90', '0', 'ENDSEC', '0', 'EOF', ''],
].join('\n');

export const SOUND = {
  order,
  problem,
  result,
  scan,
  inspection,
  job,
  jagua,
  svg,
  svgOfAll,
  dxf,
  dxfOfAll,
  grading: LEATHER_GRADING,
  drawn: { outline },
};
