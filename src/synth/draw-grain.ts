import { smoothStep } from './chance.ts';
import { flowOffsetPx, type GrainFlow } from './grain-flow.ts';
import { cellBorderDistance, fractalNoise, valueNoise } from './lattice-noise.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** Grains below this many pixels cannot be resolved by the camera: their contrast fades with their size. */
const RESOLVED_PX = 2.5;

/** Fills relief and lightness of the whole canvas with the hide's own texture, its grains along bent lines where there is
 *  a `flow`. Linear in pixels, about 0.3 µs each. */
export function drawGrain(canvas: LeatherCanvas, flow: GrainFlow | null = null): void {
  const { widthPx, heightPx, mmPerPx, look, noise, relief, lightness, warmth, random } = canvas;
  const sizePx = look.grainSize / mmPerPx;
  const cellPx = Math.max(sizePx, look.grain === 'nubuck' ? 1.2 : 1.6);
  const seen = look.grain === 'nubuck' ? Math.min(1, sizePx / 1.2) : Math.min(1, sizePx / RESOLVED_PX) ** 0.7;
  const depth = look.grainContrast * seen * cellPx * 0.45;
  const angle = (look.grainAngle * Math.PI) / 180;
  const along = 1 / (cellPx * look.grainStretch);
  const across = 1 / cellPx;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const ox = random() * 200;
  const oy = random() * 200;
  const warpScale = 1 / (cellPx * 4);
  const creaseScale = 1 / Math.max(3, 5 / mmPerPx);
  const creaseDepth = look.grain === 'smooth' ? look.grainContrast * 0.9 : 0;
  const broad = 1 / Math.max(12, 90 / mmPerPx);
  const finest = 1 / Math.max(4, 14 / mmPerPx);
  // The camera sees buffed fibres by their colour more than by their slope.
  const flat = look.grain === 'nubuck' ? 0.55 : 0.3;
  for (let v = 0; v < heightPx; v += 1) {
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const warp = valueNoise(noise, u * warpScale + ox, v * warpScale);
      const x = (u * cos + v * sin) * along + warp * 0.5 + ox;
      const bent = flow === null ? 0 : flowOffsetPx(flow, u, v, mmPerPx);
      const y = (v * cos - u * sin + bent) * across + warp * 0.35 + oy;
      let height: number;
      if (look.grain === 'pebble') {
        const border = cellBorderDistance(noise, x, y);
        height = smoothStep(0, 0.55, border) + 0.35 * valueNoise(noise, x * 0.45, y * 0.45);
      } else if (look.grain === 'nubuck') {
        const rough = valueNoise(noise, x * 1.4, y * 1.4) + 0.55 * valueNoise(noise, x * 0.65 + 31, y * 0.65);
        height = rough * 0.9;
        const pit = smoothStep(0.5, 1.15, -rough);
        lightness[at] = lightness[at]! - pit * look.grainContrast * 1.3 * seen;
      } else {
        height = 0.6 * valueNoise(noise, x * 1.3, y * 1.3) + 0.5 * valueNoise(noise, x * 0.5 + 77, y * 0.5);
        // Straight grain is drawn as ever; along a flow the creases run with the grains.
        const [creaseX, creaseY] =
          flow === null
            ? [u * creaseScale, v * creaseScale * 0.7]
            : [((u * cos + v * sin) * creaseScale) / look.grainStretch, (v * cos - u * sin + bent) * creaseScale];
        const border = cellBorderDistance(noise, creaseX + warp * 0.4, creaseY + oy + warp * 0.4);
        const crease = 1 - smoothStep(0, 0.09, border);
        lightness[at] =
          lightness[at]! -
          crease * creaseDepth * smoothStep(-0.1, 0.6, valueNoise(noise, u * finest * 0.6, v * finest * 0.6 + 9));
      }
      relief[at] = relief[at]! + height * depth;
      const blotch = fractalNoise(noise, u * broad + oy, v * broad + ox, 3);
      const fine = valueNoise(noise, u * finest, v * finest + ox);
      lightness[at] = lightness[at]! + look.mottle * (blotch + 0.35 * fine) + height * look.grainContrast * flat * seen;
      warmth[at] = warmth[at]! + look.colourDrift * blotch;
    }
  }
}
