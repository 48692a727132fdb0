import type { Random } from '#domain/ports.ts';
import { between, logBetween, pick } from './chance.ts';

/** smooth: finished, faint creases; pebble: round grains with creases between; nubuck: buffed, rough, dark pits. */
export type GrainKind = 'smooth' | 'pebble' | 'nubuck';

/** What makes one hide look different from the next. Colours are sRGB 0..255. */
export interface LeatherLook {
  readonly colour: readonly [number, number, number];
  readonly fibreColour: readonly [number, number, number];
  readonly grain: GrainKind;
  /** Size of one grain. */
  readonly grainSize: number;
  /** Contrast that the grain's relief gives, share of the brightness. */
  readonly grainContrast: number;
  /** Direction in which grains are drawn out, degrees, and by how much (1 = round). */
  readonly grainAngle: number;
  readonly grainStretch: number;
  /** Where the light comes from, degrees in the picture, counter-clockwise from right. */
  readonly lightAngle: number;
  /** Share of the light that comes from there; default 1. 0: a dome, which shows no slopes. */
  readonly sideLight?: number;
  /** Brightness drift over the hide and over 20 to 200 mm, share. */
  readonly mottle: number;
  readonly colourDrift: number;
  /** Fall of light over the picture, share at the far corner. */
  readonly lightFall: number;
  readonly vignette: number;
  readonly noiseLevels: number;
  /** Weight of each of the four neighbours in the camera's blur; negative sharpens. */
  readonly blur: number;
  /** White specks and dark specks a 100 x 100 px. */
  readonly dust: number;
  readonly exposure: number;
}

const COLOURS: readonly (readonly [number, number, number])[] = [
  [205, 197, 183],
  [222, 203, 172],
  [214, 186, 150],
  [184, 130, 88],
  [152, 92, 56],
  [120, 80, 58],
  [86, 66, 56],
  [88, 78, 76],
  [112, 113, 114],
  [108, 112, 119],
  [70, 74, 78],
  [44, 45, 48],
  [168, 66, 58],
  [96, 60, 58],
  [148, 166, 182],
  [78, 92, 72],
  [134, 118, 110],
];

/** Draws a look: half of the hides smooth, the rest pebbled or buffed; colours from pale to black, grey to strong. */
export function chooseLook(random: Random): LeatherLook {
  const from = pick(random, COLOURS);
  const jitter = () => between(random, -9, 9);
  const lift = between(random, -12, 12);
  const grey = (from[0] + from[1] + from[2]) / 3;
  const strength = Math.min(1, between(random, 0.05, 1.25));
  const tone = (value: number) => grey + (value - grey) * strength + lift + jitter() * (0.3 + 0.7 * strength);
  const colour = [tone(from[0]), tone(from[1]), tone(from[2])] as const;
  const grain = pick<GrainKind>(random, ['smooth', 'smooth', 'pebble', 'nubuck']);
  const fibre = between(random, 150, 205);
  return {
    colour,
    fibreColour: [fibre + 16, fibre, fibre - between(random, 10, 45)],
    grain,
    grainSize: GRAIN_SIZE[grain](random),
    grainContrast: GRAIN_CONTRAST[grain](random),
    grainAngle: between(random, 0, 180),
    grainStretch: random() < 0.5 ? 1 : between(random, 1.1, 1.8),
    lightAngle: between(random, 0, 360),
    mottle: logBetween(random, 0.004, 0.06),
    colourDrift: between(random, 0, 0.015),
    lightFall: 0.16 * random() ** 2,
    vignette: 0.14 * random() ** 2,
    noiseLevels: logBetween(random, 0.7, 3.5),
    blur: grain === 'nubuck' ? between(random, -0.2, 0.08) : between(random, -0.16, 0.16),
    dust: random() < 0.35 ? 0 : logBetween(random, 0.1, 4),
    exposure: between(random, 0.9, 1.08),
  };
}

const GRAIN_SIZE: Readonly<Record<GrainKind, (random: Random) => number>> = {
  smooth: (random) => logBetween(random, 0.4, 1.3),
  pebble: (random) => logBetween(random, 0.7, 2.2),
  nubuck: (random) => logBetween(random, 0.2, 0.7),
};

const GRAIN_CONTRAST: Readonly<Record<GrainKind, (random: Random) => number>> = {
  smooth: (random) => logBetween(random, 0.015, 0.08),
  pebble: (random) => logBetween(random, 0.05, 0.28),
  nubuck: (random) => logBetween(random, 0.15, 0.8),
};
