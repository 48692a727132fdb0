import type { ModelCard } from '#domain/model-card.ts';
import { regionArea, ringArea } from '#geometry/ring-area.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import { shapeSpeaksFor } from './defect-shapes.ts';
import { labelComponents } from './label-components.ts';
import { closeMask } from './mask-spread.ts';
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
  readonly confidence: number;
  readonly doubt: number;
}

export interface DefectOptions {
  readonly classes: ModelCard['classes'];
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
  const grown = new Uint8Array(maps.defect.length);
  for (let i = 0; i < grown.length; i += 1)
    grown[i] = maps.defect[i]! > floor && maps.defect[i]! >= growFrom[maps.kind[i]!]! ? 1 : 0;
  const reach = Math.round((options.bridge ?? 1) / options.mmPerPx / 2);
  const closed = reach > 0 ? closeMask(grown, widthPx, heightPx, reach) : grown;
  const patches = labelComponents(closed, widthPx, heightPx, false);
  const byClass = new Float64Array((patches.count + 1) * options.classes.length);
  const sure = new Int32Array(patches.count + 1);
  const openPx = new Int32Array(patches.count + 1);
  const hole = options.classes.findIndex((c) => c.name === 'hole');
  const steps = new Int32Array((patches.count + 1) * STEPS);
  const moments = new Float64Array((patches.count + 1) * MOMENTS);
  for (let i = 0; i < closed.length; i += 1) {
    const patch = patches.labels[i]!;
    if (patch === 0) continue;
    const kind = maps.kind[i]!;
    byClass[patch * options.classes.length + kind]! += maps.defect[i]!;
    steps[patch * STEPS + (maps.defect[i]! >> 3)]! += 1;
    if (maps.defect[i]! >= sureFrom[kind]!) sure[patch]! += 1;
    if (kind === hole && maps.defect[i] === SEEN_THROUGH) openPx[patch]! += 1;
    addMoments(moments, patch * MOMENTS, i % widthPx, Math.floor(i / widthPx));
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
    const confidence = surestTenth(steps.subarray(patch * STEPS, (patch + 1) * STEPS), patches.areaPx[patch]!);
    const polygon = patchPolygon(patches.labels, patches.boxes, patch, widthPx, options);
    found.push({
      class: options.classes[kind]!.name,
      ...polygon,
      confidence,
      doubt: 1 - confidence,
    });
  }
  return found;
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
  for (const v of defect) counts[v]! += 1;
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

function patchPolygon(
  labels: Int32Array,
  boxes: Int32Array,
  patch: number,
  widthPx: number,
  options: DefectOptions,
): Pick<SeenDefect, 'outline' | 'holes' | 'areaMm2' | 'length'> {
  const left = boxes[4 * patch]!;
  const top = boxes[4 * patch + 1]!;
  const w = boxes[4 * patch + 2]! - left + 1;
  const h = boxes[4 * patch + 3]! - top + 1;
  const isPatch = (i: number) => labels[(top + Math.floor(i / w)) * widthPx + left + (i % w)] === patch;
  const region = maskToContours(isPatch, w, h)[0]!;
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
  return { outline, holes, areaMm2, length: Math.max(w, h) * options.mmPerPx };
}
