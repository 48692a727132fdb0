import type { Point } from '#domain/ring.ts';
import type { Random } from '#domain/ports.ts';
import { pick } from './chance.ts';

type Stroke = readonly Point[];

function arc(x: number, y: number, radius: number, from: number, to: number): Stroke {
  const steps = 28;
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });
}

/** Signs in a square from -1 to 1; rings, letters and bars, as irons have. */
const GLYPHS: readonly (readonly Stroke[])[] = [
  [arc(0, 0, 0.85, 0, 360)],
  [
    [
      [-0.7, 0],
      [0.75, 0],
    ],
    arc(0, 0, 0.75, 0, -310),
  ],
  [arc(0, 0, 0.8, 40, 320)],
  [
    [
      [-0.6, 0.9],
      [0, -0.9],
      [0.6, 0.9],
    ],
    [
      [-0.35, 0.25],
      [0.35, 0.25],
    ],
  ],
  [
    [
      [-0.6, -0.9],
      [-0.6, 0.9],
    ],
    [
      [0.6, -0.9],
      [0.6, 0.9],
    ],
    [
      [-0.6, 0],
      [0.6, 0],
    ],
  ],
  [
    [
      [-0.5, -0.9],
      [-0.5, 0.9],
    ],
    arc(-0.5, -0.42, 0.48, -90, 90),
  ],
  [
    [
      [-0.7, -0.8],
      [0.7, 0.8],
    ],
    [
      [0.7, -0.8],
      [-0.7, 0.8],
    ],
  ],
  [
    arc(0, -0.25, 0.55, 0, 360),
    [
      [0, 0.3],
      [0, 0.95],
    ],
  ],
];

/** Strokes of one sign. */
export function brandGlyph(random: Random): readonly Stroke[] {
  return pick(random, GLYPHS);
}
