import { describe, expect, it } from 'vitest';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { sceneOf } from '../../src/ui/canvas/scene.ts';
import { costOf, reviewSummary } from '../../src/ui/state/doubtful.ts';
import { gradeClass, gradingOf, lookOfQuality } from '../../src/ui/state/page-grading.ts';
import { DEFECTS, inspectionOf } from './drawn-hide.ts';
import { pageAfter, statusEvent } from './page-fixtures.ts';

const own = {
  id: 'soles',
  grades: [
    { name: 'Prime', quality: 9, colour: '#ffffff', pattern: 'none' },
    { name: 'Second', quality: 6, colour: '#1c66c9', pattern: 'lines' },
    { name: 'Out', quality: 0, colour: '#14181b', pattern: 'solid' },
  ],
  doubt: { above: 0.55, then: 'ask' },
} as const;
const doubts = [0.4, 0.6, 0.6];
const inspection = inspectionOf(
  DEFECTS.slice(0, 3).map((d, i) => ({
    ...d,
    ...{ id: `own${i}`, source: 'model' as const, by: null, doubt: doubts[i]!, quality: [6, 0, 8][i]! },
  })),
);
const page = (grading: typeof own) =>
  pageAfter(statusEvent('REVIEWING', { grading }), {
    ...{ kind: 'inspection', job: 'job-1', serial: 0, inspection },
  });

describe('a page with an own grading', () => {
  it('asks about what that grading doubts, and about nothing where it does not ask', () => {
    const open = (grading: Parameters<typeof reviewSummary>[1]) => reviewSummary(inspection, grading).open.length;
    expect(open(own)).toBe(2);
    expect(open(LEATHER_GRADING)).toBe(3);
    expect(open({ ...own, doubt: { above: 0, then: 'accept' } })).toBe(0);
    expect(sceneOf(page(own)).marks.filter((m) => m.isDoubtful)).toHaveLength(2);
  });

  it('names marks by its grades and draws them as it says', () => {
    const { marks } = sceneOf(page(own));
    expect(marks.map((m) => [m.letter, m.grade])).toEqual([
      ['Second', 2],
      ['Out', 0],
      // Between two grades the lower one counts.
      ['Second', 2],
    ]);
    expect(lookOfQuality(9, own)).toBe(4);
    expect(gradeClass(6, own)).toBe('grade-c');
    expect(LEATHER_GRADING.grades.map((g) => gradeClass(g.quality, LEATHER_GRADING))).toEqual([
      'grade-a',
      'grade-b',
      'grade-c',
      'grade-d',
      'grade-0',
    ]);
  });

  it('costs by the steps of its own scale', () => {
    expect(costOf({ areaMm2: 100, quality: 6 }, 1000, own)).toBeCloseTo(0.1 / 3);
    expect(costOf({ areaMm2: 100, quality: 0 }, 1000, own)).toBeCloseTo(0.1);
  });

  it('takes the leather scale until the station has spoken', () => {
    expect(gradingOf({ status: null })).toBe(LEATHER_GRADING);
    expect(gradingOf(page(own)).grades.map((g) => g.name)).toEqual(['Prime', 'Second', 'Out']);
  });
});
