import { expect, test } from 'vitest';
import { planFine } from '../../src/inspect/plan-fine.ts';

const tiles = { tilePx: 256, rimPx: 32, stridePx: 32 };
const fine = { widthPx: 700, heightPx: 500 };

function coarseWith(marks: readonly (readonly [number, number, number])[]) {
  const widthPx = 350;
  const heightPx = 250;
  const defect = new Uint8Array(widthPx * heightPx);
  for (const [x, y, value] of marks) defect[y * widthPx + x] = value;
  return { widthPx, heightPx, defect, kind: new Uint8Array(defect.length).fill(1) };
}

test('nothing doubtful calls for no closer look', () => {
  expect(planFine(coarseWith([[100, 100, 20]]), fine, tiles)).toEqual([]);
});

test('what is doubtful is looked at once, with air round it, in tiles on the stride that the model takes', () => {
  const marks = [
    [10, 10, 40],
    [340, 240, 255],
    [191 / 2, 60, 90],
    [200, 120, 33],
    [349, 0, 60],
  ].map(([x, y, v]) => [Math.floor(x!), y!, v!] as const);
  const plans = planFine(coarseWith(marks), fine, tiles);
  const looks = new Uint8Array(fine.widthPx * fine.heightPx);
  for (const p of plans) {
    expect([p.leftPx % 32, p.topPx % 32, p.readWidthPx % 32, p.readHeightPx % 32]).toEqual([0, 0, 0, 0]);
    expect(Math.max(p.readWidthPx, p.readHeightPx)).toBeLessThanOrEqual(256);
    expect(p.leftPx + p.widthPx).toBeLessThanOrEqual(fine.widthPx);
    expect(p.topPx + p.heightPx).toBeLessThanOrEqual(fine.heightPx);
    for (let y = p.topPx; y < p.topPx + p.heightPx; y += 1)
      for (let x = p.leftPx; x < p.leftPx + p.widthPx; x += 1) looks[y * fine.widthPx + x]! += 1;
  }
  expect(looks.some((v) => v > 1)).toBe(false);
  let missed = 0;
  for (const [x, y] of marks)
    for (let v = Math.max(0, 2 * y - 15); v < Math.min(fine.heightPx, 2 * y + 16); v += 1)
      for (let u = Math.max(0, 2 * x - 15); u < Math.min(fine.widthPx, 2 * x + 16); u += 1)
        if (looks[v * fine.widthPx + u] !== 1) missed += 1;
  expect(missed).toBe(0);
  expect(looks.filter((v) => v !== 0).length).toBeLessThan(looks.length / 4);
});
