import type { TileMarks, TileScores } from './segmenter.ts';

/** Logits or probabilities of a tile with its rim, class by class, row by row; all finite (`isAllFinite`). */
export interface ClassPlanes {
  readonly values: Float32Array;
  readonly classCount: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface Marks {
  readonly defect: Uint8Array<ArrayBuffer>;
  readonly kind: Uint8Array<ArrayBuffer>;
}

/** Whether all of a model's answer are numbers. One that is none says nothing about any pixel that shares a sum with it: such a
 *  tile has failed, and is neither good nor a defect. */
export function isAllFinite(values: Float32Array): boolean {
  // v - v is 0 of each number, and NaN of all else.
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]! - values[i]!;
  return sum === 0;
}

/** Marks of the tile's core from the probabilities that a whole graph gives. */
export function marksOfScores({ values, classCount, widthPx, heightPx }: ClassPlanes, rimPx: number): Marks {
  const plane = widthPx * heightPx;
  return eachOfCore(widthPx, heightPx, rimPx, (from, to, { defect, kind }) => {
    const any = Math.min(1, Math.max(0, 1 - values[from]!));
    defect[to] = any * 255 + 0.5;
    if (defect[to] === 0) return;
    let most = values[plane + from]!;
    for (let c = 2; c < classCount; c += 1) {
      const value = values[c * plane + from]!;
      if (value <= most) continue;
      most = value;
      kind[to] = c;
    }
  });
}

/** Marks of what has been asked for in scores. */
export function marksOfAnswer({ scores, widthPx, heightPx }: TileScores, classCount: number): TileMarks {
  const values = new Float32Array(scores.length);
  for (let i = 0; i < values.length; i += 1) values[i] = scores[i]! / 65535;
  return { ...marksOfScores({ values, classCount, widthPx, heightPx }, 0), widthPx, heightPx };
}

/** Marks of the tile's core from its logits, or with step 2 from logits of pixels of twice the size, doubled bilinearly
 *  (half-pixel centres, borders repeat): what `softmax(doubled)` says. The logarithm of the odds of any defect is convex in
 *  the logits: where the odds of all four that a pixel lies between are below NO_ODDS, so are its own, whatever their weights. Nine
 *  pixels in ten of a hide are done with at that. */
export function marksOfLogits(planes: ClassPlanes, step: 1 | 2, rimPx: number): Marks {
  const { classCount, widthPx: w, heightPx: h } = planes;
  const asked = worthAsking(planes);
  const isRowAsked = Array.from({ length: h }, (_, y) => asked.subarray(y * w, (y + 1) * w).includes(1));
  const line = new Float64Array(w * classCount);
  const logits = new Float64Array(classCount);
  const marks = emptyMarks(w * step, h * step, rimPx);
  let to = 0;
  for (let y = rimPx; y < h * step - rimPx; y += 1) {
    const [top, bottom, up] = between(y, step, h);
    if (!isRowAsked[top] && !isRowAsked[bottom]) {
      to += w * step - 2 * rimPx;
      continue;
    }
    rowBetween(planes, [top, bottom, up], line);
    for (let x = rimPx; x < w * step - rimPx; x += 1, to += 1) {
      // The same as `between`, which would make an array of every pixel.
      const left = step === 1 ? x : Math.max(0, (x - 1) >> 1);
      const right = step === 1 ? x : Math.min(w - 1, ((x - 1) >> 1) + 1);
      if (
        asked[top * w + left] === 0 &&
        asked[top * w + right] === 0 &&
        asked[bottom * w + left] === 0 &&
        asked[bottom * w + right] === 0
      )
        continue;
      const a = left * classCount;
      const b = right * classCount;
      const near = (x & 1) === 1 ? 0.75 : 0.25;
      for (let k = 0; k < classCount; k += 1) logits[k] = line[a + k]! * near + line[b + k]! * (1 - near);
      markOne(logits, marks, to);
    }
  }
  return marks;
}

/** Which two rows (or columns) of logits row `y` of the doubled ones lies between, and the first one's weight. */
function between(y: number, step: 1 | 2, size: number): [number, number, number] {
  if (step === 1) return [y, y, 1];
  const v = (y - 1) >> 1;
  return [Math.max(0, v), Math.min(size - 1, v + 1), (y & 1) === 1 ? 0.75 : 0.25];
}

/** A row of logits between two, all classes of a pixel side by side. */
function rowBetween(planes: ClassPlanes, [top, bottom, up]: readonly [number, number, number], into: Float64Array) {
  const { values, classCount, widthPx: w, heightPx: h } = planes;
  for (let k = 0; k < classCount; k += 1) {
    const a = k * w * h + top * w;
    const b = k * w * h + bottom * w;
    for (let u = 0, to = k; u < w; u += 1, to += classCount) into[to] = values[a + u]! * up + values[b + u]! * (1 - up);
  }
}

/** A class so far below the likeliest changes no 255th by more than a fortieth. */
const NOTHING = -10;

function markOne(logits: Float64Array, { defect, kind }: Marks, to: number): void {
  let most = 1;
  for (let k = 2; k < logits.length; k += 1) if (logits[k]! > logits[most]!) most = k;
  let others = 0;
  for (let k = 1; k < logits.length; k += 1) {
    const below = logits[k]! - logits[most]!;
    if (below >= NOTHING) others += below === 0 ? 1 : Math.exp(below);
  }
  const any = others / (others + Math.exp(logits[0]! - logits[most]!));
  defect[to] = any * 255 + 0.5;
  if (defect[to] !== 0) kind[to] = most;
}

/** Odds of any defect below which a pixel is taken for good: marks grow down to an eighth, and of a hide's pixels of which a net
 *  says more than nothing two in three are below this (decision 45). */
const NO_ODDS = 1 / 64;

/** 1 where the odds of any defect of a pixel of the logits are not too small to ask for. */
function worthAsking({ values, classCount, widthPx, heightPx }: ClassPlanes): Uint8Array {
  const plane = widthPx * heightPx;
  const most = values.slice(plane, 2 * plane);
  for (let c = 2; c < classCount; c += 1)
    for (let i = 0, from = c * plane; i < plane; i += 1, from += 1)
      if (values[from]! > most[i]!) most[i] = values[from]!;
  // By the greatest of them alone: all together have at least its odds, and at most as often those.
  const enough = Math.log(NO_ODDS);
  const tooLittle = enough - Math.log(classCount - 1);
  const asked = new Uint8Array(plane);
  for (let i = 0; i < plane; i += 1) {
    const above = most[i]! - values[i]!;
    if (above < tooLittle) continue;
    let odds = above < enough ? 0 : NO_ODDS;
    for (let c = 1, from = plane + i; c < classCount && odds < NO_ODDS; c += 1, from += plane)
      odds += Math.exp(values[from]! - values[i]!);
    asked[i] = odds < NO_ODDS ? 0 : 1;
  }
  return asked;
}

function emptyMarks(widthPx: number, heightPx: number, rimPx: number): Marks {
  const count = (widthPx - 2 * rimPx) * (heightPx - 2 * rimPx);
  return { defect: new Uint8Array(count), kind: new Uint8Array(count).fill(1) };
}

type Visit = (from: number, to: number, marks: Marks) => void;

function eachOfCore(widthPx: number, heightPx: number, rimPx: number, visit: Visit): Marks {
  const marks = emptyMarks(widthPx, heightPx, rimPx);
  let to = 0;
  for (let y = rimPx; y < heightPx - rimPx; y += 1)
    for (let x = rimPx; x < widthPx - rimPx; x += 1, to += 1) visit(y * widthPx + x, to, marks);
  return marks;
}
