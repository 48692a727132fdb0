import { describe, expect, test } from 'vitest';
import { DEFECT_KINDS, DEFECT_QUALITY, OUTSIDE_INDEX, maskIndexOf } from '#synth/defect-kinds.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { drawSampleHide } from '#synth/sample-hide.ts';
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

  test.each(DEFECT_KINDS)('marks a %s where it is seen and nowhere else', (kind) => {
    // Without noise and light, two tiles of a seed differ by the defect alone.
    const look = { noiseLevels: 0, lightFall: 0, vignette: 0, dust: 0, blur: 0 };
    const sizePx = 160;
    let near = 0;
    let all = 0;
    let seen = 0;
    let marked = 0;
    for (let seed = 0; seed < 12; seed += 1) {
      const { rgb, mask } = drawLeatherTile({ seed, sizePx, mmPerPx: 0.3, look, kinds: [kind] });
      const bare = drawLeatherTile({ seed, sizePx, mmPerPx: 0.3, look, kinds: [] }).rgb;
      for (let i = 0; i < mask.length; i += 1) {
        const change = Math.max(...[0, 1, 2].map((c) => Math.abs(rgb[3 * i + c]! - bare[3 * i + c]!)));
        if (mask[i] !== 0) marked += 1;
        if (change < 2) continue;
        all += change;
        if (mask[i] !== 0) seen += 1;
        if ([0, 1, -1, sizePx, -sizePx].some((step) => mask[i + step] !== 0 && mask[i + step] !== undefined))
          near += change;
      }
    }
    expect(near / all).toBeGreaterThan(0.8);
    expect(seen / marked).toBeGreaterThan(0.6);
  });
});

describe('the sample hide', () => {
  test('offers every grade below the best, and open holes', () => {
    const { truth } = drawSampleHide(undefined, 2);
    expect(new Set(truth.defects.map((defect) => defect.quality))).toEqual(new Set([0, 1, 2, 3]));
    expect(truth.holes.length).toBeGreaterThan(0);
  });
});

test('a side has a straight spine and half the area', () => {
  const side = drawHide({ ...small, shape: 'side' });
  const whole = drawHide(small);
  expect(side.heightPx).toBe(250);
  expect(areaOf(side.truth.outline) / areaOf(whole.truth.outline)).toBeGreaterThan(0.4);
  expect(areaOf(side.truth.outline) / areaOf(whole.truth.outline)).toBeLessThan(0.75);
  const low = side.truth.outline.filter(([x]) => x > 500 && x < 1700).map(([, y]) => y);
  const spine = low.filter((y) => y < 200);
  expect(Math.max(...spine) - Math.min(...spine)).toBeLessThan(60);
});
