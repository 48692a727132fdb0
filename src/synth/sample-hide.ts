import { drawHide, type DrawnHide } from './draw-hide.ts';

/** The hide that the first run shows: drawn at start, so that no picture lies in the repository. */
export const SAMPLE_HIDE_SEED = 11;

/** Cognac leather on a light table; has defects of every quality from 0 to 3. */
export function drawSampleHide(seed = SAMPLE_HIDE_SEED, mmPerPx = 1): DrawnHide {
  return drawHide({
    seed,
    mmPerPx,
    look: {
      colour: [176, 116, 74],
      grain: 'pebble',
      grainSize: 1.4,
      grainContrast: 0.12,
      colourDrift: 0.012,
      mottle: 0.05,
      lightFall: 0.06,
      vignette: 0.08,
      lightAngle: 125,
      dust: 0.15,
      exposure: 1,
      blur: 0.05,
      noiseLevels: 1.5,
    },
    table: { colour: [196, 202, 206], texture: 0.012, lines: 100 },
    counts: { loose: 1, stain: 1, vein: 1, wrinkle: 5, brand: 1, scar: 3, scratch: 4, tick: 2, cut: 2, hole: 3 },
  });
}
