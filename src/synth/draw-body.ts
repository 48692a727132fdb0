import { between, normal, smoothStep } from './chance.ts';
import type { HideFrame } from './hide-outline.ts';
import { valueNoise } from './lattice-noise.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** What tells where on the animal a place is, and is no defect: the line of the spine, belly and legs of another tone and
 *  coarser grain, broad soft folds across the neck. Linear in pixels. */
export function drawBody(canvas: LeatherCanvas, frame: HideFrame): void {
  const { widthPx, heightPx, mmPerPx, random, noise, lightness, relief, look } = canvas;
  const spine = between(random, 0, 0.05);
  const spinePx = between(random, 18, 40) / mmPerPx;
  const belly = normal(random) * 0.045;
  const coarser = between(random, 0, 0.5);
  const folds = between(random, 0, 0.035) + look.mottle * 0.2;
  const foldPx = between(random, 45, 90) / mmPerPx;
  const seed = random() * 200;
  for (let v = 0; v < heightPx; v += 1) {
    const offRow = v + 0.5 - frame.spineV;
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const along = (u - frame.centreU) / frame.lengthPx + 0.5;
      const bent = offRow + spinePx * 0.5 * valueNoise(noise, along * 6 + seed, 1);
      const wide = Math.abs(offRow) / frame.halfWidthPx;
      const back = Math.exp(-0.5 * (bent / spinePx) ** 2);
      const flank = smoothStep(0.45, 0.95, wide + 0.08 * valueNoise(noise, along * 9 + seed, wide * 5));
      const neck = 1 - smoothStep(0.1, 0.32, along);
      const fold =
        neck * valueNoise(noise, u / foldPx + 0.25 * valueNoise(noise, u / 90 + seed, v / 90) + seed, v / (foldPx * 7));
      lightness[at] = lightness[at]! - spine * back + belly * flank + folds * fold;
      relief[at] = relief[at]! * (1 + coarser * flank);
    }
  }
}
