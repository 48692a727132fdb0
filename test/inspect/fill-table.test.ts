import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { fillTable, prepareFill } from '../../src/inspect/fill-table.ts';
import { grainDonors } from '../../src/inspect/grain-donors.ts';

const SIZE = 240;
const PICTURE = { widthPx: SIZE, heightPx: SIZE };

/** Leather of one colour with a grain of +-40 levels, in a disc of radius 80 on a black table. */
function grainedDisc() {
  const random = seededRandom(7);
  const mask = new Uint8Array(SIZE * SIZE);
  const rgb = new Uint8Array(3 * mask.length);
  for (let i = 0; i < mask.length; i += 1) {
    const r = Math.hypot((i % SIZE) - SIZE / 2 + 0.5, Math.floor(i / SIZE) - SIZE / 2 + 0.5);
    if (r > 80) continue;
    mask[i] = 1;
    rgb.fill(140 + Math.round((random() - 0.5) * 80), 3 * i, 3 * i + 3);
  }
  return { rgb, mask };
}

function filled(rgb: Uint8Array, mask: Uint8Array) {
  const fill = prepareFill({ rgb, ...PICTURE, mm2PerPx: 1 }, { mask, ...PICTURE });
  const out = rgb.slice();
  fillTable(out, { leftPx: 0, topPx: 0, ...PICTURE }, PICTURE, fill);
  return { fill, out };
}

/** Mean and standard deviation of a channel over a ring round the disc. */
function levelsAt(rgb: Uint8Array, from: number, to: number) {
  const values: number[] = [];
  for (let i = 0; i < SIZE * SIZE; i += 1) {
    const r = Math.hypot((i % SIZE) - SIZE / 2 + 0.5, Math.floor(i / SIZE) - SIZE / 2 + 0.5);
    if (r >= from && r < to) values.push(rgb[3 * i]!);
  }
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length) };
}

describe('the table round a hide, filled in', () => {
  test('has the leather’s colour and, near it, the leather’s grain', () => {
    const { rgb, mask } = grainedDisc();
    const { out } = filled(rgb, mask);
    const leather = levelsAt(rgb, 0, 70);
    for (const [from, to] of [
      [76, 84],
      [84, 100],
      [100, 115],
    ] as const) {
      const there = levelsAt(out, from, to);
      expect(Math.abs(there.mean - leather.mean)).toBeLessThan(6);
      expect(there.deviation / leather.deviation).toBeGreaterThan(0.85);
      expect(there.deviation / leather.deviation).toBeLessThan(1.15);
    }
  });

  test('takes five millimetres of the rim with it, whichever way that runs', () => {
    const { rgb, mask } = grainedDisc();
    const { keep } = filled(rgb, mask).fill;
    let [nearest, farthest] = [Infinity, 0];
    for (let i = 0; i < keep.length; i += 1) {
      const r = Math.hypot((i % SIZE) - SIZE / 2 + 0.5, Math.floor(i / SIZE) - SIZE / 2 + 0.5);
      if (keep[i] === 0) nearest = Math.min(nearest, r);
      else farthest = Math.max(farthest, r);
    }
    expect(nearest).toBeGreaterThan(80 - 5 - 1.5);
    expect(farthest).toBeLessThan(80 - 5 + 1);
  });

  test('leaves what is kept, and openings, as they are', () => {
    const { rgb, mask } = grainedDisc();
    for (let y = 110; y < 130; y += 1) {
      mask.fill(0, y * SIZE + 110, y * SIZE + 130);
      rgb.fill(3, 3 * (y * SIZE + 110), 3 * (y * SIZE + 130));
    }
    const { fill, out } = filled(rgb, mask);
    for (let i = 0; i < fill.keep.length; i += 1) if (fill.keep[i] !== 0) expect(out[3 * i]).toBe(rgb[3 * i]);
    expect(out[3 * (120 * SIZE + 120)]).toBe(3);
  });
});

test('a cell takes the grain of its mirror image in the nearest whole cell, or that cell’s', () => {
  expect(grainDonors([0, 0, 0, 1, 1, 1, 0], 7, 1)).toEqual(Int32Array.of(3, 5, 4, -1, -1, -1, 4));
  expect(grainDonors([0, 0, 0, 1, 0, 0, 0], 1, 7)).toEqual(Int32Array.of(3, 3, 3, -1, 3, 3, 3));
  expect(grainDonors(new Uint8Array(21), 7, 3)).toEqual(new Int32Array(21).fill(-1));
  const far = grainDonors([1, ...new Array<number>(12).fill(0)], 13, 1);
  expect([far[10], far[11], far[12]]).toEqual([0, -1, -1]);
});
