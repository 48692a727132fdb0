import type { TileMarks, TileScores } from './segmenter.ts';

/** Logits or probabilities of a tile with its rim, class by class, row by row. */
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
  const values = Float32Array.from(scores, (v) => v / 65535);
  return { ...marksOfScores({ values, classCount, widthPx, heightPx }, 0), widthPx, heightPx };
}

/** Marks of the tile's core from its logits, or with step 2 from logits of pixels of twice the size, doubled bilinearly
 *  (half-pixel centres, borders repeat): what `softmax(doubled)` says. The logarithm of the odds of any defect is convex in
 *  the logits: where the odds of all four that a pixel lies between round to 0, so do its own, whatever their weights. Nine
 *  pixels in ten of a hide are done with at that. */
export function marksOfLogits(planes: ClassPlanes, step: 1 | 2, rimPx: number): Marks {
  const { values, classCount, widthPx: w, heightPx: h } = planes;
  const plane = w * h;
  const odds = oddsOfDefect(planes);
  const logits = new Float64Array(classCount);
  return eachOfCore(w * step, h * step, rimPx, (_, to, { defect, kind }, x, y) => {
    // Between which pixels, and how near the second.
    const u = step === 1 ? x : (x - 1) >> 1;
    const v = step === 1 ? y : (y - 1) >> 1;
    const left = Math.max(0, u);
    const top = Math.max(0, v) * w;
    const right = step === 1 ? left : Math.min(w - 1, u + 1);
    const bottom = step === 1 ? top : Math.min(h - 1, v + 1) * w;
    const [a, b, c, d] = [top + left, top + right, bottom + left, bottom + right] as const;
    if (Math.max(odds[a]!, odds[b]!, odds[c]!, odds[d]!) < NO_ODDS) return;
    const across = (x & 1) === 1 ? 0.25 : 0.75;
    const down = (y & 1) === 1 ? 0.25 : 0.75;
    for (let k = 0, at = 0; k < classCount; k += 1, at += plane) {
      const upper = values[at + a]! * (1 - across) + values[at + b]! * across;
      const lower = values[at + c]! * (1 - across) + values[at + d]! * across;
      logits[k] = upper * (1 - down) + lower * down;
    }
    let most = 1;
    for (let k = 2; k < classCount; k += 1) if (logits[k]! > logits[most]!) most = k;
    let others = 0;
    for (let k = 1; k < classCount; k += 1) others += Math.exp(logits[k]! - logits[most]!);
    // NaN is no defect, as in the scores.
    const any = others / (others + Math.exp(logits[0]! - logits[most]!));
    defect[to] = any * 255 + 0.5;
    if (defect[to] !== 0) kind[to] = most;
  });
}

/** Odds of any defect below which its probability rounds to 0 of 255. */
const NO_ODDS = 1 / 510;

/** Odds of any defect of each pixel of the logits, or 0 where they are beyond doubt. */
function oddsOfDefect({ values, classCount, widthPx, heightPx }: ClassPlanes): Float32Array {
  const plane = widthPx * heightPx;
  const most = values.slice(plane, 2 * plane);
  for (let c = 2; c < classCount; c += 1)
    for (let i = 0, from = c * plane; i < plane; i += 1, from += 1)
      if (values[from]! > most[i]!) most[i] = values[from]!;
  // By the greatest of them alone: all together have at most as often that.
  const beyondDoubt = -Math.log((classCount - 1) / NO_ODDS);
  const odds = most;
  for (let i = 0; i < plane; i += 1) {
    const good = values[i]!;
    if (most[i]! - good < beyondDoubt) {
      odds[i] = 0;
      continue;
    }
    let sum = 0;
    for (let c = 1, from = plane + i; c < classCount; c += 1, from += plane) sum += Math.exp(values[from]! - good);
    odds[i] = sum;
  }
  return odds;
}

type Visit = (from: number, to: number, marks: Marks, x: number, y: number) => void;

function eachOfCore(widthPx: number, heightPx: number, rimPx: number, visit: Visit): Marks {
  const w = widthPx - 2 * rimPx;
  const h = heightPx - 2 * rimPx;
  const marks = { defect: new Uint8Array(w * h), kind: new Uint8Array(w * h).fill(1) };
  let to = 0;
  for (let y = rimPx; y < heightPx - rimPx; y += 1)
    for (let x = rimPx; x < widthPx - rimPx; x += 1, to += 1) visit(y * widthPx + x, to, marks, x, y);
  return marks;
}
