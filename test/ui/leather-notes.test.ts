import { expect, test } from 'vitest';
import type { Inspection } from '#domain/inspection.ts';
import { uniformToMm } from '#domain/scan.ts';
import { leatherNotes } from '../../src/ui/state/leather-notes.ts';
import { square } from './page-fixtures.ts';

const SCAN = { sha256: 'a'.repeat(64), widthPx: 1400, heightPx: 1400, toMm: uniformToMm(1, 1400) };
const NOTHING = { folds: [], cutOff: [], isStrange: false, isChalkHidden: false };

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
  expect(leatherNotes(hide('fold', 1.2))).toEqual({ ...NOTHING, folds: [square(0, 0, 50)] });
  expect(leatherNotes(null)).toEqual(NOTHING);
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
