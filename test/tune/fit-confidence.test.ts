import { expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { confidenceOf } from '../../src/inspect/mark-confidence.ts';
import { drawnSeed } from '../../src/tune/drawn-pictures.ts';
import { emptyObjects } from '../../src/tune/object-counts.ts';
import { fitConfidence, LEAST_MARKS, speakForHides } from '../../src/tune/fit-confidence.ts';
import { markReliability } from '../../src/tune/reliability.ts';

/** Marks of any strength, real with the chance that `real` gives it. */
function drawn(count: number, seed: number, real: (strength: number) => number) {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const strength = 0.25 + 0.75 * random();
    return { strength, confidence: strength, isReal: random() < real(strength) };
  });
}

test('what is said after fitting is right: .8 of marks that nothing was fitted on is 8 in 10', () => {
  const real = (strength: number) => strength ** 3;
  const curve = fitConfidence(drawn(1500, 1, real), 'drawn')!;
  const others = drawn(4000, 2, real);
  const before = markReliability(others).ece!;
  const after = markReliability(others.map((m) => ({ ...m, confidence: confidenceOf(m.strength, curve) }))).ece!;
  expect(before).toBeGreaterThan(0.15);
  expect(after).toBeLessThan(0.03);
  expect(curve).toMatchObject({ marks: 1500, set: 'drawn' });
});

test('it never falls, whatever the marks say, and says neither never nor always', () => {
  for (const real of [(s: number) => 1 - s, () => 0.5, (s: number) => (s > 0.6 ? 1 : 0)]) {
    const curve = fitConfidence(drawn(600, 3, real), 'drawn')!;
    expect(curve.real).toHaveLength(curve.strength.length);
    for (let i = 1; i < curve.real.length; i += 1) {
      expect(curve.strength[i]).toBeGreaterThan(curve.strength[i - 1]!);
      expect(curve.real[i]).toBeGreaterThan(curve.real[i - 1]!);
    }
    for (const share of curve.real) {
      expect(share).toBeGreaterThan(0);
      expect(share).toBeLessThan(1);
    }
  }
});

test('marks that are all as strong make one share; too few make none', () => {
  const same = drawn(200, 4, () => 0.3).map((m) => ({ ...m, strength: 0.7 }));
  const curve = fitConfidence(same, 'drawn')!;
  expect(curve.strength).toEqual([0.7]);
  expect([0.1, 0.7, 1].map((s) => confidenceOf(s, curve))).toEqual([curve.real[0], curve.real[0], curve.real[0]]);
  expect(fitConfidence(same.slice(0, LEAST_MARKS - 1), 'drawn')).toBeUndefined();
});

test('the hides that it is fitted on are drawn for nothing else', () => {
  const seeds = (set: 'train' | 'choose' | 'test' | 'confidence') =>
    Array.from({ length: 200 }, (_, i) => drawnSeed(set, 1, i));
  const others = new Set([...seeds('train'), ...seeds('choose'), ...seeds('test')]);
  expect(seeds('confidence').filter((seed) => others.has(seed))).toEqual([]);
});

test('pictures speak for hides where they show as much good leather for each defect', () => {
  const shown = (objects: number, mm2: number) => ({ objects: { ...emptyObjects(), objects, mm2 } });
  // Close-ups of 77 mm with a defect each; the same with a hide beside them.
  const closeUps = Array.from({ length: 20 }, () => shown(1, 77 ** 2));
  expect(speakForHides(closeUps)).toBe(false);
  expect(speakForHides([...closeUps, shown(30, 3e6)])).toBe(true);
  expect(speakForHides([])).toBe(false);
});
