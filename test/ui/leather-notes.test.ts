import { expect, test } from 'vitest';
import type { Inspection } from '#domain/inspection.ts';
import { uniformToMm } from '#domain/scan.ts';
import { reviewSummary } from '../../src/ui/state/doubtful.ts';
import { leatherNotes } from '../../src/ui/state/leather-notes.ts';
import { inspectionOf } from './drawn-hide.ts';
import { square } from './page-fixtures.ts';

const SCAN = { sha256: 'a'.repeat(64), widthPx: 1400, heightPx: 1400, toMm: uniformToMm(1, 1400) };
const NOTHING = {
  ...{ folds: [], cutOff: [], isStrange: false, isChalkHidden: false, isCoarse: false },
  ...{ unbelievedMm2: 0, leftOutMm2: 0 },
};

/** A hide of a square metre with one region. */
function hide(kind: Inspection['regions'][number]['kind'], value: number) {
  return {
    scan: SCAN,
    outline: square(200, 200, 1000),
    regions: [{ kind, outline: square(0, 0, 50), value, quality: 4 }],
  };
}

test('a hide is strange from so many marks left out on, and not for a few pores', () => {
  expect(leatherNotes(hide('unseen', 43)).isStrange).toBe(false);
  expect(leatherNotes(hide('unseen', 44)).isStrange).toBe(true);
  expect(leatherNotes(hide('shade', 99)).isStrange).toBe(false);
});

test('none left out at all says that an agreed chalk is not seen', () => {
  expect(leatherNotes(hide('unseen', 0))).toEqual({ ...NOTHING, isChalkHidden: true });
  const folded = hide('fold', 1.2);
  expect(leatherNotes(folded)).toEqual({ ...NOTHING, folds: folded.regions });
  expect(leatherNotes(null)).toEqual(NOTHING);
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

test('a hide that the picture cuts off is told with where, and one that touches its edge with a corner is not', () => {
  const outline = [
    [0, 200],
    [900, 100],
    [900, 1200],
    [0, 600],
  ] as const;
  const notes = leatherNotes({ scan: SCAN, outline, regions: [] });
  expect(notes.cutOff).toEqual([
    [
      [0, 600],
      [0, 200],
    ],
  ]);
  expect(leatherNotes({ scan: SCAN, outline: [...outline.slice(0, 3), [0, 220]], regions: [] }).cutOff).toEqual([]);
});
