import { describe, expect, test } from 'vitest';
import { DEFECT_KINDS, DEFECT_QUALITY, OUTSIDE_INDEX, maskIndexOf } from '#synth/defect-kinds.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import type { Ring } from '#domain/ring.ts';

function areaOf(ring: Ring): number {
  let twice = 0;
  ring.forEach(([x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length]!;
    twice += x * ny - nx * y;
  });
  return Math.abs(twice) / 2;
}

const small = { mmPerPx: 4, seed: 11 } as const;

describe('a drawn hide', () => {
  test('is the same for the same seed and another for another', () => {
    const first = drawHide(small);
    expect(drawHide(small)).toEqual(first);
    expect(drawHide({ ...small, seed: 12 }).rgb).not.toEqual(first.rgb);
  });

  test('has an outline whose area is that of the hide pixels in the mask', () => {
    const hide = drawHide(small);
    const inside = hide.mask.filter((index) => index !== OUTSIDE_INDEX).length * 16;
    expect(areaOf(hide.truth.outline) / inside).toBeCloseTo(1, 2);
    expect(inside / 1e6).toBeGreaterThan(1.5);
    expect(inside / 1e6).toBeLessThan(3.2);
  });

  test('lists every labelled pixel of two or more in a defect of that class, with its quality', () => {
    const hide = drawHide(small);
    for (const kind of DEFECT_KINDS) {
      const pixels = hide.mask.filter((index) => index === maskIndexOf(kind)).length;
      const listed = hide.truth.defects.filter((defect) => defect.class === kind);
      const area = listed.reduce((sum, defect) => sum + defect.areaMm2, 0);
      expect(area).toBeLessThanOrEqual(pixels * 16 + 1e-6);
      expect(area).toBeGreaterThanOrEqual(pixels * 16 * 0.9 - 160);
      for (const defect of listed) expect(defect.quality).toBe(DEFECT_QUALITY[kind]);
    }
  });

  test('has its truth in mm with y up: the centre of an open hole is a hole in the mask', () => {
    const hide = drawHide({ seed: 5, mmPerPx: 2, counts: { hole: 8 } });
    expect(hide.truth.holes.length).toBeGreaterThan(1);
    for (const ring of hide.truth.holes) {
      const x = ring.reduce((sum, point) => sum + point[0], 0) / ring.length;
      const y = ring.reduce((sum, point) => sum + point[1], 0) / ring.length;
      const u = Math.floor(x / 2);
      const v = Math.floor(hide.heightPx - y / 2);
      expect(hide.mask[v * hide.widthPx + u]).toBe(maskIndexOf('hole'));
    }
  });
});

describe('a drawn tile', () => {
  test('marks only what it was asked to draw', () => {
    for (const kind of DEFECT_KINDS) {
      const tile = drawLeatherTile({ seed: 3, sizePx: 128, mmPerPx: 0.3, kinds: [kind] });
      expect(new Set(tile.mask)).toEqual(new Set([0, maskIndexOf(kind)]));
    }
  });

  test('shows a cut darker or lighter than its surroundings, where the mask says so', () => {
    let clear = 0;
    for (let seed = 0; seed < 40; seed += 1) {
      const tile = drawLeatherTile({ seed, sizePx: 128, mmPerPx: 0.25, kinds: ['cut'] });
      let inside = 0;
      let outside = 0;
      let count = 0;
      for (let i = 0; i < tile.mask.length; i += 1) {
        if (tile.mask[i] === 0) outside += tile.rgb[3 * i + 1]!;
        else {
          inside += tile.rgb[3 * i + 1]!;
          count += 1;
        }
      }
      const mean = outside / (tile.mask.length - count);
      if (Math.abs(inside / count - mean) / mean > 0.02) clear += 1;
    }
    expect(clear).toBeGreaterThan(28);
  });
});
