import { seededRandom } from '#domain/seeded-random.ts';
import type { Random } from '#domain/ports.ts';
import { between, pick } from './chance.ts';
import { drawCreaseBand, drawHairCut, drawPuncture, drawStripe } from './close-up-defects.ts';
import type { DefectKind } from './defect-kinds.ts';
import { drawDefect } from './draw-defect.ts';
import type { Place } from './draw-line-defects.ts';
import { boxBlur } from './fill-ring.ts';
import { readTruth, type TrueDefect } from './hide-truth.ts';
import { makeCanvas, type LeatherCanvas } from './leather-canvas.ts';
import { chooseLook, type LeatherLook } from './leather-look.ts';

export interface PasteOptions {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  readonly seed: number;
  /** One object each, in this order. */
  readonly kinds: readonly DefectKind[];
  /** Half of the kinds that close-ups show otherwise than whole hides are drawn as close-ups show them: narrower, and
   *  down to what is just seen in this picture's grain. Default: none. */
  readonly hasCloseUps?: boolean | undefined;
}

export interface PastedPicture {
  readonly rgb: Uint8Array;
  /** Class index a pixel (`DEFECT_KINDS`, 1-based; 0 what the picture was before). */
  readonly mask: Uint8Array;
  readonly defects: readonly TrueDefect[];
}

/** Radius of the blur that parts a picture into grain and ground, mm; at least two pixels. */
const GROUND = 1.2;

const CLOSE_UP: Partial<Record<DefectKind, (canvas: LeatherCanvas, place: Place) => void>> = {
  cut: drawHairCut,
  hole: drawPuncture,
  scratch: drawStripe,
  wrinkle: drawCreaseBand,
};

/** Draws defects into a real picture of good leather (interleaved RGB, all material): its grain is smoothed or stirred
 *  where a defect does that, its colour darkened, lightened or opened. Pixels that no defect touches stay as they were.
 *  Same input, same bytes. About 0.5 µs a pixel.
 *  Real ground with drawn defects teaches more than drawn ground: docs/figures.md, station pack beside shipped pack. */
export function pasteDefects(options: PasteOptions): PastedPicture {
  const { rgb, widthPx, heightPx, mmPerPx, seed } = options;
  const count = widthPx * heightPx;
  const ground = [0, 1, 2].map((channel) => {
    const plane = new Float32Array(count);
    for (let i = 0; i < count; i += 1) plane[i] = rgb[3 * i + channel]!;
    boxBlur(plane, widthPx, heightPx, Math.max(2, Math.round(GROUND / mmPerPx)));
    return plane;
  });
  const look = measuredLook(seededRandom(seed), rgb, ground, mmPerPx);
  // Drawing is a chain of "grain times factor plus shape". Drawn twice, on no grain and on one of height 1, the first
  // gives the shape and the difference the factor, without a second plane in every defect.
  const grainSeen = neighbourContrast(rgb);
  const onNothing = drawAll(options, look, grainSeen, 0);
  const onOne = drawAll(options, look, grainSeen, 1);
  const { relief, lightness, warmth, fibre, open, label } = onNothing;
  const light = (look.lightAngle * Math.PI) / 180;
  const lx = Math.cos(light);
  const ly = -Math.sin(light);
  const below = pick(seededRandom(seed + 1), [
    [205, 206, 204],
    [60, 62, 64],
    [28, 28, 28],
  ] as const);
  const out = rgb.slice();
  for (let v = 0; v < heightPx; v += 1) {
    const up = v > 0 ? widthPx : 0;
    const down = v < heightPx - 1 ? widthPx : 0;
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const left = u > 0 ? 1 : 0;
      const right = u < widthPx - 1 ? 1 : 0;
      const slope =
        ((relief[at - left]! - relief[at + right]!) * lx + (relief[at - up]! - relief[at + down]!) * ly) * 0.5;
      const grain = onOne.relief[at]! - relief[at]!;
      const factor = Math.max(0.06, 1 + lightness[at]! + slope);
      if (factor === 1 && grain === 1 && warmth[at] === 0 && fibre[at] === 0 && open[at] === 0) continue;
      for (let channel = 0; channel < 3; channel += 1) {
        const base = ground[channel]![at]!;
        const tone = channel === 0 ? 1 + warmth[at]! : channel === 2 ? 1 - warmth[at]! : 1;
        const surface = base + (look.fibreColour[channel]! - base) * fibre[at]!;
        const shown = surface * factor * tone + (rgb[3 * at + channel]! - base) * grain;
        const seen = shown * (1 - open[at]!) + below[channel]! * open[at]!;
        out[3 * at + channel] = Math.min(255, Math.max(0, Math.round(seen)));
      }
    }
  }
  return { rgb: out, mask: label, defects: readTruth(onNothing).defects };
}

function drawAll(options: PasteOptions, look: LeatherLook, grainSeen: number, height: number): LeatherCanvas {
  const random = seededRandom(options.seed);
  const canvas = { ...makeCanvas(options, look, random), grainSeen };
  if (height !== 0) canvas.relief.fill(height);
  // Close-ups show parts of defects that run on beyond them, however narrow the picture is.
  const side = (options.hasCloseUps === true ? Math.max : Math.min)(options.widthPx, options.heightPx);
  for (const kind of options.kinds) {
    const isCloseUp = options.hasCloseUps === true && random() < 0.5;
    const place = {
      x: between(random, 0.06, 0.94) * options.widthPx,
      y: between(random, 0.06, 0.94) * options.heightPx,
      spanPx: between(random, 0.25, 0.95) * side,
    };
    const drawCloseUp = isCloseUp ? CLOSE_UP[kind] : undefined;
    if (drawCloseUp) drawCloseUp(canvas, place);
    else drawDefect(canvas, kind, place);
  }
  return canvas;
}

/** Mean difference between neighbours in green, share of the brightness. */
function neighbourContrast(rgb: Uint8Array): number {
  let sum = 0;
  let differences = 0;
  for (let i = 1; i + 3 < rgb.length; i += 3) {
    sum += rgb[i]!;
    differences += Math.abs(rgb[i + 3]! - rgb[i]!);
  }
  return differences / Math.max(1, sum);
}

/** A look whose contrast is that of the picture's own grain, so that defects come out of it as far as in a drawn one. */
function measuredLook(random: Random, rgb: Uint8Array, ground: readonly Float32Array[], mmPerPx: number): LeatherLook {
  const green = ground[1]!;
  let squares = 0;
  let sum = 0;
  for (let i = 0; i < green.length; i += 1) {
    squares += (rgb[3 * i + 1]! - green[i]!) ** 2;
    sum += green[i]!;
  }
  const mean = Math.max(1, sum / green.length);
  const contrast = Math.sqrt(squares / green.length) / mean;
  return { ...chooseLook(random), grainContrast: Math.min(0.8, contrast * 2), grainSize: 3 * mmPerPx, noiseLevels: 1 };
}
