import type { LayoutView } from '../../src/api/views.ts';
import type { Defect } from '../../src/domain/inspection.ts';
import { flatRing, type Point, type Ring } from '../../src/domain/ring.ts';
import { ringPerimeter } from '../../src/geometry/ring-perimeter.ts';
import { HIDE, hash } from './drawn-hide.ts';

/** Layouts for the page's tests: first fit on a raster, each a little better than the one before. */

export interface Pattern {
  readonly id: string;
  readonly label: string;
  readonly kit: string;
  readonly quality: number;
  readonly count: number;
  readonly outline: Ring;
}

const box = (w: number, h: number, cut = 0): Ring => [
  [cut, 0],
  [w - cut, 0],
  [w, cut],
  [w, h - cut],
  [w - cut, h],
  [cut, h],
  [0, h - cut],
  [0, cut],
];
const taper = (w: number, top: number, h: number): Ring => [
  [0, 0],
  [w, 0],
  [(w + top) / 2, h],
  [(w - top) / 2, h],
];
const arch = (w: number, h: number): Ring => [
  [0, 0],
  [w, 0],
  [w, h * 0.55],
  ...Array.from({ length: 9 }, (_, i): Point => {
    const a = (Math.PI * (i + 1)) / 10;
    return [w / 2 + (w / 2) * Math.cos(a), h * 0.55 + h * 0.45 * Math.sin(a)];
  }),
  [0, h * 0.55],
];

export const DRAWN_PATTERNS: readonly Pattern[] = [
  { id: 'tote-front', label: 'Front', kit: 'Siena tote', quality: 4, count: 6, outline: taper(400, 350, 290) },
  { id: 'tote-flap', label: 'Flap', kit: 'Siena tote', quality: 4, count: 3, outline: arch(340, 260) },
  { id: 'tote-base', label: 'Base', kit: 'Siena tote', quality: 3, count: 3, outline: box(330, 120, 12) },
  { id: 'tote-gusset', label: 'Gusset', kit: 'Siena tote', quality: 3, count: 6, outline: taper(120, 90, 270) },
  { id: 'tote-strap', label: 'Strap', kit: 'Siena tote', quality: 4, count: 6, outline: box(620, 42, 20) },
  { id: 'wallet-body', label: 'Body', kit: 'Lido wallet', quality: 4, count: 10, outline: box(230, 110, 8) },
  { id: 'wallet-pocket', label: 'Pocket', kit: 'Lido wallet', quality: 3, count: 10, outline: arch(110, 96) },
  { id: 'holder-back', label: 'Back', kit: 'Nota holder', quality: 3, count: 16, outline: box(116, 84, 6) },
  { id: 'holder-slip', label: 'Slip', kit: 'Nota holder', quality: 1, count: 16, outline: box(112, 58, 14) },
  { id: 'tab', label: 'Tab', kit: 'Siena tote', quality: 1, count: 14, outline: box(84, 34, 15) },
];

export const ORDER_COUNT = DRAWN_PATTERNS.reduce((sum, p) => sum + p.count, 0);

const CELL = 10;
const WIDE = 220;
const HIGH = 160;
/** No piece is longer, in cells: so much nothing lies round the map, and no cell of a piece falls out of it. */
const RIM = 70;
const ROW = WIDE + 2 * RIM;
const at = (i: number, j: number) => (j + RIM) * ROW + i + RIM;

/** Where the ring crosses the line at this height: left of an odd number of them is inside. */
function crossings(ring: Ring, y: number): readonly number[] {
  const found: number[] = [];
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[j]!;
    if (ay > y !== by > y) found.push(((bx - ax) * (y - ay)) / (by - ay) + ax);
  }
  return found;
}

function isLeftOfOdd(found: readonly number[], x: number): boolean {
  let isOdd = false;
  for (const crossing of found) if (x < crossing) isOdd = !isOdd;
  return isOdd;
}

const inside = (ring: Ring, x: number, y: number) => isLeftOfOdd(crossings(ring, y), x);

/** Quality of each cell: 0 outside and in holes. */
function qualityMap(defects: readonly Defect[]): Uint8Array {
  const map = new Uint8Array(ROW * (HIGH + 2 * RIM));
  for (let j = 0; j < HIGH; j += 1) {
    const rim = crossings(HIDE, j * CELL + 5);
    for (let i = 0; i < WIDE; i += 1) if (isLeftOfOdd(rim, i * CELL + 5)) map[at(i, j)] = 4;
  }
  for (const d of defects) {
    const xs = d.outline.map((p) => p[0]);
    const ys = d.outline.map((p) => p[1]);
    for (let j = Math.floor(Math.min(...ys) / CELL) - 1; j <= Math.max(...ys) / CELL + 1; j += 1)
      for (let i = Math.floor(Math.min(...xs) / CELL) - 1; i <= Math.max(...xs) / CELL + 1; i += 1)
        if (inside(d.outline, i * CELL + 5, j * CELL + 5) && (map[at(i, j)] ?? 0) > d.quality)
          map[at(i, j)] = d.quality;
  }
  return map;
}

interface Cells {
  readonly outline: Ring;
  /** How far each cell lies from the piece's first, in the map. */
  readonly cells: Int32Array;
}

const shapes = new Map<string, Cells>();

function turned({ id, outline }: Pattern, angle: number): Cells {
  const known = shapes.get(`${id}/${angle}`) ?? turnedOutline(outline, angle);
  shapes.set(`${id}/${angle}`, known);
  return known;
}

function turnedOutline(outline: Ring, angle: number): Cells {
  const c = Math.cos((angle * Math.PI) / 180);
  const s = Math.sin((angle * Math.PI) / 180);
  const spun = outline.map(([x, y]): Point => [x * c - y * s, x * s + y * c]);
  const minX = Math.min(...spun.map((p) => p[0]));
  const minY = Math.min(...spun.map((p) => p[1]));
  const moved = spun.map(([x, y]): Point => [
    Math.round((x - minX) * 100) / 100 + 2,
    Math.round((y - minY) * 100) / 100 + 2,
  ]);
  const cells: [number, number][] = [];
  const right = Math.max(...moved.map((p) => p[0])) / CELL + 1;
  const up = Math.max(...moved.map((p) => p[1])) / CELL + 1;
  for (let j = -1; j < up; j += 1)
    for (let i = -1; i < right; i += 1) {
      const near = [
        [2, 2],
        [8, 2],
        [2, 8],
        [8, 8],
        [5, 5],
        [0, 5],
        [10, 5],
        [5, 0],
        [5, 10],
      ].some(([dx, dy]) => inside(moved, i * CELL + dx!, j * CELL + dy!));
      if (near) cells.push([i, j]);
    }
  // Corners first: they are the ones that do not fit.
  const reach = ([i, j]: readonly [number, number]) => Math.abs(i - right / 2) + Math.abs(j - up / 2);
  cells.sort((a, b) => reach(b) - reach(a));
  return { outline: moved, cells: Int32Array.from(cells, ([i, j]) => at(i, j) - at(0, 0)) };
}

/** @param effort 0, 1, 2, …: larger patterns of search; more pieces find a place */
function place(
  qualities: Uint8Array,
  effort: number,
  share: number,
): { pieces: LayoutView['pieces']; missing: Map<string, number> } {
  const free = qualities.slice();
  const pieces: LayoutView['pieces'][number][] = [];
  const missing = new Map<string, number>();
  DRAWN_PATTERNS.forEach((pattern, piece) => {
    const angles = [[0], [0, 90], [0, 90, 20], [0, 90, 20, 160, 75]][Math.min(3, effort)]!;
    const ways = angles.map((a) => turned(pattern, a));
    // What did not fit in a column stays unfit: a pattern goes on where its last copy lay.
    let column = 0;
    const wanted = Math.ceil(pattern.count * share);
    for (let k = 0; k < pattern.count; k += 1) {
      const spot = k < wanted ? firstFit(free, ways, pattern.quality, effort % 2 === 1, column) : null;
      if (!spot) {
        column = WIDE;
        missing.set(pattern.id, (missing.get(pattern.id) ?? 0) + 1);
        continue;
      }
      column = spot.column;
      for (const cell of spot.shape.cells) free[at(spot.i, spot.j) + cell] = 0;
      pieces.push({
        placement: pieces.length,
        piece,
        id: pattern.id,
        label: `${pattern.label} ${k + 1}`,
        kit: pattern.kit,
        quality: pattern.quality,
        outline: spot.shape.outline.map(([x, y]): Point => [x + spot.i * CELL, y + spot.j * CELL]),
        holes: [],
        isLocked: false,
        x: spot.i * CELL,
        y: spot.j * CELL,
        rotation: 0,
        mirrored: false,
        turns: null,
      });
    }
  });
  return { pieces, missing };
}

function firstFit(free: Uint8Array, shapes: readonly Cells[], quality: number, fromRight: boolean, from: number) {
  for (let column = from; column < WIDE; column += 1) {
    const i = fromRight ? WIDE - 1 - column : column;
    for (let j = 1; j < HIGH; j += 1)
      for (const shape of shapes) if (fits(free, shape.cells, at(i, j), quality)) return { shape, i, j, column };
  }
  return null;
}

/** A plain loop: the first layout of a test file took ten seconds. */
function fits(free: Uint8Array, cells: Int32Array, origin: number, quality: number): boolean {
  for (let k = 0; k < cells.length; k += 1) if (free[origin + cells[k]!]! < quality) return false;
  return true;
}

function area(ring: Ring): number {
  return Math.abs(
    ring.reduce(
      (sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length]![1] - ring[(i + 1) % ring.length]![0] * y,
      0,
    ) / 2,
  );
}

/** A run of layouts as a search would send them. The last is final and has its hash; the others have theirs too. */
export function drawnSearch(job: string, defects: readonly Defect[]): readonly LayoutView[] {
  const net = area(HIDE) - defects.filter((d) => d.quality === 0).reduce((sum, d) => sum + d.areaMm2, 0);
  const tries: readonly (readonly [number, number])[] = [
    [0, 0.4],
    [0, 0.7],
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ];
  const qualities = qualityMap(defects);
  const found = tries
    .map(([effort, share]) => place(qualities, effort, share))
    .map((p) => ({ ...p, bp: Math.round((1e4 * p.pieces.reduce((sum, piece) => sum + area(piece.outline), 0)) / net) }))
    .sort((a, b) => a.bp - b.bp);
  return found.map(({ pieces, missing, bp }, i) => ({
    job,
    inspectionSha256: null,
    sha256: i === 0 ? null : hash(JSON.stringify(pieces)),
    isFinal: i === found.length - 1,
    pieces,
    spacing: 0,
    margin: 0,
    pieceCount: pieces.length,
    kitCount: Math.floor(pieces.length / 12),
    bestLeftMm2: Math.round(net - pieces.reduce((sum, piece) => sum + area(piece.outline), 0)),
    cutLength: Math.round(pieces.reduce((sum, piece) => sum + ringPerimeter(flatRing(piece.outline)), 0)),
    unplaced: [...missing].map(([id, count]) => ({ id, count, reason: 'NEST_NO_ROOM_LEFT' })),
    nestedYieldBp: bp,
    value: bp / 1e4,
    bound: 1,
    boundBy: i === found.length - 1 ? ('area' as const) : null,
    seconds: 1 + 2 * i,
    trace: found.slice(0, i + 1).map((f, k) => ({ seconds: 0.4 + 2 * k, nestedYieldBp: f.bp })),
  }));
}
