import { fitSurface, surfaceAt } from './fit-surface.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { linearOf } from './colour-lab.ts';

/** How bright the light is at a place of the overview (0..1 across and down), 1 on the mean. */
export type Light = (x: number, y: number) => number;

export const EVEN_LIGHT: Light = () => 1;

const CELL_PX = 12;
/** The hide's shadow reaches this far over the table, mm. */
const SHADOW = 25;
/** Fewer cells of bare table than this tell nothing about the light. */
const LEAST_CELLS = 40;

/** The fall of light over the picture, read off the table that is seen round the hide: the logarithm of its brightness as a
 *  surface of degree 2, marks and lines on it left out. Even light where hardly any table is seen. Only tables of one
 *  colour tell the truth. */
export function lightOfTable(overview: Overview, hide: HideMask): Light {
  const { widthPx, heightPx, rgb } = overview;
  const near = Math.ceil(SHADOW / Math.sqrt(overview.mm2PerPx));
  const xs: number[] = [];
  const ys: number[] = [];
  const logs: number[] = [];
  for (let v = 0; v + CELL_PX <= heightPx; v += CELL_PX)
    for (let u = 0; u + CELL_PX <= widthPx; u += CELL_PX) {
      if (hasHideNear(hide, u, v, near)) continue;
      let sum = 0;
      for (let y = v; y < v + CELL_PX; y += 2)
        for (let x = u; x < u + CELL_PX; x += 2) sum += linearOf(rgb[3 * (y * widthPx + x) + 1]!);
      xs.push(((u + CELL_PX / 2) / widthPx) * 2 - 1);
      ys.push(((v + CELL_PX / 2) / heightPx) * 2 - 1);
      logs.push(Math.log(Math.max(1e-4, sum / (CELL_PX / 2) ** 2)));
    }
  if (logs.length < LEAST_CELLS) return EVEN_LIGHT;
  const x = Float64Array.from(xs);
  const y = Float64Array.from(ys);
  const values = Float64Array.from(logs);
  const weight = new Float64Array(values.length).fill(1);
  let surface = fitSurface({ x, y, weight }, values, 1);
  const out = new Float64Array(1);
  for (let round = 0; round < 3; round += 1) {
    const off = Array.from(values, (value, i) => {
      surfaceAt(surface, x[i]!, y[i]!, out);
      return Math.abs(value - out[0]!);
    });
    const usual = [...off].sort((a, b) => a - b)[off.length >> 1]!;
    off.forEach((d, i) => (weight[i] = d > 4 * usual + 0.005 ? 0 : 1));
    surface = fitSurface({ x, y, weight }, values, 1);
  }
  let mean = 0;
  for (let i = 0; i < values.length; i += 1) {
    surfaceAt(surface, x[i]!, y[i]!, out);
    mean += out[0]! / values.length;
  }
  return (across, down) => {
    surfaceAt(surface, across * 2 - 1, down * 2 - 1, out);
    return Math.exp(Math.min(0.7, Math.max(-0.7, out[0]! - mean)));
  };
}

/** Asks corners, middles and a few pixels round a cell. */
function hasHideNear(hide: HideMask, u: number, v: number, near: number): boolean {
  for (const dy of [-near, 0, CELL_PX - 1, CELL_PX - 1 + near])
    for (const dx of [-near, 0, CELL_PX - 1, CELL_PX - 1 + near]) {
      const x = Math.min(hide.widthPx - 1, Math.max(0, u + dx));
      const y = Math.min(hide.heightPx - 1, Math.max(0, v + dy));
      if (hide.mask[y * hide.widthPx + x] !== 0) return true;
    }
  return false;
}
