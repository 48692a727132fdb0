import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { findHide } from '../../src/inspect/find-hide.ts';
import { drawHide } from '../../src/synth/draw-hide.ts';

describe('the hide’s outline', () => {
  test.each([21, 22, 23, 24, 25])('is found on drawn hide %i with an overlap of .98 or more', (seed) => {
    const hide = drawHide({ seed, mmPerPx: 2 });
    const found = findHide({ ...hide, mm2PerPx: 4 });
    let both = 0;
    let either = 0;
    for (let i = 0; i < hide.mask.length; i += 1) {
      const a = found.mask[i] !== 0;
      const b = hide.mask[i] !== 255;
      if (a && b) both += 1;
      if (a || b) either += 1;
    }
    expect(both / either).toBeGreaterThan(0.98);
  });

  test('has openings where the table is seen through a wide hole', () => {
    const hide = drawHide({ seed: 31, mmPerPx: 1, width: 700, height: 560, counts: { hole: 5 } });
    const found = findHide({ ...hide, mm2PerPx: 1 });
    const wide = hide.truth.defects.filter((d) => d.class === 'hole' && d.areaMm2 > 150);
    expect(wide.length).toBeGreaterThan(0);
    let openCount = 0;
    for (const d of wide) {
      const x = d.outline.reduce((s, p) => s + p[0], 0) / d.outline.length;
      const y = d.outline.reduce((s, p) => s + p[1], 0) / d.outline.length;
      const at = Math.floor(hide.heightPx - y) * hide.widthPx + Math.floor(x);
      if (hide.mask[at] !== 1) continue;
      openCount += 1;
      expect(found.mask[at]).toBe(0);
    }
    expect(openCount).toBeGreaterThan(0);
  });

  test('has no opening where the leather is wet, nor where a pattern is printed on it', () => {
    const look = { colour: [150, 92, 56], grain: 'smooth', grainContrast: 0.04 } as const;
    const table = { colour: [196, 202, 206], texture: 0.012, lines: 0 } as const;
    const options = { seed: 31, width: 800, height: 620, mmPerPx: 2, counts: {}, look, table } as const;
    const wet = (x: number, y: number) => (Math.hypot((x - 400) / 110, (y - 310) / 70) < 1 ? 0.62 : 1);
    const checks = (x: number, y: number) => ((Math.floor(x / 16) + Math.floor(y / 16)) % 2 === 0 ? 0.72 : 1);
    for (const darkenedBy of [wet, checks]) {
      const hide = drawHide(options);
      let darkPx = 0;
      let openPx = 0;
      const isDark = hide.mask.map((kind, i) => {
        const x = (i % hide.widthPx) * 2;
        const y = Math.floor(i / hide.widthPx) * 2;
        const share = kind === 255 ? 1 : darkenedBy(x, y);
        for (let c = 0; c < 3; c += 1) hide.rgb[3 * i + c]! *= share;
        return share < 1 ? 1 : 0;
      });
      const { mask } = findHide({ ...hide, mm2PerPx: 4 });
      for (let i = 0; i < mask.length; i += 1) {
        darkPx += isDark[i]!;
        openPx += isDark[i]! & (1 - mask[i]!);
      }
      expect(darkPx).toBeGreaterThan(5000);
      expect(openPx / darkPx).toBeLessThan(0.02);
    }
  });

  test('is one piece: a marker lying on the table does not belong to it', () => {
    const rgb = plain(300, 200, [200, 200, 200], 2);
    paint(rgb, 300, [60, 50, 240, 150], [120, 70, 40]);
    paint(rgb, 300, [10, 10, 30, 30], [0, 0, 0]);
    const found = findHide({ rgb, widthPx: 300, heightPx: 200, mm2PerPx: 4 });
    expect(found.mask[20 * 300 + 20]).toBe(0);
    expect(found.mask[100 * 300 + 150]).toBe(1);
  });

  test.each([
    ['a black picture', plain(320, 240, [0, 0, 0], 0)],
    ['one even colour', plain(320, 240, [130, 120, 110], 0)],
    ['an empty table with noise', plain(320, 240, [130, 120, 110], 6)],
    ['a table with two markers only', withMarkers()],
  ])('is answered with "no hide" on %s', (_, rgb) => {
    expect(() => findHide({ rgb, widthPx: 320, heightPx: 240, mm2PerPx: 25 })).toThrow(
      expect.objectContaining({ code: 'INSPECT_NO_HIDE', fault: 'answer' }),
    );
  });

  /** A table with noise and leather where `isHide` says so; 8 mm a pixel. */
  const laid = (isHide: (x: number, y: number) => boolean, colour: Colour) => {
    const rgb = plain(320, 240, [150, 155, 160], 4);
    for (let y = 0; y < 240; y += 1)
      for (let x = 0; x < 320; x += 1)
        if (isHide(x, y))
          for (let c = 0; c < 3; c += 1) rgb[3 * (y * 320 + x) + c]! += colour[c]! - [150, 155, 160][c]!;
    return { rgb, widthPx: 320, heightPx: 240, mm2PerPx: 64 };
  };
  const BROWN = [120, 75, 45] as const;
  const BEIGE = [170, 150, 125] as const;
  const oval = (x: number, y: number, a: number, b: number) => Math.hypot((x - 160) / a, (y - 120) / b) < 1;

  test.each([
    ['70 % of the table', BROWN, (x: number) => x < 224],
    ['70 % of a table of nearly its colour', BEIGE, (x: number) => x < 224],
    ['half of the table', BROWN, (x: number) => x < 160],
    ['a fifth of a table of nearly its colour', BEIGE, (x: number) => x < 64],
    ['a fifth of the table like its shadow', [60, 62, 64] as const, (x: number) => x < 64],
    ['three sides', BEIGE, (x: number, y: number) => oval(x, y - 30, 200, 140)],
    ['all sides but the corners', BEIGE, (x: number, y: number) => oval(x, y, 195, 145)],
  ])('is not guessed where leather covers %s', (_, colour, isHide) => {
    expect(() => findHide(laid(isHide, colour))).toThrow(
      expect.objectContaining({ code: 'INSPECT_TABLE_NOT_SEEN', fault: 'answer' }),
    );
  });

  test.each([
    ['that covers most of the table and comes near its edge', (x: number, y: number) => oval(x, y, 157, 117)],
    ['that hangs over one edge', (x: number, y: number) => oval(x + 60, y, 130, 60)],
  ])('is found of a hide %s', (_, isHide) => {
    for (const colour of [BROWN, BEIGE]) {
      const { mask } = findHide(laid(isHide, colour));
      let wrongCount = 0;
      for (let i = 0; i < mask.length; i += 1)
        if ((mask[i] === 1) !== isHide(i % 320, Math.floor(i / 320))) wrongCount += 1;
      expect(wrongCount / mask.length).toBeLessThan(0.01);
    }
  });

  test('is found where the lamps leave one end of the table dark, and clamps and markers lie along its edge', () => {
    const hide = laid((x, y) => oval(x, y, 130, 121), BROWN);
    for (let i = 0; i < hide.rgb.length; i += 1) hide.rgb[i]! *= 1 - 0.3 * ((Math.floor(i / 3) % 320) / 320) ** 2;
    for (const [x, y] of [
      [0, 0],
      [310, 0],
      [310, 230],
      [0, 230],
      [20, 232],
      [300, 2],
    ] as const)
      paint(hide.rgb, 320, [x, y, x + 10, Math.min(240, y + 10)], [15, 15, 18]);
    expect(findHide(hide).mask.reduce<number>((sum, value) => sum + value, 0) / 76_800).toBeGreaterThan(0.6);
  });

  test('is answered with "no hide" on a picture of one pixel', () => {
    expect(() => findHide({ rgb: new Uint8Array(3), widthPx: 1, heightPx: 1, mm2PerPx: 1 })).toThrow(
      expect.objectContaining({ code: 'INSPECT_NO_HIDE' }),
    );
  });
});

type Colour = readonly [number, number, number];

function plain(widthPx: number, heightPx: number, colour: Colour, noise: number): Uint8Array {
  const random = seededRandom(1);
  return Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => colour[i % 3]! + (random() - 0.5) * 2 * noise);
}

function paint(
  rgb: Uint8Array,
  widthPx: number,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  colour: Colour,
): void {
  for (let y = y0; y < y1; y += 1) for (let x = x0; x < x1; x += 1) rgb.set(colour, 3 * (y * widthPx + x));
}

function withMarkers(): Uint8Array {
  const rgb = plain(320, 240, [130, 120, 110], 3);
  paint(rgb, 320, [20, 20, 40, 40], [10, 10, 10]);
  paint(rgb, 320, [270, 190, 290, 210], [10, 10, 10]);
  return rgb;
}
