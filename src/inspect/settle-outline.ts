import { flatRing, pointsOf } from '#domain/ring.ts';
import { pathsArea, toPath, toRing, unionPaths } from '#geometry/clip-paths.ts';
import { fillRing } from '#geometry/fill-ring.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { labOfRgb } from './colour-lab.ts';
import type { FoundHide, HideMask, Overview } from './find-hide.ts';
import { surfaceAt } from './fit-surface.ts';
import { DARKEST_SHADOW, type Material } from './hide-odds.ts';
import { mostGainfulPath } from './most-gainful-path.ts';

/** How far the outline may move either way, and how far beyond that leather and table are looked at, pixels. */
const REACH_PX = 8;
const DEEP_PX = 6;
/** Samples a pixel across the outline. */
const PER_PX = 2;
/** Across a step's height is told by the lines through so many samples on either side, the nearest left out. */
const SIDE = 6;
const GAP = 1;
/** Pixels along the outline, either way, of which samples are means; of which the leather's own colour is one. */
const ALONG_PX = 2;
const ALONG_LEATHER_PX = 12;
/** Standard deviation of what takes the pixels' steps out of the outline, pixels. */
const SMOOTH_PX = 1.5;
/** No sample is held to be better known than this: levels of L, a, b. */
const LEAST_NOISE = 0.5;
/** What a sample that fits neither leather nor table counts at most, and a step, in squared deviations. */
const MOST = 12;
const MOST_STEP = 4 * MOST;
/** Leather is darker than itself towards its rim, hardly lighter. */
const RIM_LIGHT = [0.85, 1.03] as const;
/** What moving by a squared pixel costs, and moving by half a pixel more than its neighbour. */
const PULL = 0.05;
const EASE = 4;
/** A shorter ring has too few places to tell noise from edge. */
const LEAST_RING_PX = 60;

/** A hide whose outline is known finer than its pixels. */
export interface SettledHide extends HideMask {
  /** In pixels, (0, 0) the picture's corner; no point of it is passed twice. */
  readonly ring: Float64Array;
  /** Pixels with their middle inside the ring, openings too. */
  readonly insidePx: number;
}

/** Moves the outline of the largest piece to where the edge is. Colours of a whole hide and a whole table tell pixels apart up to
 *  their unevenness and the shadow along the rim, which may be of the leather's own colour. Across the rim more is known: from
 *  outside table that gets darker towards the hide, in its own hue; from inside leather of the colour that it has there; a step
 *  between them. The outline is the closed path past all places that fits best (an active contour by dynamic programming: Amini,
 *  Weymouth and Jain 1990). The mask follows it, openings stay. O(outline length). */
export function settleOutline(
  overview: Overview,
  hide: HideMask,
  { table, beside }: Pick<FoundHide, 'table' | 'beside'>,
): SettledHide {
  const { widthPx, heightPx } = overview;
  const [largest] = maskToContours((i) => hide.mask[i] !== 0, widthPx, heightPx).sort((a, b) => b.areaPx - a.areaPx);
  const before = largest!.outline;
  const ring = withoutLoops(settleRing(before, overview, { isLeather: (i) => hide.mask[i]! + beside[i]! > 0, table }));
  const grid = { minX: 0, minY: 0, cell: 1, columns: widthPx, rows: heightPx };
  const wasInside = new Uint8Array(hide.mask.length);
  fillRing(before, grid, (from, upTo) => wasInside.fill(1, from, upTo));
  const mask = new Uint8Array(hide.mask.length);
  let insidePx = 0;
  fillRing(ring, grid, (from, upTo) => {
    insidePx += upTo - from;
    for (let i = from; i < upTo; i += 1) mask[i] = wasInside[i] === 0 ? 1 : hide.mask[i]!;
  });
  return { mask, widthPx, heightPx, ring, insidePx };
}

/** Places past which the outline went in opposite ways in a narrow bay make it cross itself: what it goes round stays. */
function withoutLoops(ring: Float64Array): Float64Array {
  const [largest] = unionPaths([toPath(pointsOf(ring))]).sort((a, b) => pathsArea([b]) - pathsArea([a]));
  return largest === undefined ? ring : flatRing(toRing(largest));
}

/** The ring of leather, inside on its left with y down, moved; as it is where it is short. */
function settleRing(
  ring: Float64Array,
  picture: Overview,
  { isLeather, table }: { readonly isLeather: (index: number) => boolean; readonly table: Material },
): Float64Array {
  const base = smooth(evenlySpaced(ring), SMOOTH_PX);
  const places = base.length / 2;
  if (places < LEAST_RING_PX) return ring;
  const inwards = normals(base);
  const across = sampleAcross(base, inwards, picture);
  const own = ownSides(base, inwards, picture, isLeather);
  const gain = gains(across, own, (i, out) =>
    surfaceAt(
      table.surface,
      (base[2 * i]! / picture.widthPx) * 2 - 1,
      (base[2 * i + 1]! / picture.heightPx) * 2 - 1,
      out,
    ),
  );
  const path = mostGainfulPath(gain, places, EASE);
  const settled = new Float64Array(base.length);
  for (let i = 0; i < places; i += 1) {
    const by = path[i]! / PER_PX - REACH_PX;
    settled[2 * i] = Math.max(0, Math.min(picture.widthPx, base[2 * i]! + by * inwards[2 * i]!));
    settled[2 * i + 1] = Math.max(0, Math.min(picture.heightPx, base[2 * i + 1]! + by * inwards[2 * i + 1]!));
  }
  return settled;
}

/** Points one pixel apart along a closed ring. */
function evenlySpaced(ring: Float64Array): Float64Array {
  const points: number[] = [];
  let rest = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [ax, ay] = [ring[i]!, ring[i + 1]!];
    const [dx, dy] = [ring[j]! - ax, ring[j + 1]! - ay];
    const length = Math.hypot(dx, dy);
    let t = rest;
    for (; t < length; t += 1) points.push(ax + (dx * t) / length, ay + (dy * t) / length);
    rest = t - length;
  }
  return Float64Array.from(points);
}

/** Points moved to the mean of their neighbours, weighted by a Gaussian. */
function smooth(ring: Float64Array, deviation: number): Float64Array {
  const places = ring.length / 2;
  const radius = Math.ceil(2.5 * deviation);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, k) =>
    Math.exp(-((k - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, w) => sum + w, 0);
  const out = new Float64Array(ring.length);
  for (let i = 0; i < places; i += 1)
    for (let k = -radius; k <= radius; k += 1) {
      const j = (i + k + places) % places;
      const w = weights[k + radius]! / total;
      out[2 * i]! += w * ring[2 * j]!;
      out[2 * i + 1]! += w * ring[2 * j + 1]!;
    }
  return out;
}

/** At each point the unit vector to its left, as seen with y down. */
function normals(ring: Float64Array): Float64Array {
  const places = ring.length / 2;
  const out = new Float64Array(ring.length);
  for (let i = 0; i < places; i += 1) {
    const a = (i + places - ALONG_PX) % places;
    const b = (i + ALONG_PX) % places;
    const [dx, dy] = [ring[2 * b]! - ring[2 * a]!, ring[2 * b + 1]! - ring[2 * a + 1]!];
    const length = Math.hypot(dx, dy) || 1;
    out[2 * i] = dy / length;
    out[2 * i + 1] = -dx / length;
  }
  return out;
}

/** Samples on either side of a place on the outline; its own stands between them. */
const HALF = (REACH_PX + DEEP_PX) * PER_PX;
const ROW = 2 * HALF + 1;
/** Where the outline may go. */
const CHOICES = 2 * REACH_PX * PER_PX + 1;
const FIRST_CHOICE = DEEP_PX * PER_PX;
/** From here on samples are surely leather, or the outline is farther off than it may move. */
const FIRST_LEATHER = HALF + REACH_PX * PER_PX;
/** As far from the outline its own steps may show the other side, samples. */
const STEPS = 2 * PER_PX;

/** L, a, b across each place of the ring, from outside to inside, means along it. */
function sampleAcross(ring: Float64Array, inwards: Float64Array, picture: Overview): Float32Array {
  const places = ring.length / 2;
  const rgb = new Uint8Array(3 * ROW * places);
  for (let i = 0, to = 0; i < places; i += 1)
    for (let k = -HALF; k <= HALF; k += 1, to += 3) {
      const by = k / PER_PX;
      readBetween(picture, ring[2 * i]! + by * inwards[2 * i]!, ring[2 * i + 1]! + by * inwards[2 * i + 1]!, rgb, to);
    }
  return meanAlong(labOfRgb(rgb), 3 * ROW, ALONG_PX);
}

/** The colour at a point between pixels' middles. */
function readBetween({ rgb, widthPx, heightPx }: Overview, x: number, y: number, out: Uint8Array, to: number): void {
  const u = Math.max(0, Math.min(widthPx - 1.001, x - 0.5));
  const v = Math.max(0, Math.min(heightPx - 1.001, y - 0.5));
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [fu, fv] = [u - left, v - top];
  const above = 3 * (top * widthPx + left);
  const below = above + 3 * widthPx;
  for (let c = 0; c < 3; c += 1) {
    const upper = rgb[above + c]! * (1 - fu) + rgb[above + 3 + c]! * fu;
    const lower = rgb[below + c]! * (1 - fu) + rgb[below + 3 + c]! * fu;
    out[to + c] = upper * (1 - fv) + lower * fv + 0.5;
  }
}

/** Each row of `width` numbers as the mean of those up to `radius` rows away, all round. */
function meanAlong(rows: Float32Array, width: number, radius: number): Float32Array {
  const count = rows.length / width;
  const out = new Float32Array(rows.length);
  const sum = new Float64Array(width);
  for (let k = -radius; k <= radius; k += 1)
    for (let q = 0, at = ((k + count) % count) * width; q < width; q += 1) sum[q]! += rows[at + q]!;
  for (let i = 0; i < count; i += 1) {
    const next = ((i + radius + 1) % count) * width;
    const last = ((i - radius + count) % count) * width;
    for (let q = 0; q < width; q += 1) {
      out[i * width + q] = sum[q]! / (2 * radius + 1);
      sum[q]! += rows[next + q]! - rows[last + q]!;
    }
  }
  return out;
}

/** Of each place the samples that lie on its own two sides: table from `from` on, leather up to and without `upTo`. Beyond them lies
 *  leather again (across a slit or a narrow bay, of another hide) or table again (across a tongue, at an opening). */
interface OwnSides {
  readonly from: Uint8Array;
  readonly upTo: Uint8Array;
}

function ownSides(
  ring: Float64Array,
  inwards: Float64Array,
  { widthPx, heightPx }: Overview,
  isLeather: (index: number) => boolean,
): OwnSides {
  const places = ring.length / 2;
  const own = { from: new Uint8Array(places), upTo: new Uint8Array(places).fill(ROW) };
  for (let i = 0; i < places; i += 1) {
    const isOn = (k: number) => {
      const x = Math.floor(ring[2 * i]! + ((k - HALF) / PER_PX) * inwards[2 * i]!);
      const y = Math.floor(ring[2 * i + 1]! + ((k - HALF) / PER_PX) * inwards[2 * i + 1]!);
      return x >= 0 && y >= 0 && x < widthPx && y < heightPx && isLeather(y * widthPx + x);
    };
    for (let k = HALF - STEPS; k >= 0 && own.from[i] === 0; k -= 1) if (isOn(k)) own.from[i] = k + 1;
    for (let k = HALF + STEPS; k < ROW && own.upTo[i] === ROW; k += 1) if (!isOn(k)) own.upTo[i] = k;
  }
  return own;
}

/** The leather's own colour at each place, and how far samples of it lie off. */
function leatherAt(across: Float32Array, { upTo }: OwnSides): { own: Float32Array; noise: readonly number[] } {
  const places = upTo.length;
  const sums = new Float32Array(4 * places);
  for (let i = 0; i < places; i += 1)
    for (let k = Math.min(FIRST_LEATHER, (HALF + upTo[i]!) >> 1); k < upTo[i]!; k += 1) {
      for (let c = 0; c < 3; c += 1) sums[4 * i + c]! += across[3 * (i * ROW + k) + c]!;
      sums[4 * i + 3]! += 1;
    }
  const means = meanAlong(sums, 4, ALONG_LEATHER_PX);
  const own = new Float32Array(3 * places);
  for (let i = 0; i < places; i += 1)
    for (let c = 0; c < 3; c += 1) own[3 * i + c] = means[4 * i + c]! / means[4 * i + 3]!;
  const noise = [0, 1, 2].map((c) => {
    const off: number[] = [];
    for (let i = 0; i < places; i += 1) {
      const k = FIRST_LEATHER + (i % (ROW - FIRST_LEATHER));
      if (k < upTo[i]!) off.push(Math.abs(across[3 * (i * ROW + k) + c]! - own[3 * i + c]!));
    }
    off.sort((a, b) => a - b);
    return Math.max(LEAST_NOISE, (off[off.length >> 1] ?? 0) / 0.6745);
  });
  return { own, noise };
}

/** How well each choice fits at each place: less what speaks against it. */
function gains(
  across: Float32Array,
  sides: OwnSides,
  tableAt: (place: number, out: Float64Array) => void,
): Float32Array {
  const places = sides.from.length;
  const { own, noise } = leatherAt(across, sides);
  const kernel = stepKernel();
  const gain = new Float32Array(places * CHOICES);
  const lit = new Float64Array(3);
  const asTable = new Float64Array(ROW + 1);
  const asLeather = new Float64Array(ROW + 1);
  for (let i = 0; i < places; i += 1) {
    tableAt(i, lit);
    const row = across.subarray(3 * i * ROW, 3 * (i + 1) * ROW);
    const leather = own.subarray(3 * i, 3 * i + 3);
    let darkest = lit[0]!;
    const [from, upTo] = [sides.from[i]!, sides.upTo[i]!];
    asTable.fill(0, 0, from + 1);
    asLeather.fill(0, 0, from + 1);
    for (let k = from; k < upTo; k += 1) {
      const l = row[3 * k]!;
      const floor = DARKEST_SHADOW * lit[0]!;
      const shade = Math.max(floor, Math.min(l, darkest));
      darkest = Math.min(darkest, Math.max(floor, l));
      asTable[k + 1] = asTable[k]! + misfit(row, 3 * k, lit, shade, TABLE_NOISE);
      const light = Math.max(RIM_LIGHT[0], Math.min(RIM_LIGHT[1], l / leather[0]!)) * leather[0]!;
      asLeather[k + 1] = asLeather[k]! + misfit(row, 3 * k, leather, light, noise);
    }
    for (let q = 0, k = FIRST_CHOICE; q < CHOICES; q += 1, k += 1) {
      if (!mayGo(k, from, upTo)) {
        gain[i * CHOICES + q] = -BARRED;
        continue;
      }
      const against = asTable[k]! + asLeather[upTo]! - asLeather[k + 1]! + PULL * ((k - HALF) / PER_PX) ** 2;
      gain[i * CHOICES + q] = Math.min(MOST_STEP, stepAt(row, k, kernel, noise)) - against;
    }
  }
  return gain;
}

/** Whether the outline may go to sample k: not past the middle of what lies between it and the other side's outline, which may come
 *  as far; where it stands it may stay. */
function mayGo(k: number, from: number, upTo: number): boolean {
  const outwards = from === 0 ? HALF : (HALF - from) / 2 - STEPS;
  const inwards = upTo === ROW ? HALF : (upTo - HALF) / 2 - STEPS;
  return k === HALF || (HALF - k <= outwards && k - HALF <= inwards);
}

/** More than any choice is worth. */
const BARRED = 1e6;
const TABLE_NOISE = [LEAST_NOISE, LEAST_NOISE, LEAST_NOISE];

/** How far a sample lies from a colour under so much light, in squared deviations. */
function misfit(
  row: Float32Array,
  at: number,
  colour: ArrayLike<number>,
  light: number,
  noise: readonly number[],
): number {
  const share = light / Math.max(1, colour[0]!);
  let sum = ((row[at]! - light) / noise[0]!) ** 2;
  for (let c = 1; c < 3; c += 1) sum += ((row[at + c]! - share * colour[c]!) / noise[c]!) ** 2;
  return Math.min(MOST, sum);
}

/** Height of the step at sample k in squared deviations. */
function stepAt(row: Float32Array, k: number, kernel: Float64Array, noise: readonly number[]): number {
  const reach = (kernel.length - 1) / 2;
  let square = 0;
  for (let c = 0; c < 3; c += 1) {
    let height = 0;
    for (let r = -reach; r <= reach; r += 1) height += kernel[r + reach]! * row[3 * (k + r) + c]!;
    square += (height / noise[c]!) ** 2;
  }
  return square;
}

/** Weights of samples that give a step's height at the middle one: the line through those on one side, gone on to it, less that
 *  through those on the other. */
function stepKernel(): Float64Array {
  const reach = GAP + SIDE;
  const out = new Float64Array(2 * reach + 1);
  const places = Array.from({ length: SIDE }, (_, k) => GAP + 1 + k);
  const mean = places.reduce((sum, x) => sum + x, 0) / SIDE;
  const spread = places.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  for (const x of places) {
    const weight = 1 / SIDE - (mean * (x - mean)) / spread;
    out[reach + x] = weight;
    out[reach - x] = -weight;
  }
  return out;
}
