import { deltaE2000, type Lab } from '#domain/delta-e-2000.ts';
import type { Ring } from '#domain/ring.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import { labOfRgb } from './colour-lab.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { labelComponents } from './label-components.ts';
import { closeMask } from './mask-spread.ts';
import { openings } from './openings.ts';
import { fileRing, ringToMm } from './ring-to-mm.ts';
import { tableColour, type TableColour } from './table-colour.ts';

/** A colour that inspectors agreed to draw with. */
export interface ChalkColour {
  readonly name: string;
  readonly lab: Lab;
}

/** A stroke that was found: what it encloses, or what it covers. */
export interface SeenStroke {
  readonly name: string;
  readonly isClosed: boolean;
  readonly outline: Ring;
  readonly areaMm2: number;
  /** Mean width of the stroke itself. */
  readonly width: number;
}

export interface ChalkSeen {
  readonly strokes: readonly SeenStroke[];
  /** 1 where chalk lies; size of the overview. Never where the table may be seen through the hide. */
  readonly mask: Uint8Array;
  /** Colours that can't be told from this leather's own, or from the table's. */
  readonly unseen: readonly string[];
}

/** A chalk whose colour is nearer than this to the leather's cannot be told from it, nor one that is so near to the table's: a
 *  stroke of it and a slit look alike. */
const LEAST_CONTRAST = 18;
/** Chalk lies thin: a pixel is chalk where its colour is this far on the way from leather to chalk, … */
const SURE_SHARE = 0.45;
/** … and grows into neighbours this far on it, … */
const GROW_SHARE = 0.28;
/** … and is no farther than this (CIELAB) beside the way. */
const BESIDE = 11;
/** Gaps that chalk leaves on the grain, mm. */
const BRIDGE = 3;
/** A stroke whose ends miss each other by less is meant to be closed, mm. */
const CLOSING = 14;
const LEAST_LENGTH = 35;
const MOST_WIDTH = 16;
/** What a stroke encloses must be at least this, or it is a kink. */
const LEAST_ENCLOSED_MM2 = 250;
const TOLERANCE = 0.5;
/** A stroke of which so much may be table seen through the hide may as well be a slit, and is none. */
const MOST_TABLE = 0.2;
/** The table in the shadow of an opening's edge has at least this share of its lightness and colour. */
const DARKEST = 0.4;
const BLACK: Lab = [0, 0, 0];

/** Finds strokes of agreed colours on the hide. Colours are looked for on the way from the leather's own colour round each
 *  place to the chalk's, because chalk covers in part. What was taken for an opening is chalk only where no table, be it in
 *  shadow or half covered by leather, has that colour: errs towards openings. */
export function findChalk(
  overview: Overview,
  hide: HideMask,
  colours: readonly ChalkColour[],
  frame: { readonly toMm: Homography; readonly pxPerPx: readonly [number, number] },
): ChalkSeen {
  const { widthPx, heightPx } = overview;
  const all = new Uint8Array(widthPx * heightPx);
  if (colours.length === 0) return { strokes: [], mask: all, unseen: [] };
  const mmPerPx = Math.sqrt(overview.mm2PerPx);
  const lab = labOfRgb(overview.rgb);
  const leather = usualColour(lab, hide);
  const isOpening = openings(hide);
  const table = tableColour(lab, hide, isOpening);
  // What has another colour than hide and table may have been taken for an opening.
  const covered = hide.mask.map((v, i) => v | isOpening[i]!);
  const isTable = table === null ? new Uint8Array(covered.length) : tableSeen(lab, hide, isOpening, leather, table);
  const strokes: SeenStroke[] = [];
  const unseen: string[] = [];
  const others = colours.map((c) => c.lab);
  for (const [index, colour] of colours.entries()) {
    const alike = table === null ? [leather] : [leather, table.usual];
    if (alike.some((other) => deltaE2000(colour.lab, other) < LEAST_CONTRAST)) {
      unseen.push(colour.name);
      continue;
    }
    const share = shareOfChalk(lab, covered, leather, index, others);
    const grown = Uint8Array.from(share, (s) => (s >= GROW_SHARE ? 1 : 0));
    const closed = closeMask(grown, widthPx, heightPx, Math.max(1, Math.round(BRIDGE / mmPerPx / 2)));
    const parts = labelComponents(closed, widthPx, heightPx, true);
    const sure = new Int32Array(parts.count + 1);
    const open = new Int32Array(parts.count + 1);
    for (let i = 0; i < share.length; i += 1) {
      if (share[i]! >= SURE_SHARE) sure[parts.labels[i]!]! += 1;
      open[parts.labels[i]!]! += isTable[i]!;
    }
    for (let part = 1; part <= parts.count; part += 1) {
      if (sure[part]! < 0.2 * parts.areaPx[part]!) continue;
      const stroke = strokeOf(parts, part, widthPx, mmPerPx, frame);
      if (stroke === null) continue;
      if (open[part]! >= MOST_TABLE * parts.areaPx[part]!) {
        if (!unseen.includes(colour.name)) unseen.push(colour.name);
        continue;
      }
      strokes.push({ ...stroke, name: colour.name });
      for (let i = 0; i < all.length; i += 1)
        if (parts.labels[i] === part && covered[i] !== 0 && isTable[i] === 0) all[i] = 1;
    }
  }
  return { strokes, mask: all, unseen };
}

/** 1 where an opening's colour may be the table's: bare, in shadow, or half covered by leather. */
function tableSeen(
  lab: Float32Array,
  { mask, widthPx }: HideMask,
  isOpening: Uint8Array,
  leather: Lab,
  table: TableColour,
): Uint8Array {
  const out = new Uint8Array(mask.length);
  const reach = Math.max(BESIDE, 3 * table.spread);
  const bare = new Float64Array(3);
  for (let i = 0; i < out.length; i += 1) {
    if (isOpening[i] === 0) continue;
    table.at(i % widthPx, Math.floor(i / widthPx), bare);
    const off = Math.min(offWay(lab, i, leather, bare, 0), offWay(lab, i, BLACK, bare, DARKEST));
    out[i] = off <= reach ? 1 : 0;
  }
  return out;
}

/** How far (CIELAB) the colour of pixel i lies beside the way from one colour to the table's; of the way what lies before `from`
 *  is left out. */
function offWay(lab: Float32Array, i: number, begin: Lab, end: Float64Array, from: number): number {
  const [wayL, wayA, wayB] = [end[0]! - begin[0], end[1]! - begin[1], end[2]! - begin[2]];
  const [l, a, b] = [lab[3 * i]! - begin[0], lab[3 * i + 1]! - begin[1], lab[3 * i + 2]! - begin[2]];
  const square = wayL * wayL + wayA * wayA + wayB * wayB + 1e-9;
  const share = Math.max(from, Math.min(1.1, (l * wayL + a * wayA + b * wayB) / square));
  return Math.hypot(l - share * wayL, a - share * wayA, b - share * wayB);
}

/** Median of the hide's pixels, one in sixteen. */
function usualColour(lab: Float32Array, hide: HideMask): Lab {
  const planes: number[][] = [[], [], []];
  for (let i = 0; i < hide.mask.length; i += 16)
    if (hide.mask[i] !== 0) for (let c = 0; c < 3; c += 1) planes[c]!.push(lab[3 * i + c]!);
  const middle = (plane: number[]) => plane.sort((a, b) => a - b)[plane.length >> 1] ?? 0;
  return [middle(planes[0]!), middle(planes[1]!), middle(planes[2]!)];
}

/** How far each pixel is on the way from the leather's colour to that of one chalk; 0 where it is beside that way, or
 *  nearer to another chalk's. */
function shareOfChalk(
  lab: Float32Array,
  covered: Uint8Array,
  leather: Lab,
  index: number,
  colours: readonly Lab[],
): Float32Array {
  const out = new Float32Array(covered.length);
  const ways = colours.map((c) => {
    const way = [c[0] - leather[0], c[1] - leather[1], c[2] - leather[2]] as const;
    return { way, square: way[0] ** 2 + way[1] ** 2 + way[2] ** 2 };
  });
  for (let i = 0; i < out.length; i += 1) {
    if (covered[i] === 0) continue;
    const l = lab[3 * i]! - leather[0];
    const a = lab[3 * i + 1]! - leather[1];
    const b = lab[3 * i + 2]! - leather[2];
    const own = beside(ways[index]!, l, a, b);
    // The leather's own light and dark lies along L alone; more room is left the farther the chalk is.
    if (own.share < GROW_SHARE || own.off > BESIDE + 0.12 * Math.sqrt(ways[index]!.square) * own.share) continue;
    if (ways.some((w, k) => k !== index && beside(w, l, a, b).off < own.off)) continue;
    out[i] = own.share;
  }
  return out;
}

function beside(
  { way, square }: { readonly way: readonly [number, number, number]; readonly square: number },
  l: number,
  a: number,
  b: number,
): { share: number; off: number } {
  const share = Math.min(1.1, (l * way[0] + a * way[1] + b * way[2]) / square);
  return { share, off: Math.hypot(l - share * way[0], a - share * way[1], b - share * way[2]) };
}

function strokeOf(
  parts: ReturnType<typeof labelComponents>,
  part: number,
  widthPx: number,
  mmPerPx: number,
  frame: { readonly toMm: Homography; readonly pxPerPx: readonly [number, number] },
): Omit<SeenStroke, 'name'> | null {
  const reach = Math.round(CLOSING / mmPerPx / 2);
  const left = parts.boxes[4 * part]! - reach - 1;
  const top = parts.boxes[4 * part + 1]! - reach - 1;
  const w = parts.boxes[4 * part + 2]! - left + reach + 2;
  const h = parts.boxes[4 * part + 3]! - top + reach + 2;
  if (Math.hypot(w - 2 * reach, h - 2 * reach) * mmPerPx < LEAST_LENGTH) return null;
  const own = new Uint8Array(w * h);
  const heightPx = parts.labels.length / widthPx;
  for (let y = Math.max(0, -top); y < Math.min(h, heightPx - top); y += 1)
    for (let x = Math.max(0, -left); x < Math.min(w, widthPx - left); x += 1)
      if (parts.labels[(top + y) * widthPx + left + x] === part) own[y * w + x] = 1;
  const mm2PerPx = mmPerPx ** 2;
  const width = strokeWidth(own, w, h) * mmPerPx;
  const length = (parts.areaPx[part]! * mm2PerPx) / width;
  if (width > MOST_WIDTH || length < LEAST_LENGTH || length < 4 * width) return null;
  const region = largest(own, w, h);
  if (region === null) return null;
  const joined =
    enclosed(region) * mm2PerPx >= LEAST_ENCLOSED_MM2 ? region : largest(closeMask(own, w, h, reach), w, h)!;
  const isClosed = enclosed(joined) * mm2PerPx >= LEAST_ENCLOSED_MM2;
  const rings = isClosed ? [joined.outline] : [region.outline];
  const flat = rings.map((ring) =>
    ringToMm(
      ring.map((v, i) => v + (i % 2 === 0 ? left : top)),
      frame.toMm,
      frame.pxPerPx,
    ),
  );
  const [outline] = simplifyRings(flat, TOLERANCE) as [Float64Array];
  return { isClosed, outline: fileRing(outline, true), areaMm2: Math.abs(ringArea(outline)), width };
}

function largest(mask: Uint8Array, widthPx: number, heightPx: number) {
  const regions = maskToContours((i) => mask[i] !== 0, widthPx, heightPx);
  return regions.length === 0 ? null : regions.reduce((a, b) => (b.areaPx > a.areaPx ? b : a));
}

/** Pixels of the holes of a region. */
function enclosed(region: { readonly holes: readonly Float64Array[] }): number {
  return Math.max(0, ...region.holes.map((hole) => Math.abs(ringArea(hole))));
}

/** Four times the mean distance from the stroke's pixels to its border, which is its width where it is long. */
function strokeWidth(mask: Uint8Array, widthPx: number, heightPx: number): number {
  const distance = new Float32Array(mask.length);
  let sum = 0;
  let count = 0;
  for (let y = 1; y < heightPx; y += 1)
    for (let x = 1; x < widthPx; x += 1) {
      const i = y * widthPx + x;
      distance[i] = mask[i] === 0 ? 0 : Math.min(distance[i - 1]!, distance[i - widthPx]!) + 1;
    }
  for (let y = heightPx - 2; y >= 0; y -= 1)
    for (let x = widthPx - 2; x >= 0; x -= 1) {
      const i = y * widthPx + x;
      if (mask[i] === 0) continue;
      distance[i] = Math.min(distance[i]!, distance[i + 1]! + 1, distance[i + widthPx]! + 1);
      sum += distance[i]! - 0.5;
      count += 1;
    }
  return (4 * sum) / Math.max(1, count);
}
