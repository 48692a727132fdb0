import { describe, expect, test } from 'vitest';
import { DEFECT_KINDS, maskIndexOf } from '#synth/defect-kinds.ts';
import { drawCloseUp } from '#synth/draw-close-up.ts';

const many = Array.from({ length: 60 }, (_, i) => drawCloseUp({ seed: 100 + i, sizePx: 96 }));

describe('a drawn close-up', () => {
  test('is the same for the same seed and another for another', () => {
    expect(drawCloseUp({ seed: 100, sizePx: 96 })).toEqual(many[0]);
    expect(many[1]!.rgb).not.toEqual(many[0]!.rgb);
  });

  test('shows every kind that close-ups are for, and good leather alone at times', () => {
    const seen = new Set(many.flatMap((tile) => [...new Set(tile.mask)]));
    for (const kind of ['cut', 'hole', 'scratch', 'wrinkle'] as const) expect(seen).toContain(maskIndexOf(kind));
    expect(Math.max(...seen)).toBeLessThanOrEqual(DEFECT_KINDS.length);
    expect(many.some((tile) => tile.mask.every((index) => index === 0))).toBe(true);
  });

  test('marks cuts as lines, never as patches', () => {
    const cut = maskIndexOf('cut');
    for (const { mask } of many) {
      for (let i = 0; i < mask.length; i += 1) {
        const u = i % 96;
        const v = (i - u) / 96;
        if (mask[i] !== cut || u < 4 || v < 4 || u > 91 || v > 91) continue;
        let near = 0;
        for (let dv = -4; dv <= 4; dv += 1)
          for (let du = -4; du <= 4; du += 1) if (mask[i + dv * 96 + du] === cut) near += 1;
        expect(near).toBeLessThan(81);
      }
    }
  });
});
