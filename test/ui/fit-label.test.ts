import { describe, expect, it } from 'vitest';
import type { Point, Ring } from '../../src/domain/ring.ts';
import { fitLabel } from '../../src/ui/canvas/fit-label.ts';

/** Which words a piece has room for, in the type's own px. */

function strap(long: number, high: number, angle = 0): Ring {
  const c = Math.cos((angle * Math.PI) / 180);
  const s = Math.sin((angle * Math.PI) / 180);
  const corners: readonly Point[] = [
    [0, 0],
    [long, 0],
    [long, high],
    [0, high],
  ];
  return corners.map(([x, y]): Point => [x * c - y * s, x * s + y * c]);
}

const fitted = (ring: Ring, ...texts: readonly string[]) =>
  fitLabel(texts, { ring, holes: [], least: 16, most: 26, widthOf: (text) => 0.62 * text.length });

describe('a label', () => {
  it('of figures stands along a straight strap whose height it fills for nine tenths', () => {
    for (const angle of [0, 30, 90, -45]) {
      const label = fitted(strap(270, 14, angle), '32');
      expect(label).toMatchObject({ text: '32', size: 16 });
      expect(Math.abs(Math.sin(((label!.angle - angle) * Math.PI) / 180))).toBeLessThan(0.06);
    }
    expect(fitted(strap(270, 12), '32')).toBeNull();
  });

  it('stays where the picture shrinks by a tenth, from whatever height it had its place by', () => {
    for (const high of [24, 22, 20]) expect(fitted(strap(60, high), '32')).not.toBeNull();
    expect(fitted(strap(60 * 0.9, 24 * 0.9), '32')).not.toBeNull();
  });

  it('of words needs room for what hangs below the line, and gives way to the short one', () => {
    expect(fitted(strap(270, 21), 'Strap 3', 'ST3')?.text).toBe('Strap 3');
    expect(fitted(strap(270, 18), 'Strap 3', 'ST3')?.text).toBe('ST3');
    expect(fitted(strap(270, 18), '', '')).toBeNull();
  });

  it('lies nowhere that its ends would cross the rim', () => {
    const wedge: Ring = [
      [0, 0],
      [60, 8],
      [60, 12],
      [0, 20],
    ];
    expect(fitted(wedge, '12345')).toBeNull();
  });

  it('keeps air round it in a large piece', () => {
    expect(fitted(strap(400, 200), 'Front 6')).toEqual({ text: 'Front 6', size: 26, angle: 0 });
    expect(fitted(strap(400, 40), '32')?.size).toBe(20);
  });
});
