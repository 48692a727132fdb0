import { seededRandom } from '#domain/seeded-random.ts';
import { between, smoothStep } from './chance.ts';
import type { HideFrame } from './hide-outline.ts';
import { cellBorderDistance, valueNoise } from './lattice-noise.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** What makes the flanks unfit for the face of a shoe though they are no defect. */
export interface UnevenLook {
  /** By how much the grain there is deeper: 1 = twice as deep. */
  readonly coarser: number;
  /** Brightness there, share: -0.1 is a tenth darker. */
  readonly shade: number;
  /** Redder (positive) or bluer, share. */
  readonly tone: number;
}

/** Draws both flanks (and the armpits, where they bulge inwards) as loose belly: deeper, puckered grain of another shade.
 *  Gives how much of it each pixel has, 0 to 1: the truth that a map of evenness is held against. Linear in pixels. */
export function drawUneven(canvas: LeatherCanvas, frame: HideFrame, look: UnevenLook, seed: number): Float32Array {
  const { widthPx, heightPx, mmPerPx, noise, lightness, warmth, relief } = canvas;
  const random = seededRandom(seed);
  const cell = Math.max(3, between(random, 3, 6) / mmPerPx);
  const shift = random() * 200;
  const depth = look.coarser * canvas.look.grainContrast * cell * 0.22;
  const weight = new Float32Array(widthPx * heightPx);
  for (let v = 0; v < heightPx; v += 1) {
    const wide = Math.abs(v + 0.5 - frame.spineV) / frame.halfWidthPx;
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const along = (u - frame.centreU) / frame.lengthPx + 0.5;
      const ragged = 0.07 * valueNoise(noise, along * 8 + shift, wide * 4);
      const armpit = 0.16 * (bump(along, 0.3) + bump(along, 0.76));
      const share = smoothStep(0.62, 0.72, wide + ragged + armpit);
      if (share === 0) continue;
      weight[at] = share;
      const warp = valueNoise(noise, u / (cell * 3) + shift, v / (cell * 3));
      const pucker = smoothStep(
        0,
        0.5,
        cellBorderDistance(noise, u / cell + warp * 0.5 + shift, v / cell + warp * 0.5),
      );
      relief[at] = relief[at]! * (1 + look.coarser * share) + depth * pucker * share;
      lightness[at] =
        lightness[at]! + look.shade * share - 0.3 * look.coarser * canvas.look.grainContrast * (1 - pucker) * share;
      warmth[at] = warmth[at]! + look.tone * share;
    }
  }
  return weight;
}

function bump(along: number, at: number): number {
  return Math.exp(-0.5 * ((along - at) / 0.05) ** 2);
}
