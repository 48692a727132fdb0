import type { ModelCard } from '#domain/model-card.ts';
import { regionArea, ringArea } from '#geometry/ring-area.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import { shapeSpeaksFor } from './defect-shapes.ts';
import { labelRuns, type RunLabels } from './label-components.ts';
import { confidenceOf } from './mark-confidence.ts';
import { closedRuns, runsOf, wordsOf, type Runs } from './mask-runs.ts';
import { ringToMm } from './project.ts';
import type { Homography } from './project.ts';

/** What the model said of every pixel of the working picture, 255 = 1. */
export interface ScoreMaps {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Probability of any defect. */
  readonly defect: Uint8Array;
  /** Position in the card's classes of the likeliest class but "good". */
  readonly kind: Uint8Array;
}

/** A defect as seen, not yet graded. Rings in table mm, flat, outer counter-clockwise. */
export interface SeenDefect {
  readonly class: string;
  readonly outline: Float64Array;
  readonly holes: readonly Float64Array[];
  readonly areaMm2: number;
  /** Longer side of its box along the table's axes. */
  readonly length: number;
  /** Mean probability of its surest tenth: what marks are ranked and ruled by. */
  readonly strength: number;
  /** What is said: the chance that it is one (`confidenceOf`). */
  readonly confidence: number;
  readonly doubt: number;
}

export interface DefectOptions {
  readonly classes: ModelCard['classes'];
  readonly markConfidence?: ModelCard['markConfidence'];
  readonly toMm: Homography;
  /** Scan pixels per pixel of the maps, across and down. */
  readonly pxPerPx: readonly [number, number];
  readonly mmPerPx: number;
  /** Largest distance of a polygon from the pixels' border. */
  readonly tolerance?: number;
  /** How many pixels of the maps are material; default all. */
  readonly materialPx?: number;
  /** Gaps up to this are bridged: the dashes of one cut are one defect. */
  readonly bridge?: number;
}

/** A defect grows from its sure pixels into neighbours with at least this share of what makes one sure, or down to the
 *  threshold of pixels where the pack's is lower. */
const GROW_SHARE = 0.5;
/** What the maps say where the table is seen through the hide. */
const SEEN_THROUGH = 255;
/** A patch of which so much is seen through is a hole with its rim, whatever the rim looks like. */
const OPEN_SHARE = 0.25;
const DEFAULT_THRESHOLD = 0.5;
const DEFAULT_LEAST_MM2 = 1;

/** Turns score maps into defects: sure pixels (`sureFrom` of their class, else its threshold) grow into likely neighbours, small gaps are
 *  bridged, each connected patch becomes one polygon within `tolerance` of its pixels (rings never cross), named by
 *  the class that its certainty and its shape speak for. Ordered from the top of the picture. */
export function findDefects(maps: ScoreMaps, options: DefectOptions): SeenDefect[] {
  const { widthPx, heightPx } = maps;
  const floor = usualLevel(maps.defect, options.materialPx ?? maps.defect.length);
  const sureFrom = options.classes.map((c) => (c.sureFrom ?? c.threshold ?? DEFAULT_THRESHOLD) * 255);
  const growFrom = options.classes.map((c, k) => Math.min(GROW_SHARE * sureFrom[k]!, (c.threshold ?? 1) * 255));
  const reach = Math.round((options.bridge ?? 1) / options.mmPerPx / 2);
  // By runs: of a hide a pixel in fifty is marked, and the others are looked at once.
  const runs = closedRuns(runsOf(grownFrom(maps, floor, growFrom), widthPx, heightPx), widthPx, heightPx, reach);
  const patches = labelRuns(runs, widthPx, heightPx);
  const byClass = new Float64Array((patches.count + 1) * options.classes.length);
  const sure = new Int32Array(patches.count + 1);
  const openPx = new Int32Array(patches.count + 1);
  const hole = options.classes.findIndex((c) => c.name === 'hole');
  const steps = new Int32Array((patches.count + 1) * STEPS);
  const moments = new Float64Array((patches.count + 1) * MOMENTS);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[y]!; r < runs.firstOfRow[y + 1]!; r += 1) {
      const patch = patches.numberOf[r]!;
      for (let x = runs.begin[r]!; x < runs.end[r]!; x += 1) {
        const defect = maps.defect[y * widthPx + x]!;
        const kind = maps.kind[y * widthPx + x]!;
        byClass[patch * options.classes.length + kind]! += defect;
        steps[patch * STEPS + (defect >> 3)]! += 1;
        if (defect >= sureFrom[kind]!) sure[patch]! += 1;
        if (kind === hole && defect === SEEN_THROUGH) openPx[patch]! += 1;
        addMoments(moments, patch * MOMENTS, x, y);
      }
    }
  const found: SeenDefect[] = [];
  const mm2PerPx = options.mmPerPx ** 2;
  for (let patch = 1; patch <= patches.count; patch += 1) {
    if (sure[patch] === 0) continue;
    const votes = byClass.subarray(patch * options.classes.length, (patch + 1) * options.classes.length);
    const areaMm2 = patches.areaPx[patch]! * mm2PerPx;
    const length = alongPx(moments.subarray(patch * MOMENTS, (patch + 1) * MOMENTS)) * options.mmPerPx;
    const isOpen = openPx[patch]! >= OPEN_SHARE * patches.areaPx[patch]!;
    const kind = isOpen ? hole : nameOf(votes, options.classes, length, areaMm2 / length);
    const least = options.classes[kind]!.minAreaMm2 ?? DEFAULT_LEAST_MM2;
    if (areaMm2 < least) continue;
    const strength = surestTenth(steps.subarray(patch * STEPS, (patch + 1) * STEPS), patches.areaPx[patch]!);
    const confidence = confidenceOf(strength, options.markConfidence);
    const polygon = patchPolygon(maskOfPatch(runs, patches, patch), options);
    found.push({
      class: options.classes[kind]!.name,
      ...polygon,
      strength,
      confidence,
      doubt: 1 - confidence,
    });
  }
  return found;
}

/** 1 where a pixel is likely enough to belong to a defect. Four pixels beyond doubt are passed over at once. */
function grownFrom({ defect, kind }: ScoreMaps, floor: number, growFrom: readonly number[]): Uint8Array {
  const grown = new Uint8Array(defect.length);
  const words = wordsOf(defect);
  for (let i = 0; i < grown.length; i += 1) {
    if (words !== null && (i & 3) === 0) {
      while (words[i >> 2] === 0) i += 4;
      if (i >= grown.length) break;
    }
    if (defect[i]! > floor && defect[i]! >= growFrom[kind[i]!]!) grown[i] = 1;
  }
  return grown;
}

/** The class that pixels and shape speak for: the logarithm of its share of the votes, plus how far the shape is its
 *  usual one. Pixels alone call a soft wrinkle a cut where a crease in it is sharp. */
function nameOf(votes: Float64Array, classes: ModelCard['classes'], length: number, width: number): number {
  let total = 0;
  for (const v of votes) total += v;
  let kind = 1;
  let most = -Infinity;
  for (let c = 1; c < votes.length; c += 1) {
    const says = Math.log(votes[c]! / total + LEAST_SHARE_OF_VOTES) + shapeSpeaksFor(classes[c]!.name, length, width);
    if (says <= most) continue;
    most = says;
    kind = c;
  }
  return kind;
}
const LEAST_SHARE_OF_VOTES = 0.01;

/** Count, sums and sums of products of the pixels' positions. */
const MOMENTS = 6;

function addMoments(moments: Float64Array, at: number, x: number, y: number): void {
  moments[at]! += 1;
  moments[at + 1]! += x;
  moments[at + 2]! += y;
  moments[at + 3]! += x * x;
  moments[at + 4]! += x * y;
  moments[at + 5]! += y * y;
}

/** Length of the straight bar whose pixels spread as far along its direction as these do; at least a pixel. */
function alongPx([n, x, y, xx, xy, yy]: ArrayLike<number> & Iterable<number>): number {
  const a = xx! / n! - (x! / n!) ** 2;
  const b = xy! / n! - (x! / n!) * (y! / n!);
  const c = yy! / n! - (y! / n!) ** 2;
  const largest = (a + c + Math.hypot(a - c, 2 * b)) / 2;
  return Math.max(1, Math.sqrt(12 * Math.max(0, largest)));
}

/** At most this share of a hide is taken for sure defects: drawn hides have 2 %, a bad real one some 5 %. Where the model
 *  says more it does not know this leather (another grain, glare), and only what stands out most is kept. */
const MOST_DEFECT_SHARE = 0.08;

/** What is this sure counts however much of it there is: a close-up may be all hole. */
const ALWAYS_SURE = 0.8;

/** The probability (255 = 1) that all but the surest 8 % of the material stay below. */
function usualLevel(defect: Uint8Array, materialPx: number): number {
  const counts = new Float64Array(256);
  const words = wordsOf(defect);
  // Zeros need no counting.
  for (let i = 0; i < defect.length; i += 1) {
    if (words !== null && (i & 3) === 0) while (words[i >> 2] === 0) i += 4;
    if (i < defect.length) counts[defect[i]!]! += 1;
  }
  let left = materialPx * MOST_DEFECT_SHARE;
  for (let v = 255; v > 0; v -= 1) {
    left -= counts[v]!;
    if (left < 0) return Math.min(v, ALWAYS_SURE * 255);
  }
  return 0;
}

/** Probabilities are counted in this many steps to find a patch's surest tenth. */
const STEPS = 32;

/** Mean probability of the surest tenth of a patch: a defect is as sure as its clearest part. The mean over all of it
 *  says less (its faint ends pull it down), and so does the model's doubt by pixel: that is mostly about which class,
 *  and on drawn hides it was higher for true defects (median .41) than for false ones (.28). */
function surestTenth(steps: Int32Array, areaPx: number): number {
  let left = Math.max(1, Math.round(areaPx / 10));
  const count = left;
  let sum = 0;
  for (let s = STEPS - 1; s >= 0 && left > 0; s -= 1) {
    const taken = Math.min(left, steps[s]!);
    sum += taken * Math.min(1, (s * 8 + 3.5) / 255);
    left -= taken;
  }
  return sum / count;
}

/** A patch alone in its box, pixels of the maps. */
interface PatchMask {
  readonly mask: Uint8Array;
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

function maskOfPatch(runs: Runs, { numberOf, boxes }: RunLabels, patch: number): PatchMask {
  const left = boxes[4 * patch]!;
  const top = boxes[4 * patch + 1]!;
  const widthPx = boxes[4 * patch + 2]! - left + 1;
  const heightPx = boxes[4 * patch + 3]! - top + 1;
  const mask = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[top + y]!; r < runs.firstOfRow[top + y + 1]!; r += 1)
      if (numberOf[r] === patch) mask.fill(1, y * widthPx + runs.begin[r]! - left, y * widthPx + runs.end[r]! - left);
  return { mask, left, top, widthPx, heightPx };
}

function patchPolygon(
  { mask, left, top, widthPx, heightPx }: PatchMask,
  options: DefectOptions,
): Pick<SeenDefect, 'outline' | 'holes' | 'areaMm2' | 'length'> {
  const region = maskToContours((i) => mask[i] !== 0, widthPx, heightPx)[0]!;
  // Holes of a pixel or two in a patch are noise: they cost points and say nothing.
  const rings = [region.outline, ...region.holes.filter((r) => Math.abs(ringArea(r)) * options.mmPerPx ** 2 > 4)];
  const inMm = rings.map((ring) => {
    const shifted = ring.slice();
    for (let i = 0; i < shifted.length; i += 2) {
      shifted[i]! += left;
      shifted[i + 1]! += top;
    }
    return ringToMm(shifted, options.toMm, options.pxPerPx);
  });
  const [outline, ...holes] = simplifyRings(inMm, options.tolerance ?? 0.5) as [Float64Array, ...Float64Array[]];
  const areaMm2 = regionArea(outline, holes);
  return { outline, holes, areaMm2, length: Math.max(widthPx, heightPx) * options.mmPerPx };
}
