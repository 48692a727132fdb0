import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Ring } from '../../src/domain/ring.ts';
import { hasCrossing } from '../../src/geometry/simplify-ring.ts';
import { findHide } from '../../src/inspect/find-hide.ts';
import { mostGainfulPath } from '../../src/inspect/most-gainful-path.ts';
import { settleOutline } from '../../src/inspect/settle-outline.ts';
import { drawHide } from '../../src/synth/draw-hide.ts';
import type { HideOptions } from '../../src/synth/draw-hide.ts';
import { boundaryDistance } from '../../src/tune/outline-distance.ts';

const SMALL = { width: 600, height: 460, mmPerPx: 1 } as const;

function settled(options: HideOptions) {
  const drawn = drawHide(options);
  const overview = { ...drawn, mm2PerPx: drawn.mmPerPx ** 2 };
  const found = findHide(overview);
  const hide = settleOutline(overview, found, found);
  const inMm = Array.from({ length: hide.ring.length / 2 }, (_, i) => [
    hide.ring[2 * i]! * drawn.mmPerPx,
    (drawn.heightPx - hide.ring[2 * i + 1]!) * drawn.mmPerPx,
  ]) as unknown as Ring;
  return { drawn, found, hide, distance: boundaryDistance([inMm], [drawn.truth.outline]) };
}

describe('the settled outline', () => {
  // Colours alone left 95 of 100 places within 1.5, .8 and 6 mm on hides of twice the size.
  test.each([
    ['off-white leather on pale grey', 1.1, [222, 214, 200], [226, 226, 222]],
    ['tan leather on wood', 1.1, [184, 130, 88], [186, 150, 110]],
    ['black leather on dark grey, whose shadow is of its colour', 2.6, [44, 45, 48], [70, 72, 76]],
  ] as const)('lies where the edge is: %s, 95 of 100 places within %f mm', (_name, limit, colour, of) => {
    const table = { colour: of, texture: 0.02, lines: 0 };
    const found = [41, 42, 43].map((seed) => settled({ ...SMALL, seed, look: { colour }, table }).distance.p95);
    expect(found.reduce((sum, p95) => sum + p95, 0) / 3).toBeLessThan(limit);
  });

  test.each([3, 5, 8])('leaves a slit of %i mm open that runs in from the rim', (width) => {
    for (const seed of [42, 43, 9008]) {
      const drawn = drawHide({ ...SMALL, seed, counts: {} });
      const { rgb, mask, widthPx, heightPx } = drawn;
      const left = Math.round(widthPx * 0.45);
      const top = mask.findIndex((kind, i) => i % widthPx === left && kind !== 255) / widthPx;
      const slit: number[] = [];
      for (let y = Math.ceil(top); y < top + 90; y += 1)
        for (let x = left; x < left + width; x += 1) if (mask[y * widthPx + x] !== 255) slit.push(y * widthPx + x);
      // The table as it is in the picture's corner, in the slit's own shadow.
      for (const i of slit) for (let c = 0; c < 3; c += 1) rgb[3 * i + c] = rgb[c]! * 0.8 + ((i * 7) % 5);
      const found = findHide({ rgb, widthPx, heightPx, mm2PerPx: 1 });
      const after = settleOutline({ rgb, widthPx, heightPx, mm2PerPx: 1 }, found, found);
      const claimed = (m: Uint8Array) => slit.reduce((sum, i) => sum + m[i]!, 0) / slit.length;
      expect(claimed(after.mask)).toBeLessThan(claimed(found.mask) + 0.05);
      expect(claimed(after.mask)).toBeLessThan(0.3);
    }
  });

  test.each([3, 5])('takes nothing of another hide that lies %i mm off', (gap) => {
    const { rgb, mask, widthPx, heightPx } = drawHide({ ...SMALL, seed: 42, counts: {} });
    const cut = Math.round(widthPx * 0.6);
    const other: number[] = [];
    for (let i = 0; i < mask.length; i += 1) {
      if (i % widthPx < cut) continue;
      if (i % widthPx >= cut + gap) other.push(i);
      else for (let c = 0; c < 3; c += 1) rgb[3 * i + c] = rgb[c]! + ((i * 7) % 5);
    }
    const found = findHide({ rgb, widthPx, heightPx, mm2PerPx: 1 });
    const after = settleOutline({ rgb, widthPx, heightPx, mm2PerPx: 1 }, found, found);
    expect(other.reduce((sum, i) => sum + after.mask[i]!, 0)).toBe(0);
  });

  test.each([4, 7])('claims no table beside a leg of %i mm', (width) => {
    const { rgb, mask, widthPx, heightPx } = drawHide({
      ...SMALL,
      seed: 21,
      counts: {},
      look: { colour: [40, 40, 44] },
      table: { colour: [150, 146, 138], texture: 0.05, lines: 0 },
    });
    const left = Math.round(widthPx * 0.45);
    const top = mask.findIndex((kind, i) => i % widthPx === left && kind !== 255) / widthPx;
    for (let y = Math.max(4, Math.ceil(top) - 40); y < top + 3; y += 1)
      for (let x = left; x < left + width; x += 1) {
        const [to, from] = [y * widthPx + x, (y + 120) * widthPx + x];
        mask[to] = 0;
        for (let c = 0; c < 3; c += 1) rgb[3 * to + c] = rgb[3 * from + c]!;
      }
    const found = findHide({ rgb, widthPx, heightPx, mm2PerPx: 1 });
    const after = settleOutline({ rgb, widthPx, heightPx, mm2PerPx: 1 }, found, found);
    // Two pixels from all leather is table.
    for (let i = 0; i < mask.length; i += 1) {
      if (after.mask[i] === 0 || mask[i] !== 255) continue;
      const near = [-1, 1, -widthPx, widthPx, -widthPx - 1, widthPx + 1, 1 - widthPx, widthPx - 1];
      expect(near.some((step) => mask[i + step] !== 255)).toBe(true);
    }
  });

  test('never crosses itself, and its mask has the pixels inside it but for openings', () => {
    for (const seed of [51, 52, 53]) {
      const { hide } = settled({ ...SMALL, seed });
      expect(hasCrossing([hide.ring])).toBe(false);
      const count = hide.mask.reduce((sum, v) => sum + v, 0);
      expect(count).toBeLessThanOrEqual(hide.insidePx);
      expect(count).toBeGreaterThan(0.98 * hide.insidePx);
    }
  });

  test('leaves openings as they are', () => {
    const { drawn, found } = settled({ ...SMALL, seed: 51, counts: {} });
    const middle = { left: 280, right: 300, top: 220, bottom: 240 };
    const isOpening = (i: number) => {
      const [u, v] = [i % SMALL.width, Math.floor(i / SMALL.width)];
      return u >= middle.left && u < middle.right && v >= middle.top && v < middle.bottom;
    };
    const open = { ...found, mask: found.mask.map((v, i) => (isOpening(i) ? 0 : v)) };
    const after = settleOutline({ ...drawn, mm2PerPx: 1 }, open, found).mask;
    const whole = settleOutline({ ...drawn, mm2PerPx: 1 }, found, found).mask;
    expect(after).toEqual(whole.map((v, i) => (isOpening(i) ? 0 : v)));
  });

  test('stays in the picture where leather touches its border', () => {
    const [widthPx, heightPx] = [200, 120];
    const mask = new Uint8Array(widthPx * heightPx);
    const rgb = new Uint8Array(3 * mask.length).fill(200);
    for (let v = 0; v < 80; v += 1)
      for (let u = 40; u < 160; u += 1) {
        mask[v * widthPx + u] = 1;
        rgb.fill(60, 3 * (v * widthPx + u), 3 * (v * widthPx + u) + 3);
      }
    const { table } = findHide({ ...drawHide({ ...SMALL, seed: 51 }), mm2PerPx: 1 });
    const { ring } = settleOutline(
      { rgb, widthPx, heightPx, mm2PerPx: 1 },
      { mask, widthPx, heightPx },
      { table, beside: new Uint8Array(mask.length) },
    );
    for (let i = 0; i < ring.length; i += 2) {
      expect(ring[i]).toBeGreaterThanOrEqual(0);
      expect(ring[i]).toBeLessThanOrEqual(widthPx);
      expect(ring[i + 1]).toBeGreaterThanOrEqual(0);
      expect(ring[i + 1]).toBeLessThanOrEqual(heightPx);
    }
  });

  test('of a speck is its own', () => {
    const mask = new Uint8Array(400);
    for (const i of [189, 190, 209, 210]) mask[i] = 1;
    const overview = { rgb: new Uint8Array(1200).fill(90), widthPx: 20, heightPx: 20, mm2PerPx: 1 };
    const { table } = findHide({ ...drawHide({ ...SMALL, seed: 51 }), mm2PerPx: 1 });
    expect(
      settleOutline(overview, { mask, widthPx: 20, heightPx: 20 }, { table, beside: new Uint8Array(400) }).mask,
    ).toEqual(mask);
  });
});

describe('the closed path of most gain', () => {
  test('takes steps of one choice at most, and no other path of the kind gains more', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 6 }).chain((places) =>
          fc.record({
            places: fc.constant(places),
            gain: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 3 * places, maxLength: 3 * places }),
          }),
        ),
        fc.integer({ min: 0, max: 5 }),
        ({ places, gain }, ease) => {
          // The same places ten times round: the path there is as good as on any of them.
          const rounds = 10;
          const path = mostGainfulPath(
            Float32Array.from(Array.from({ length: rounds }, () => gain).flat()),
            places * rounds,
            ease,
          );
          for (let i = 0; i + 1 < path.length; i += 1) expect(Math.abs(path[i + 1]! - path[i]!)).toBeLessThanOrEqual(1);
          expect(worth(path, gain, ease) / rounds).toBeGreaterThanOrEqual(
            bestOf(gain, places, ease) - 1e-6 - (3 * ease + 40) / rounds,
          );
        },
      ),
    );
  });
});

function worth(path: ArrayLike<number>, gain: readonly number[], ease: number): number {
  let sum = 0;
  for (let i = 0; i < path.length; i += 1) {
    sum += gain[(3 * i + path[i]!) % gain.length]!;
    sum -= ease * Math.abs(path[(i + 1) % path.length]! - path[i]!);
  }
  return sum;
}

/** The best of all closed paths, each tried. */
function bestOf(gain: readonly number[], places: number, ease: number): number {
  let best = -Infinity;
  for (let code = 0; code < 3 ** places; code += 1) {
    const path = Array.from({ length: places }, (_, i) => Math.floor(code / 3 ** i) % 3);
    const isSmooth = path.every((k, i) => Math.abs(path[(i + 1) % places]! - k) <= 1);
    if (isSmooth) best = Math.max(best, worth(path, gain, ease));
  }
  return best;
}
