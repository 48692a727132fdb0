import { describe, expect, test } from 'vitest';
import { deltaE2000, type Lab } from '../../src/domain/delta-e-2000.ts';
import { uniformToMm } from '../../src/domain/scan.ts';
import type { EvenMap } from '../../src/inspect/even-map.ts';
import { shadesOf, shadeZones, withShades } from '../../src/inspect/shade-zones.ts';
import { pointInRing } from '../../src/geometry/point-in-ring.ts';
import { flatRing, type Ring } from '../../src/domain/ring.ts';

const across = 12;
const down = 8;
const grid = { across, down, sidePx: [10, 10] as const, toMm: uniformToMm(2, 80) };
const BROWN: Lab = [40, 14, 22];
const BELLY: Lab = [46, 13, 21];

function evenMap(colourOf: (x: number, y: number) => Lab | null): EvenMap {
  const lab = new Float64Array(3 * across * down).fill(NaN);
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) lab.set(colourOf(x, y) ?? [NaN, NaN, NaN], 3 * (y * across + x));
  const none = new Float64Array(across * down);
  return { across, down, sidePx: 10, lab, usual: BROWN, shade: none, texture: none };
}

const isIn = (ring: Ring, x: number, y: number) =>
  pointInRing(flatRing(ring), 20 * x + 10, 160 - 20 * y - 10) === 'inside';

/** Colours of the zones at the middle of a cell. */
const shadesAt = (zones: ReturnType<typeof shadeZones>, x: number, y: number) =>
  zones
    .filter(({ outline, holes = [] }) => [outline, ...holes].filter((ring) => isIn(ring, x, y)).length % 2 === 1)
    .map((z) => z.shade!);

describe('the colours of a hide as zones', () => {
  test('are one where the leather is of one colour', () => {
    const zones = shadeZones(
      evenMap((x) => [40 + 0.1 * (x % 3), 14, 22]),
      grid,
    );
    expect(zones).toHaveLength(1);
    expect(zones[0]!.quality).toBeUndefined();
    expect(deltaE2000(zones[0]!.shade!, BROWN)).toBeLessThan(0.3);
  });

  test('name each cell by a colour near its own, once, whatever lies between', () => {
    const map = evenMap((x, y) => (y === 3 && x === 5 ? null : x < 4 ? BELLY : [40 - 0.4 * y, 14, 22]));
    const zones = shadeZones(map, grid);
    for (let y = 0; y < down; y += 1)
      for (let x = 0; x < across; x += 1) {
        const found = shadesAt(zones, x, y);
        expect(found).toHaveLength(1);
        const own = [0, 1, 2].map((c) => map.lab[3 * (y * across + x) + c]!) as unknown as Lab;
        if (!Number.isNaN(own[0])) expect(deltaE2000(found[0]!, own)).toBeLessThan(1.5);
      }
    expect(new Set(zones.map((z) => z.shade!.join())).size).toBeGreaterThan(1);
  });

  test('are none where nothing is known', () => {
    expect(
      shadeZones(
        evenMap(() => null),
        grid,
      ),
    ).toEqual([]);
  });

  test('stay when the qualities are made anew', () => {
    const zones = shadeZones(
      evenMap(() => BROWN),
      grid,
    );
    const outline = [
      [0, 0],
      [10, 0],
      [10, 10],
    ] as const;
    const sheet = withShades({ id: 's', outline: [...outline], zones: [{ quality: 2, outline: [...outline] }] }, zones);
    expect(sheet.zones).toHaveLength(2);
    expect(shadesOf(sheet)).toEqual(zones);
  });
});
