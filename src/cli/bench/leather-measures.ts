import { LEATHER_GRADING } from '#domain/grading.ts';
import { flatRing, type FlatRing, type Ring } from '#domain/ring.ts';
import { uniformToMm } from '#domain/scan.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { isInRegion } from '#geometry/point-in-ring.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { chalkColours } from '#inspect/chalk-marks.ts';
import { evenMap } from '#inspect/even-map.ts';
import { findChalk } from '#inspect/find-chalk.ts';
import { findFolds } from '#inspect/find-folds.ts';
import { findHide } from '#inspect/find-hide.ts';
import { grainField } from '#inspect/grain-field.ts';
import { drawHide, type HideOptions } from '#synth/draw-hide.ts';
import { flowAngle, type GrainFlow } from '#synth/grain-flow.ts';
import { FOLD_KINDS, type FoldKind } from '#synth/lay-folds.ts';
import { seeDrawn } from './drawn-leather.ts';

/** What the eyes say of cells of drawn leather that is uneven there, and of the rest. */
export interface EvenScores {
  readonly unevenShade: readonly number[];
  readonly evenShade: readonly number[];
  readonly unevenTexture: readonly number[];
  readonly evenTexture: readonly number[];
}

/** A hide with loose belly of 5 to 15 % other brightness and grain half to one and a half times deeper; other defects as they
 *  come. Cells that are more than 80 % belly count as uneven, under 5 % as even. */
export async function measureEven(seed: number, size = { width: 1500, height: 1150 }): Promise<EvenScores> {
  const random = seededRandom(seed * 3);
  const uneven = {
    coarser: 0.5 + random(),
    shade: (random() < 0.5 ? -1 : 1) * (0.05 + 0.1 * random()),
    tone: 0.03 * (random() - 0.5),
  };
  const { drawn, overview, hide, cells } = await seeDrawn({ seed, ...size, uneven });
  const map = evenMap(cells, overview, hide);
  const scores = { unevenShade: [], evenShade: [], unevenTexture: [], evenTexture: [] } as Record<
    keyof EvenScores,
    number[]
  >;
  for (let i = 0; i < map.shade.length; i += 1) {
    if (Number.isNaN(map.shade[i]!)) continue;
    const share = shareOfBelly(drawn.uneven!, hide, map.sidePx, i % map.across, Math.floor(i / map.across));
    if (share > 0.8) {
      scores.unevenShade.push(map.shade[i]!);
      scores.unevenTexture.push(map.texture[i]!);
    } else if (share < 0.05) {
      scores.evenShade.push(map.shade[i]!);
      scores.evenTexture.push(map.texture[i]!);
    }
  }
  return scores;
}

function shareOfBelly(
  belly: Float32Array,
  hide: { readonly mask: Uint8Array; readonly widthPx: number; readonly heightPx: number },
  sidePx: number,
  column: number,
  row: number,
): number {
  let sum = 0;
  let count = 0;
  for (let v = Math.floor(row * sidePx); v < Math.min(hide.heightPx, (row + 1) * sidePx); v += 1)
    for (let u = Math.floor(column * sidePx); u < Math.min(hide.widthPx, (column + 1) * sidePx); u += 1) {
      const at = v * hide.widthPx + u;
      if (hide.mask[at] === 0) continue;
      sum += belly[at]!;
      count += 1;
    }
  return sum / Math.max(1, count);
}

/** Probability that a value of the first list is above one of the second (area under the ROC curve); ties count as lost. */
export function rankShare(above: readonly number[], below: readonly number[]): number {
  const sorted = [...below].sort((a, b) => a - b);
  let won = 0;
  for (const value of above) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    won += low;
  }
  return won / Math.max(1, above.length * below.length);
}

/** Share of a list from a value on. */
export function shareFrom(values: readonly number[], least: number): number {
  return values.filter((v) => v >= least).length / Math.max(1, values.length);
}

export interface GrainError {
  /** Degrees between measured and drawn direction, 0 to 90. */
  readonly error: number;
  readonly doubt: number;
}

/** A hide at 0.5 mm a pixel whose grains are drawn out 1.2 to 2.4 times along bent lines.
 *  @param sideLight 0: light from all sides; 1: from one */
export async function measureGrain(
  seed: number,
  sideLight: number,
  size = { width: 900, height: 700 },
): Promise<readonly GrainError[]> {
  const random = seededRandom(seed * 7);
  const wave = (height: number, length: number) => ({ height, length, along: 360 * random(), phase: 6 * random() });
  const grainFlow: GrainFlow = {
    waves: [wave(30 + 40 * random(), 700 + 500 * random()), wave(15 * random(), 400 + 300 * random())],
  };
  const look = { sideLight, grainStretch: 1.2 + 1.2 * random(), grainAngle: 180 * random() };
  const mmPerPx = 0.5;
  const { drawn, cells, toMm } = await seeDrawn({ seed, ...size, mmPerPx, look, grainFlow });
  return grainField(cells, toMm, 1).map(({ x, y, angle, doubt }) => {
    const at = { u: x / mmPerPx, v: drawn.heightPx - y / mmPerPx, mmPerPx };
    const off = Math.abs(flowAngle(look, grainFlow, at) - angle) % 180;
    return { error: Math.min(off, 180 - off), doubt };
  });
}

export interface FoldCount {
  readonly kind: FoldKind;
  readonly isFound: boolean;
}

/** A hide with one fold of each kind, at 2 mm a pixel; defects as they come. Found: a flagged region covers a fifth of it.
 *  False: a region no part of whose outline comes within 25 mm of a fold. */
export function measureFolds(
  seed: number,
  options: Partial<HideOptions> = {},
): { folds: FoldCount[]; falseCount: number } {
  const drawn = drawHide({ seed, mmPerPx: 2, folds: FOLD_KINDS, ...options });
  const { rgb, widthPx, heightPx, mmPerPx, truth } = drawn;
  const overview = { rgb, widthPx, heightPx, mm2PerPx: mmPerPx ** 2 };
  const toMm = uniformToMm(mmPerPx, heightPx);
  const found = findFolds(overview, findHide(overview), { toMm, pxPerPx: [1, 1] });
  const rings = found.map((f) => flatRing(f.outline));
  const folds = truth.folds!.map(({ kind, outline }) => ({
    kind,
    isFound: shareCovered(flatRing(outline), rings) >= 0.2,
  }));
  const truths = truth.folds!.map((t) => flatRing(t.outline));
  const falseCount = rings.filter((ring) => truths.every((t) => !comesNear(ring, t, 25))).length;
  return { folds, falseCount };
}

/** Agreed colours of the chalk measurements: sRGB. */
export const CHALK_COLOURS = { yellow: [232, 206, 60], blue: [52, 92, 190], white: [242, 242, 238] } as const;
export type ChalkName = keyof typeof CHALK_COLOURS;

export interface ChalkCount {
  readonly name: ChalkName;
  readonly isClosed: boolean;
  /** The chalk can't be told from the leather, or from the table in openings, and the eyes say so. */
  readonly isRefused: boolean;
  /** A stroke of the right colour covers or encloses six tenths of the drawn line. */
  readonly isFound: boolean;
  /** Closed and open are told apart. */
  readonly isRightKind: boolean;
}

/** A hide with a closed and an open stroke of each colour; defects as they come. */
export function measureChalk(
  seed: number,
  options: Partial<HideOptions> = {},
): { strokes: ChalkCount[]; falseCount: number } {
  const names = Object.keys(CHALK_COLOURS) as ChalkName[];
  const chalk = names.flatMap((name) => [true, false].map((isClosed) => ({ colour: CHALK_COLOURS[name], isClosed })));
  const drawn = drawHide({ seed, width: 1300, height: 1000, chalk, ...options });
  const { rgb, widthPx, heightPx, mmPerPx, truth } = drawn;
  const overview = { rgb, widthPx, heightPx, mm2PerPx: mmPerPx ** 2 };
  const colours = chalkColours({
    ...LEATHER_GRADING,
    chalk: names.map((name) => ({ name, colour: hexOf(CHALK_COLOURS[name]), quality: 1 })),
  });
  const toMm = uniformToMm(mmPerPx, heightPx);
  const seen = findChalk(overview, findHide(overview), colours, { toMm, pxPerPx: [1, 1] });
  const matched = new Set<number>();
  const strokes = truth.chalk!.map((stroke): ChalkCount => {
    const name = names.find((n) => CHALK_COLOURS[n] === stroke.colour)!;
    const at = seen.strokes.findIndex((s) => s.name === name && shareOfLine(stroke.line, flatRing(s.outline)) >= 0.6);
    if (at >= 0) matched.add(at);
    return {
      name,
      isClosed: stroke.isClosed,
      isRefused: seen.unseen.includes(name),
      isFound: at >= 0,
      isRightKind: at >= 0 && seen.strokes[at]!.isClosed === stroke.isClosed,
    };
  });
  return { strokes, falseCount: seen.strokes.length - matched.size };
}

function hexOf(colour: readonly number[]): string {
  return `#${colour.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
}

function shareOfLine(line: Ring, ring: FlatRing): number {
  return line.filter(([x, y]) => isInRegion(ring, [], x, y)).length / line.length;
}

/** Share of a ring's inside, by points 4 mm apart, that lies in any of the others. */
function shareCovered(ring: FlatRing, others: readonly FlatRing[]): number {
  const { minX, minY, maxX, maxY } = ringBounds(ring);
  let inside = 0;
  let covered = 0;
  for (let x = minX; x < maxX; x += 4)
    for (let y = minY; y < maxY; y += 4) {
      if (!isInRegion(ring, [], x, y)) continue;
      inside += 1;
      if (others.some((o) => isInRegion(o, [], x, y))) covered += 1;
    }
  return covered / Math.max(1, inside);
}

/** Whether a corner of the first ring lies in the second or within `reach` of one of its corners. */
function comesNear(ring: FlatRing, other: FlatRing, reach: number): boolean {
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i]!, ring[i + 1]!];
    if (isInRegion(other, [], x, y)) return true;
    for (let k = 0; k < other.length; k += 2) if (Math.hypot(other[k]! - x, other[k + 1]! - y) < reach) return true;
  }
  return false;
}
