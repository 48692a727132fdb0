import { expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { chooseLook } from '../../src/synth/leather-look.ts';
import { thresholdScore } from '../../src/tune/judge-evidence.ts';
import { gatherEvidence } from '../../src/tune/teach-evidence.node.ts';

const SIDE = 320;

test('on smooth leather with dust, halos are taken back to below the threshold', async () => {
  // Specks lie in most squares, and what surrounds them lay over the threshold that the even squares gave.
  const look = chooseLook(seededRandom(73));
  const pictures = Array.from({ length: 4 }, (_, i) => {
    const { rgb } = drawLeatherTile({ seed: 3000 + i, sizePx: SIDE, mmPerPx: 0.3, kinds: [], look });
    return { name: String(i), rgb, widthPx: SIDE, heightPx: SIDE, sha256: '' };
  });
  const evidence = await gatherEvidence(pictures, 2, { mmPerPx: 0.3, seed: 1 });
  expect(evidence.standsOutFrom).toBeLessThan(thresholdScore(evidence) - 0.2);
});
