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
