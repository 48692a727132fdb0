import type { ModelCard } from '#domain/model-card.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { shapeSpeaksFor } from './defect-shapes.ts';
import { labelRuns } from './label-components.ts';
import { confidenceOf } from './mark-confidence.ts';
import { closedRuns, runsOf, wordsOf } from './mask-runs.ts';
import { maskOfPatch, patchPolygon } from './patch-polygon.ts';

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
  /** Longer side of the smallest box round it, however that is turned: the same however the hide lies. */
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

/** What of a hide the model marked, and what of that is taken for the leather's own look. */
export interface SeenDefects {
  readonly defects: readonly SeenDefect[];
  /** Large patches that are as likely as a defect and no likelier than the rest of what was marked: at most half sure. */
  readonly doubtful: readonly SeenDefect[];
  /** What was marked beside and is in no mark. */
  readonly unbelieved: { readonly count: number; readonly areaMm2: number };
}

/** Turns score maps into defects: sure pixels (`sureFrom` of their class, else its threshold) grow into likely neighbours, small gaps are
 *  bridged, each connected patch becomes one polygon within `tolerance` of its pixels (rings never cross), named by
 *  the class that its certainty and its shape speak for. Ordered from the top of the picture. */
export function findDefects(maps: ScoreMaps, options: DefectOptions): SeenDefect[] {
  const floor = usualLevel(maps.defect, options.materialPx ?? maps.defect.length);
  return patchesAbove(floor, maps, options).map(toDefect);
}

/** The same, and what was left out where the model marks more of a hide than can be defect. A few large compact patches are
 *  no look of a leather: they stay, as doubtful as a coin. A web of small ones, or nearly all of the hide, is told by its
 *  area alone. */
export function seeDefects(maps: ScoreMaps, options: DefectOptions): SeenDefects {
  const materialPx = options.materialPx ?? maps.defect.length;
  const floor = usualLevel(maps.defect, materialPx);
  const defects = patchesAbove(floor, maps, options).map(toDefect);
  const none = { defects, doubtful: [], unbelieved: { count: 0, areaMm2: 0 } };
  if (floor < Math.min(...growFrom(options.classes).slice(1))) return none;
  const mm2PerPx = options.mmPerPx ** 2;
  const marked = patchesAbove(0, maps, options, floor).filter((p) => p.upToPx > 0);
  const isLarge = (p: Patch) =>
    p.upToPx * mm2PerPx >= LEAST_DOUBTFUL_MM2 && p.areaPx <= materialPx / 2 && p.compactness >= COMPACT;
  const large = marked.filter(isLarge);
  const doubtful = large.length > MOST_DOUBTFUL ? [] : large;
  const left = marked.filter((p) => !doubtful.includes(p));
  const leftPx = left.reduce((sum, p) => sum + p.upToPx, 0);
  const isWorthTelling = leftPx >= LEAST_TOLD_SHARE * materialPx;
  return {
    defects,
    doubtful: doubtful.map((p) => {
      const seen = toDefect(p);
      const confidence = Math.min(MOST_CONFIDENCE, seen.confidence);
      return { ...seen, confidence, doubt: 1 - confidence };
    }),
    unbelieved: isWorthTelling ? { count: left.length, areaMm2: leftPx * mm2PerPx } : none.unbelieved,
  };
}

/** Smaller patches are marks like others; where there are many, their area is told. */
const LEAST_DOUBTFUL_MM2 = 2000;
/** Area of a patch to that of the ellipse that spreads as far: 1 of a disc, .95 of a box, .6 of a ring or an L, less of webs. */
const COMPACT = 0.6;
/** More large patches than this are the leather's own look: nobody looks at each. */
const MOST_DOUBTFUL = 8;
/** Of what the model says alike of too much of a hide a person knows more than it does. */
const MOST_CONFIDENCE = 0.5;
/** Less than this of the hide is what the level cuts off from the rims of marks that stay. */
const LEAST_TOLD_SHARE = 0.01;

/** A patch that holds a sure pixel. */
interface Patch {
  readonly areaPx: number;
  /** Pixels of it up to the level that was asked about. */
  readonly upToPx: number;
  readonly compactness: number;
  /** Makes its polygon, which costs more than all else. */
  readonly defect: () => SeenDefect;
}

const toDefect = (patch: Patch) => patch.defect();

const sureFrom = (classes: DefectOptions['classes']) =>
  classes.map((c) => (c.sureFrom ?? c.threshold ?? DEFAULT_THRESHOLD) * 255);
const growFrom = (classes: DefectOptions['classes']) =>
  sureFrom(classes).map((sure, k) => Math.min(GROW_SHARE * sure, (classes[k]!.threshold ?? 1) * 255));

/** Patches of pixels above `floor` that are large enough and somewhere sure.
 *  @param level counts the pixels up to it */
function patchesAbove(floor: number, maps: ScoreMaps, options: DefectOptions, level = floor): Patch[] {
  const { widthPx, heightPx } = maps;
  const sureOf = sureFrom(options.classes);
  const reach = Math.round((options.bridge ?? 1) / options.mmPerPx / 2);
  // By runs: of a hide a pixel in fifty is marked, and the others are looked at once.
  const grown = grownFrom(maps, floor, growFrom(options.classes));
  const runs = closedRuns(runsOf(grown, widthPx, heightPx), widthPx, heightPx, reach);
  const patches = labelRuns(runs, widthPx, heightPx);
  const byClass = new Float64Array((patches.count + 1) * options.classes.length);
  const sure = new Int32Array(patches.count + 1);
  const upToPx = new Int32Array(patches.count + 1);
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
        if (defect <= level) upToPx[patch]! += 1;
        if (defect >= sureOf[kind]!) sure[patch]! += 1;
        if (kind === hole && defect === SEEN_THROUGH) openPx[patch]! += 1;
        addMoments(moments, patch * MOMENTS, x, y);
      }
    }
  const found: Patch[] = [];
  const mm2PerPx = options.mmPerPx ** 2;
  for (let patch = 1; patch <= patches.count; patch += 1) {
    if (sure[patch] === 0) continue;
    const votes = byClass.subarray(patch * options.classes.length, (patch + 1) * options.classes.length);
    const areaPx = patches.areaPx[patch]!;
    const areaMm2 = areaPx * mm2PerPx;
    const spread = spreadOf(moments.subarray(patch * MOMENTS, (patch + 1) * MOMENTS));
    const length = alongPx(spread) * options.mmPerPx;
    const isOpen = openPx[patch]! >= OPEN_SHARE * areaPx;
    const kind = isOpen ? hole : nameOf(votes, options.classes, length, areaMm2 / length);
    const least = options.classes[kind]!.minAreaMm2 ?? DEFAULT_LEAST_MM2;
    if (areaMm2 < least) continue;
    found.push({
      areaPx,
      upToPx: upToPx[patch]!,
      compactness: areaPx / ellipsePx(spread),
      defect: () => {
        const strength = surestTenth(steps.subarray(patch * STEPS, (patch + 1) * STEPS), areaPx);
        const confidence = confidenceOf(strength, options.markConfidence);
        const polygon = patchPolygon(maskOfPatch(runs, patches, patch), options);
        return { class: options.classes[kind]!.name, ...polygon, strength, confidence, doubt: 1 - confidence };
      },
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

/** Variances and covariance of a patch's pixels. */
interface Spread {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

function spreadOf([n, x, y, xx, xy, yy]: ArrayLike<number> & Iterable<number>): Spread {
  return {
    xx: xx! / n! - (x! / n!) ** 2,
    xy: xy! / n! - (x! / n!) * (y! / n!),
    yy: yy! / n! - (y! / n!) ** 2,
  };
}

/** Length of the straight bar whose pixels spread as far along its direction as these do; at least a pixel. */
function alongPx({ xx, xy, yy }: Spread): number {
  const largest = (xx + yy + Math.hypot(xx - yy, 2 * xy)) / 2;
  return Math.max(1, Math.sqrt(12 * Math.max(0, largest)));
}

/** Area of the ellipse that spreads as far; at least a pixel. */
function ellipsePx({ xx, xy, yy }: Spread): number {
  return Math.max(1, 4 * Math.PI * Math.sqrt(Math.max(0, xx * yy - xy * xy)));
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
