import { describe, expect, test } from 'vitest';
import { bestMarks, countMarks } from '../../src/tune/choose-marks.ts';
import type { MarkCounts } from '../../src/tune/choose-marks.ts';

const W = 48;
const H = 20;

/** Bars of 10 x 10 px, each with the probability of its pixels and of one pixel in its middle; the first `trueCount` are
 *  true. */
function picture(className: string | null, bars: readonly (readonly [number, number])[], trueCount: number) {
  const mask = new Uint8Array(W * H);
  const score = new Uint16Array(W * H).fill(0.02 * 65535);
  bars.forEach(([faint, surest], k) => {
    for (let y = 5; y < 15; y += 1) {
      const from = y * W + 1 + 12 * k;
      if (k < trueCount) mask.fill(1, from, from + 10);
      score.fill(faint * 65535, from, from + 10);
    }
    score[10 * W + 6 + 12 * k] = surest * 65535;
  });
  const rgb = new Uint8Array(W * H * 3);
  const named = { name: 'x', rgb, widthPx: W, heightPx: H, mmPerPx: 1, mask, className, classes: ['good', 'cut'] };
  return [named, score] as const;
}
const ruleOf = (...pictures: ReturnType<typeof picture>[]) => {
  const counts: MarkCounts = new Map();
  for (const [p, score] of pictures) countMarks(counts, p, score);
  return bestMarks(counts);
};

describe('what a pack calls defect, chosen on held-back pictures', () => {
  test('asks for a sure pixel where false patches are as likely as true ones all over, but nowhere sure', () => {
    const rule = ruleOf(
      picture(
        'cut',
        [
          [0.42, 0.92],
          [0.42, 0.66],
          [0.42, 0.66],
        ],
        1,
      ),
    );
    expect(rule.threshold).toBeLessThanOrEqual(0.4);
    expect(rule.sureFrom).toBeGreaterThan(0.66);
    expect(rule.sureFrom).toBeLessThanOrEqual(0.92);
  });

  test('asks for none where only the faint are true: of rules as good it takes the one that calls most', () => {
    expect(ruleOf(picture('cut', [[0.33, 0.33]], 1))).toEqual({ threshold: 0.1, sureFrom: 0.1 });
  });

  test('raises the threshold of pixels over what is false beside a mark', () => {
    // The second touches nothing true and is as sure somewhere as the first.
    const rule = ruleOf(
      picture(
        'cut',
        [
          [0.8, 0.97],
          [0.31, 0.97],
        ],
        1,
      ),
    );
    expect(rule.threshold).toBeGreaterThan(0.31);
    expect(rule.threshold).toBeLessThanOrEqual(0.8);
  });

  test('weighs classes alike, by the pictures’ own class or by their masks', () => {
    const faint = (name: string | null) => picture(name, [[0.4, 0.5]], 1);
    const fooled = picture(
      'hole',
      [
        [0.9, 0.96],
        [0.7, 0.7],
      ],
      1,
    );
    // Nine holes lose a half each at .5, a cut alone would lose all over it.
    for (const name of ['cut', null])
      expect(ruleOf(faint(name), ...Array.from({ length: 9 }, () => fooled)).sureFrom).toBeLessThanOrEqual(0.5);
    expect(ruleOf(fooled).sureFrom).toBeGreaterThanOrEqual(0.7);
  });

  test('is a middling one where nothing is true', () => {
    expect(ruleOf(picture('good', [[0.9, 0.9]], 0))).toEqual({ threshold: 0.5, sureFrom: 0.5 });
  });
});
