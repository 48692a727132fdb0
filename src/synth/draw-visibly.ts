import type { DefectKind } from './defect-kinds.ts';
import type { Place } from './draw-line-defects.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** A mark below this cannot be told from the grain: its contrast over the grain's, times the root of how many separate
 *  looks (3 x 3 px) the eye has of it. Found by looking at some 90 marks on nubuck, sorted by this number: of those
 *  below 6 hardly one was seen even by who knew the place, of those above 7 nearly all were. */
const LEAST_VISIBILITY = 7;
/** Along a line the eye gathers no more pixels than this: a faint vein stays faint however long it is. */
const MOST_GATHERED_PX = 150;
/** Of these it sees the whole patch at once. */
const PATCHES: readonly DefectKind[] = ['stain', 'loose', 'brand'];
/** What is still too faint when made this many times stronger stays so. */
const MOST_GAIN = 4;

interface Box {
  readonly u0: number;
  readonly v0: number;
  readonly u1: number;
  readonly v1: number;
}

/** Lets `draw` draw a defect about `place`, then strengthens what it did to relief and lightness as far as it must be to
 *  stand out from the grain there: what is marked as a defect is there to be seen. A mark that stands out already, and
 *  every pixel far from the place, stays as drawn; no chance is used. O(pixels within the place's span). */
export function drawVisibly(canvas: LeatherCanvas, place: Place, draw: () => void): void {
  const box = boxAround(canvas, place);
  const relief = copyBox(canvas, canvas.relief, box);
  const lightness = copyBox(canvas, canvas.lightness, box);
  const warmth = copyBox(canvas, canvas.warmth, box);
  const objectCount = canvas.objects.length;
  draw();
  const drawn = canvas.objects.slice(objectCount);
  if (drawn.some((o) => o.isOpen)) return;
  const change = changeSeen(canvas, box, { relief, lightness, warmth }, objectCount);
  if (change.countPx === 0 || change.square === 0) return;
  const grain = grainSeen(canvas, box, { relief, lightness });
  const perPx = Math.sqrt(change.square / change.countPx) / grain;
  const isPatch = drawn.every((o) => PATCHES.includes(o.kind));
  const gatheredPx = isPatch ? change.countPx : Math.min(change.countPx, MOST_GATHERED_PX);
  const visibility = (perPx * Math.sqrt(gatheredPx)) / 3;
  if (visibility >= LEAST_VISIBILITY) return;
  const gain = Math.min(MOST_GAIN, LEAST_VISIBILITY / visibility);
  forBox(canvas, box, (at, k) => {
    canvas.relief[at] = relief[k]! + gain * (canvas.relief[at]! - relief[k]!);
    canvas.lightness[at] = lightness[k]! + gain * (canvas.lightness[at]! - lightness[k]!);
  });
}

/** Brightness that relief and lightness give at a pixel, share of the base, as the light falls. */
function seenAt(
  relief: Float32Array,
  lightness: Float32Array,
  at: number,
  down: number,
  light: readonly [number, number],
): number {
  return (
    lightness[at]! +
    ((relief[at - 1]! - relief[at + 1]!) * light[0] + (relief[at - down]! - relief[at + down]!) * light[1]) * 0.5
  );
}

function lightOf({ look }: LeatherCanvas): readonly [number, number] {
  const angle = (look.lightAngle * Math.PI) / 180;
  return [Math.cos(angle), -Math.sin(angle)];
}

/** Over the pixels that the new objects own: how many, and the sum of squares of what changed, averaged over 3 x 3. */
function changeSeen(
  canvas: LeatherCanvas,
  box: Box,
  before: Readonly<Record<'relief' | 'lightness' | 'warmth', Float32Array>>,
  objectCount: number,
): { countPx: number; square: number } {
  const light = lightOf(canvas);
  const { widthPx } = canvas;
  const wide = box.u1 - box.u0 + 1;
  let countPx = 0;
  let square = 0;
  forBox(canvas, box, (at, k, isInner) => {
    if (!isInner || canvas.owner[at]! <= objectCount) return;
    let sum = 0;
    for (let dv = -1; dv <= 1; dv += 1)
      for (let du = -1; du <= 1; du += 1)
        sum +=
          seenAt(canvas.relief, canvas.lightness, at + dv * widthPx + du, widthPx, light) -
          seenAt(before.relief, before.lightness, k + dv * wide + du, wide, light);
    // Another tone shows on leather whose grain is one of brightness alone.
    const tone = 2 * (canvas.warmth[at]! - before.warmth[k]!);
    countPx += 1;
    square += (sum / 9) ** 2 + tone ** 2;
  });
  return { countPx, square };
}

/** Usual deviation of the grain's brightness from its surroundings, averaged over 3 x 3, with the camera's noise. */
function grainSeen(
  canvas: LeatherCanvas,
  box: Box,
  before: Readonly<Record<'relief' | 'lightness', Float32Array>>,
): number {
  const light = lightOf(canvas);
  const wide = box.u1 - box.u0 + 1;
  const high = box.v1 - box.v0 + 1;
  const reach = 8;
  const noise = canvas.look.noiseLevels / 128 / 3;
  if (wide < 4 * reach || high < 4 * reach) return Math.max(noise, 1e-3);
  const looks = 24;
  const averaged = (k: number) => {
    let sum = 0;
    for (let dv = -1; dv <= 1; dv += 1)
      for (let du = -1; du <= 1; du += 1)
        sum += seenAt(before.relief, before.lightness, k + dv * wide + du, wide, light);
    return sum / 9;
  };
  let total = 0;
  for (let j = 0; j < looks; j += 1)
    for (let i = 0; i < looks; i += 1) {
      const v = reach + 2 + Math.floor(((high - 2 * reach - 4) * (j + 0.5)) / looks);
      const u = reach + 2 + Math.floor(((wide - 2 * reach - 4) * (i + 0.5)) / looks);
      let around = 0;
      for (const dv of [-reach, 0, reach])
        for (const du of [-reach, 0, reach]) around += averaged((v + dv) * wide + u + du);
      total += Math.abs(averaged(v * wide + u) - around / 9);
    }
  // 1.25: mean distance to deviation of a normal spread; 9 / 8: the mean taken away holds a ninth of the value itself.
  return Math.hypot((total / looks ** 2) * 1.25 * Math.sqrt(9 / 8), noise);
}

function boxAround({ widthPx, heightPx }: LeatherCanvas, place: Place): Box {
  const reach = place.spanPx + 40;
  return {
    u0: Math.max(0, Math.floor(place.x - reach)),
    v0: Math.max(0, Math.floor(place.y - reach)),
    u1: Math.min(widthPx - 1, Math.ceil(place.x + reach)),
    v1: Math.min(heightPx - 1, Math.ceil(place.y + reach)),
  };
}

function copyBox({ widthPx }: LeatherCanvas, plane: Float32Array, box: Box): Float32Array {
  const wide = box.u1 - box.u0 + 1;
  const copy = new Float32Array(wide * (box.v1 - box.v0 + 1));
  for (let v = box.v0; v <= box.v1; v += 1)
    copy.set(plane.subarray(v * widthPx + box.u0, v * widthPx + box.u1 + 1), (v - box.v0) * wide);
  return copy;
}

/** `isInner`: no neighbour within 2 px lies outside the box. */
function forBox({ widthPx }: LeatherCanvas, box: Box, visit: (at: number, k: number, isInner: boolean) => void): void {
  let k = 0;
  for (let v = box.v0; v <= box.v1; v += 1)
    for (let u = box.u0; u <= box.u1; u += 1) {
      visit(v * widthPx + u, k, u > box.u0 + 1 && v > box.v0 + 1 && u < box.u1 - 1 && v < box.v1 - 1);
      k += 1;
    }
}
