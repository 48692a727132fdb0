import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { drawVisibly } from '../../src/synth/draw-visibly.ts';
import { beginObject, makeCanvas, type LeatherCanvas } from '../../src/synth/leather-canvas.ts';
import { chooseLook } from '../../src/synth/leather-look.ts';

const sizePx = 120;

/** Leather whose brightness scatters by `grain` (each pixel its own). */
function leather(grain: number): LeatherCanvas {
  const random = seededRandom(5);
  const look = { ...chooseLook(random), noiseLevels: 0.1 };
  const canvas = makeCanvas({ widthPx: sizePx, heightPx: sizePx, mmPerPx: 1 }, look, random);
  for (let i = 0; i < sizePx * sizePx; i += 1) canvas.lightness[i] = (random() - 0.5) * 2 * grain;
  return canvas;
}

/** Darkens a line of 40 x 2 px in the middle by `depth`, drawn visibly; gives how much darker it became in the mean. */
function darkened(canvas: LeatherCanvas, depth: number, isOpen = false): number {
  const before = canvas.lightness.slice();
  drawVisibly(canvas, { x: 60, y: 60, spanPx: 60 }, () => {
    const mark = beginObject(canvas, 'cut', isOpen);
    for (let u = 40; u < 80; u += 1)
      for (const v of [60, 61]) {
        canvas.lightness[v * sizePx + u]! -= depth;
        mark(v * sizePx + u);
      }
  });
  let sum = 0;
  for (let u = 40; u < 80; u += 1)
    for (const v of [60, 61]) sum += before[v * sizePx + u]! - canvas.lightness[v * sizePx + u]!;
  return sum / 80;
}

describe('a mark that is drawn visibly', () => {
  test('becomes as strong as rough grain asks', () => {
    const grain = 0.4;
    const faint = darkened(leather(grain), 0.1);
    expect(faint).toBeGreaterThan(0.2);
    // What it comes to does not hang on how faint it was.
    expect(darkened(leather(grain), 0.15)).toBeCloseTo(faint, 3);
    // Twice the grain asks for twice the mark.
    expect(darkened(leather(grain / 2), 0.1) / faint).toBeCloseTo(0.5, 1);
  });

  test('stays as drawn where it stands out, and where it is open', () => {
    expect(darkened(leather(0.01), 0.1)).toBeCloseTo(0.1, 6);
    expect(darkened(leather(0.4), 0.01, true)).toBeCloseTo(0.01, 6);
  });

  test('is made at most four times stronger', () => {
    expect(darkened(leather(0.4), 0.01)).toBeCloseTo(0.04, 6);
  });

  test('changes no pixel that was not drawn on', () => {
    const canvas = leather(0.4);
    const before = canvas.lightness.slice();
    darkened(canvas, 0.05);
    const changed = canvas.lightness.reduce((n, v, i) => n + (v === before[i] ? 0 : 1), 0);
    expect(changed).toBe(80);
  });
});
