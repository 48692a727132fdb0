import { describe, expect, test } from 'vitest';
import { countPicture } from '../../src/tune/count-picture.ts';
import type { JudgedPicture } from '../../src/tune/count-picture.ts';
import { marksOn } from '../../src/tune/judged-marks.ts';
import type { JudgedMark } from '../../src/tune/judged-marks.ts';
import { markReliability, reliabilitySvg } from '../../src/tune/reliability.ts';
import { summariseEvaluation } from '../../src/tune/summarise-evaluation.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { NO_MATERIAL } from '../../src/tune/training-picture.ts';

const W = 120;
const H = 90;
const card = { classes: [{ name: 'good' }, { name: 'cut', threshold: 0.4, sureFrom: 0.5, minAreaMm2: 8 }] };

/** A picture with a cut of 4 x 40 px; the right edge is table. */
function picture(): JudgedPicture {
  const mask = new Uint8Array(W * H);
  for (let y = 20; y < 60; y += 1) mask.fill(1, y * W + 20, y * W + 24);
  for (let y = 0; y < H; y += 1) mask.fill(NO_MATERIAL, y * W + 110, (y + 1) * W);
  const rgb = new Uint8Array(W * H * 3);
  return { name: 'p', rgb, widthPx: W, heightPx: H, mmPerPx: 1, mask, className: null, classes: ['good', 'cut'] };
}

/** Scores of 0 but in [left, top, right, bottom, P(defect)] boxes. */
function scored(boxes: readonly (readonly [number, number, number, number, number])[]): Uint16Array {
  const score = new Uint16Array(W * H);
  for (const [x0, y0, x1, y1, p] of boxes)
    for (let y = y0; y < y1; y += 1) score.fill(p * 65535, y * W + x0, y * W + x1);
  return score;
}

const kind = new Uint8Array(W * H).fill(1);
const called = (score: Uint16Array) => Uint8Array.from(score, (v) => (v > 0.4 * 65535 ? 1 : 0));
const judged = (score: Uint16Array) => {
  const p = picture();
  return countPicture(p, score, called(score), marksOn(p, score, kind, card)).marks;
};

describe('marks held against the truth', () => {
  test('are those that inspecting tells, with its confidence; one far from truth is not real', () => {
    const marks = judged(
      scored([
        [20, 20, 24, 60, 0.9],
        [60, 20, 64, 60, 0.6],
        // Nowhere sure enough, too small, and on the table.
        [80, 20, 84, 60, 0.45],
        [90, 20, 92, 22, 0.9],
        [112, 20, 118, 60, 0.9],
      ]),
    );
    expect(marks.map((m) => [Math.round(m.confidence * 10) / 10, m.isReal])).toEqual([
      [0.9, true],
      [0.6, false],
    ]);
  });

  test('are the same ones whatever is said of them, where only the strongest are told', () => {
    const specks = Array.from({ length: 30 }, (_, i) => {
      const [x, y] = [4 + 10 * (i % 10), 4 + 28 * Math.floor(i / 10)];
      return [x, y, x + 3, y + 3, 0.55 + 0.01 * i] as const;
    });
    const p = { ...picture(), mask: new Uint8Array(W * H) };
    const outlines = (more: object) => marksOn(p, scored(specks), kind, { ...card, ...more }).map((d) => d.outline);
    const plain = outlines({});
    expect(plain).toHaveLength(10);
    const level = { strength: [0.5, 0.9], real: [0.4, 0.4], marks: 100, set: 'drawn' };
    expect(outlines({ markConfidence: level })).toEqual(plain);
  });

  test('that cover everything are not real', () => {
    expect(judged(scored([[0, 0, 110, H, 0.9]])).map((m) => m.isReal)).toEqual([false]);
  });

  test('make the reliability of a summary', () => {
    const p = picture();
    const score = scored([
      [20, 20, 24, 60, 0.9],
      [60, 20, 64, 60, 0.6],
    ]);
    const counts = countPicture(p, score, called(score), marksOn(p, score, kind, card));
    const { marks } = summariseEvaluation([counts], { random: seededRandom(1), seconds: 0, falsePerM2: 60 });
    expect(marks.count).toBe(2);
    // .1 below what is true, and .6 above.
    expect(marks.ece).toBeCloseTo((0.1 + 0.6) / 2, 1);
    expect(marks.reliability.filter((b) => b.share > 0).map((b) => b.seen)).toEqual([0, 1]);
  });
});

describe('reliability of marks', () => {
  const marks = (confidence: number, count: number, realCount: number): JudgedMark[] =>
    Array.from({ length: count }, (_, i) => ({ strength: confidence, confidence, isReal: i < realCount }));

  test('is no error where .8 is right 8 times in 10, and .3 where it is 5 times', () => {
    expect(markReliability(marks(0.8, 10, 8)).ece).toBeCloseTo(0, 9);
    expect(markReliability(marks(0.8, 10, 5)).ece).toBeCloseTo(0.3, 9);
    const both = markReliability([...marks(0.8, 10, 5), ...marks(0.25, 30, 6)]);
    expect(both.ece).toBeCloseTo(0.25 * 0.3 + 0.75 * 0.05, 9);
    expect(both.reliability[2]).toMatchObject({ stated: 0.25, seen: 0.2, share: 0.75 });
  });

  test('says what chance alone would show on so many marks', () => {
    const random = seededRandom(4);
    const drawn = () =>
      Array.from({ length: 60 }, () => ({ strength: 0.75, confidence: 0.75, isReal: random() < 0.75 }));
    const errors = Array.from({ length: 400 }, () => markReliability(drawn()).ece!);
    const mean = errors.reduce((a, b) => a + b, 0) / errors.length;
    expect(markReliability(drawn()).eceByChance).toBeCloseTo(mean, 2);
  });

  test('is none without marks, and the diagram says what its dots are', () => {
    const none = markReliability([]);
    expect([none.count, none.ece, none.eceByChance]).toEqual([0, null, null]);
    const svg = reliabilitySvg(markReliability(marks(0.8, 10, 8)).reliability, 'a pack', 'marks');
    expect(svg.match(/<circle/g)).toHaveLength(1);
    expect(svg).toContain('100.000 % of marks: stated 0.800, came true 0.800');
  });
});
