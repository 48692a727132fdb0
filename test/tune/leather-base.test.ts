import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';

const pack = await loadPack(resolve(import.meta.dirname, '../../models/leather-base'));

describe('the shipped pack leather-base', () => {
  test('holds nothing that may not ship', () => {
    expect(pack.card.data.length).toBeGreaterThan(0);
    expect(pack.card.data.every((d) => d.ships)).toBe(true);
    expect(pack.card.startedFrom).toEqual([]);
  });

  test('names no path of the machine it was made on', () => {
    expect(JSON.stringify(pack.card)).not.toMatch(/\/(work|root|home|tmp)\//);
  });

  test.each(['synth:leather, held-back hides', 'real-256'])('beats local contrast in pixel F1 on %s', (set) => {
    const own = pack.card.scores.find((s) => s.set === set);
    const rival = pack.card.scores.find((s) => s.set === `${set}; rival: local contrast`);
    expect(own!.pixelF1!).toBeGreaterThan(rival!.pixelF1!);
    // The intervals do not touch: it is no luck of the draw.
    expect(own!.ci95![0]).toBeGreaterThan(rival!.ci95![1]);
  });

  test('is calibrated within .03 on held-back drawn hides, says how well on real ones, and reaches .45 there by class', () => {
    const scores = new Map(pack.card.scores.map((s) => [s.set, s]));
    expect(scores.get('synth:leather, held-back hides')!.ece).toBeLessThanOrEqual(0.03);
    const real = scores.get('real-256')!;
    expect(real.ece).toBeGreaterThan(0);
    const byClass = Object.values(real.perClass!).map((c) => c.pixelF1);
    expect(byClass).toHaveLength(4);
    expect(byClass.reduce((a, b) => a + b, 0) / 4).toBeGreaterThanOrEqual(0.45);
  });

  test.each(['synth:leather, held-back hides', 'real-256'])(
    'keeps nine tenths of its best F1 at its own thresholds on %s',
    (set) => {
      const own = pack.card.scores.find((s) => s.set === set)!;
      expect(own['pixelF1AtThreshold']).toBeGreaterThan(0.9 * own.pixelF1!);
    },
  );
});
