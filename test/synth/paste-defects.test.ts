import { expect, test } from 'vitest';
import { DEFECT_KINDS, maskIndexOf } from '#synth/defect-kinds.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { pasteDefects } from '#synth/paste-defects.ts';

const ground = drawLeatherTile({ seed: 21, sizePx: 160, mmPerPx: 0.3, kinds: [], look: { grain: 'pebble' } });

test.each(DEFECT_KINDS)('a pasted %s changes the picture where the mask says so, and leaves the rest alone', (kind) => {
  let near = 0;
  let all = 0;
  for (let seed = 0; seed < 8; seed += 1) {
    const pasted = pasteDefects({ ...ground, seed, kinds: [kind] });
    expect(new Set(pasted.mask)).toEqual(new Set([0, maskIndexOf(kind)]));
    for (let i = 0; i < pasted.mask.length; i += 1) {
      const change = Math.max(...[0, 1, 2].map((c) => Math.abs(pasted.rgb[3 * i + c]! - ground.rgb[3 * i + c]!)));
      all += change;
      if ([0, 1, -1, 160, -160].some((step) => pasted.mask[i + step] !== 0 && pasted.mask[i + step] !== undefined))
        near += change;
    }
  }
  expect(near / all).toBeGreaterThan(0.75);
});

test('pasting nothing gives the picture back, and the same seed the same bytes', () => {
  expect(pasteDefects({ ...ground, seed: 1, kinds: [] }).rgb).toEqual(ground.rgb);
  const one = pasteDefects({ ...ground, seed: 1, kinds: ['cut', 'hole'] });
  expect(pasteDefects({ ...ground, seed: 1, kinds: ['cut', 'hole'] })).toEqual(one);
});

test('as close-ups show them, wrinkles get fainter on even leather and run on along a narrow picture', () => {
  const even = drawLeatherTile({ seed: 5, sizePx: 160, mmPerPx: 0.5, kinds: [], look: { grain: 'smooth', dust: 0 } });
  const strip = { rgb: even.rgb.subarray(0, 3 * 160 * 50), widthPx: 160, heightPx: 50, mmPerPx: 0.5 };
  const wrinkles = (hasCloseUps: boolean) => {
    const changes: number[] = [];
    let longestPx = 0;
    for (let seed = 0; seed < 24; seed += 1) {
      const { rgb, mask } = pasteDefects({ ...strip, seed, kinds: ['wrinkle'], hasCloseUps });
      const marked = [...mask.keys()].filter((i) => mask[i] !== 0);
      const columns = marked.map((i) => i % 160);
      longestPx = Math.max(longestPx, Math.max(...columns) - Math.min(...columns));
      changes.push(
        marked.reduce((sum, i) => sum + Math.abs(rgb[3 * i + 1]! - strip.rgb[3 * i + 1]!), 0) / marked.length,
      );
    }
    return { faint: changes.sort((a, b) => a - b)[4]!, longestPx };
  };
  const [close, usual] = [wrinkles(true), wrinkles(false)];
  expect(close.faint).toBeLessThan(0.75 * usual.faint);
  expect(close.longestPx).toBeGreaterThan(1.5 * usual.longestPx);
});
