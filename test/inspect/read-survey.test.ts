import { describe, expect, test } from 'vitest';
import { leatherWords } from '#cli/leather-words.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Ring } from '#domain/ring.ts';
import { uniformToMm, type Scan } from '#domain/scan.ts';
import { readMarks, readSurvey } from '#inspect/inspect-scan.ts';
import type { Survey } from '#inspect/survey-scan.ts';
import { doubtfulCount } from '#station/problem-of.ts';
import { untrainedCard } from './untrained-card.ts';

const [widthPx, heightPx] = [400, 300];
const OUTLINE: Ring = [
  [0, 0],
  [widthPx, 0],
  [widthPx, heightPx],
  [0, heightPx],
];
const classes = [{ name: 'good' }, { name: 'hole', threshold: 0.5 }, { name: 'stain', threshold: 0.5 }];
const pack = {
  card: untrainedCard(new Uint8Array(), { id: 'none', tilePx: 64, overlapPx: 16, mmPerPx: 1, classes }),
};

/** A hide of 400 by 300 mm that fills its picture, P(defect) of a class by pixel. */
function surveyOf(p: (x: number, y: number) => number, kind: number): Survey {
  const scan: Scan = {
    ...{ kerf: 1, image: 'scan.tif', sha256: 'a'.repeat(64), widthPx, heightPx, toMm: uniformToMm(1, heightPx) },
    ...{ mmPerPx: 1, takenAt: '2026-01-01T00:00:00.000Z', source: 'drawn' },
    ...{ calibration: null, drift: null, thickness: null, flags: [] },
  };
  const count = widthPx * heightPx;
  const defect = Uint8Array.from({ length: count }, (_, i) => 255 * p(i % widthPx, Math.floor(i / widthPx)) + 0.5);
  return {
    ...{ scan, outline: OUTLINE, holes: [], leather: null, chalk: null, seconds: { outline: 0, model: 0 } },
    maps: { widthPx, heightPx, defect, kind: new Uint8Array(count).fill(kind) },
    material: { widthPx, heightPx, mask: new Uint8Array(count).fill(1) },
  };
}

describe('a hide of which more is marked than can be defect', () => {
  test('has a stain over an eighth of it as a mark that waits for a person', () => {
    const stain = surveyOf((x, y) => (x > 100 && x < 220 && y > 100 && y < 220 ? 0.745 : 0), 2);
    const seen = readSurvey(stain, pack, LEATHER_GRADING);
    expect(seen.defects.map((d) => [d.class, d.quality, d.doubt])).toEqual([['stain', 2, 0.5]]);
    expect(seen.usableMm2['4']).toBeLessThan(120_000 - 119 * 119);
    expect(doubtfulCount(seen, LEATHER_GRADING.doubt)).toBe(1);
    // Of cut leather the rims of what is gone are marked so: no reason to refuse a piece beside them.
    expect(readMarks(stain, pack, LEATHER_GRADING, { isCut: true }).defects).toEqual([]);
  });

  test('is told where nearly all of it is marked, and waits for a person too', () => {
    const seen = readSurvey(
      surveyOf(() => 0.7, 2),
      pack,
      LEATHER_GRADING,
    );
    expect(seen.defects).toEqual([]);
    expect(seen.regions).toMatchObject([{ kind: 'unseen', value: 1, areaMm2: 120_000 }]);
    expect(doubtfulCount(seen, LEATHER_GRADING.doubt)).toBe(1);
    expect(doubtfulCount(seen, { above: 0.3, then: 'accept' })).toBe(0);
    expect(leatherWords(seen)).toEqual([
      "0.120 m² in 1 more marks was taken for the leather's own look: a person has to see it, the model may not know this leather",
    ]);
  });
});

test('a rule for what is unseen grades a hide that the model does not know', () => {
  const strange = surveyOf(() => 0.7, 2);
  const rule = { region: 'unseen' as const, minValue: 1, quality: 2 };
  const seen = readSurvey(strange, pack, { ...LEATHER_GRADING, rules: [rule] });
  expect(seen.regions).toMatchObject([{ kind: 'unseen', quality: 2 }]);
  expect([seen.usableMm2['2'], seen.usableMm2['4']]).toEqual([120_000, 0]);
});

test('a hide that is one hole has marks and no sheet', () => {
  const rejected = surveyOf(() => 0.99, 1);
  expect(readMarks(rejected, pack, LEATHER_GRADING).defects).toMatchObject([{ class: 'hole', quality: 0 }]);
  expect(() => readSurvey(rejected, pack, LEATHER_GRADING)).toThrow('nothing is left');
});
