import type { Point, Ring } from '#domain/ring.ts';
import { labelPlace, rimDistance } from './label-place.ts';

export interface FittedLabel {
  readonly text: string;
  /** Of the type, in the ring's unit. */
  readonly size: number;
  /** Degrees that the text is turned by, counter-clockwise. */
  readonly angle: number;
}

interface LabelRoom {
  readonly ring: Ring;
  readonly holes: readonly Ring[];
  /** In the ring's unit: no type is smaller or larger. */
  readonly least: number;
  readonly most: number;
  /** Width of a text in a type of 1. */
  readonly widthOf: (text: string) => number;
}

/** Share of the free length that a text takes, and of the free height in a piece with no more room than that. */
const WIDTH_SHARE = 0.84;
const HEIGHT_SHARE = 0.9;
/** Level text in a turned piece comes near its slanted sides above and below the middle. */
const LEVEL_SHARE = 0.85;
/** From so many times the least type a piece keeps air round its words. */
const ROOMY = 1.5;

/** The first of the texts that a piece has room for, level or along its long side; null where it has none. */
export function fitLabel(texts: readonly string[], room: LabelRoom): FittedLabel | null {
  const { ring, holes, least, most, widthOf } = room;
  const place = labelPlace(ring, holes);
  const high = 2 * place.radius;
  for (const text of new Set(texts)) {
    if (text === '') continue;
    for (const angle of new Set([0, place.angle])) {
      const free = angle === place.angle ? place.length : place.level * LEVEL_SHARE;
      const byWidth = (free * WIDTH_SHARE) / Math.max(widthOf(text), 0.01);
      const byHeight = high >= ROOMY * least ? Math.max(least, high * 0.5) : least;
      const size = Math.min(most, byWidth, byHeight);
      if (size < least) continue;
      if (high < ROOMY * least && !isInNarrow(text, least, angle, room)) continue;
      return { text, size, angle };
    }
  }
  return null;
}

/** Whether a text fills no more than its share of a narrow piece's height, at its ends as in its middle. */
function isInNarrow(text: string, size: number, angle: number, { ring, holes, widthOf }: LabelRoom): boolean {
  const { at, radius } = labelPlace(ring, holes);
  const tall = textHeight(text) * size;
  if (tall > 2 * radius * HEIGHT_SHARE) return false;
  const turn = (angle * Math.PI) / 180;
  const reach = (widthOf(text) * size - tall) / 2;
  if (reach <= 0) return true;
  return [-reach, reach].every((along) => {
    const end: Point = [at[0] + along * Math.cos(turn), at[1] + along * Math.sin(turn)];
    return [ring, ...holes].every((one) => rimDistance(one, end) >= tall / 2);
  });
}

/** Height of a text round the middle of its capitals, in a type of 1: Inter's capitals and figures are 0.73 high, and what
 *  hangs below the line or stands over it takes as much again on either side. */
function textHeight(text: string): number {
  return /^[A-Z\da-fhik-or-xz .]+$/.test(text) ? 0.73 : 1.14;
}
