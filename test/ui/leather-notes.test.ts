import { expect, test } from 'vitest';
import type { Inspection } from '#domain/inspection.ts';
import { reviewSummary } from '../../src/ui/state/doubtful.ts';
import { leatherNotes } from '../../src/ui/state/leather-notes.ts';
import { inspectionOf } from './drawn-hide.ts';
import { square } from './page-fixtures.ts';

/** A hide of a square metre with one region. */
function hide(kind: Inspection['regions'][number]['kind'], value: number) {
  return { outline: square(0, 0, 1000), regions: [{ kind, outline: square(0, 0, 50), value, quality: 4 }] };
}

test('a hide is strange from so many marks left out on, and not for a few pores', () => {
  expect(leatherNotes(hide('unseen', 43)).isStrange).toBe(false);
  expect(leatherNotes(hide('unseen', 44)).isStrange).toBe(true);
  expect(leatherNotes(hide('shade', 99)).isStrange).toBe(false);
});

test('none left out at all says that an agreed chalk is not seen', () => {
  expect(leatherNotes(hide('unseen', 0))).toEqual({
    folds: [],
    isStrange: false,
    isChalkHidden: true,
    isCoarse: false,
    unbelievedMm2: 0,
    leftOutMm2: 0,
  });
  const folded = hide('fold', 1.2);
  expect(leatherNotes(folded)).toEqual({
    folds: folded.regions,
    isStrange: false,
    isChalkHidden: false,
    isCoarse: false,
    unbelievedMm2: 0,
    leftOutMm2: 0,
  });
  expect(leatherNotes(null)).toEqual({
    folds: [],
    isStrange: false,
    isChalkHidden: false,
    isCoarse: false,
    unbelievedMm2: 0,
    leftOutMm2: 0,
  });
});

test('what marks cut off from the sheet is told', () => {
  const cut = { ...hide('shade', 3), leftOut: { count: 2, areaMm2: 398_000 } };
  expect(leatherNotes(cut).leftOutMm2).toBe(398_000);
});

test('what the model marked and was not believed about is told by its area, and waits for a person', () => {
  const strange = hide('unseen', 3);
  const regions = strange.regions.map((r) => ({ ...r, areaMm2: 210_000 }));
  expect(leatherNotes({ ...strange, regions })).toMatchObject({ unbelievedMm2: 210_000, isChalkHidden: false });
  const seen = { ...inspectionOf([]), regions };
  expect(reviewSummary(seen)).toMatchObject({ open: [], openCount: 1, openAreaMm2: 210_000 });
  expect(reviewSummary({ ...seen, regions: strange.regions })).toMatchObject({ openCount: 0, openAreaMm2: 0 });
});

test('a picture coarser than what the model was taught on is told', () => {
  expect(leatherNotes({ ...hide('shade', 3), coarserThanTaught: 1.4 }).isCoarse).toBe(true);
});
