import { describe, expect, it } from 'vitest';
import type { StationEvent } from '../../src/api/events.ts';
import type { CutComparison, PieceSight } from '../../src/domain/cut-comparison.ts';
import { sceneOf } from '../../src/ui/canvas/scene.ts';
import {
  decisionOf,
  isGood,
  piecesToLookAt,
  seenCut,
  seenOf,
  tallyOf,
  withAnswer,
  withKept,
  withWord,
  wordOfTap,
  type SeenCut,
} from '../../src/ui/state/cut-scan.ts';
import { reducePage } from '../../src/ui/state/reduce-page.ts';
import { metPieces, pieceTowards } from '../../src/ui/state/pointed-piece.ts';
import { DEFECTS, inspectionOf } from './drawn-hide.ts';
import { HASH, jobOf, pageAfter, square, statusOf } from './page-fixtures.ts';

const VERDICTS = ['accepted', 'doubtful', 'rejected', 'doubtful'] as const;

const sights = VERDICTS.map((verdict, placement): PieceSight => ({
  ...{ placement, piece: 'pad', outline: [...square(200 * placement, 0, 100)], marks: [] },
  ...{ state: verdict === 'rejected' ? 'gone' : verdict === 'doubtful' ? 'partly' : 'there', verdict, share: 0.5 },
}));
const comparison: CutComparison = {
  ...{ kerf: 1, job: 'job-1', at: '2026-11-29T10:00:00.000Z', by: 'Ana', pieces: 'inPlace', slip: null, sights },
  scan: inspectionOf(DEFECTS).scan,
};
const seen: SeenCut = seenOf({ sha256: HASH, comparison, decisions: [] });
const tap = (of: SeenCut, placement: number) => {
  const word = wordOfTap(of, placement);
  return word === null ? of : withWord(of, placement, word);
};
const tapped = (...placements: number[]) => placements.reduce(tap, seen);
const saying = (placement: number, good: boolean, at = '2026-11-29T10:00:01.000Z', by = 'Ben') => ({
  ...{ placement, isGood: good, by, at },
});

/** DONE, with the scan after cutting open. */
const done = pageAfter(
  { kind: 'link', link: 'open' },
  { kind: 'event', event: { kind: 'status', status: statusOf('DONE', { job: jobOf({ state: 'done' }) }) } },
  { kind: 'inspection', job: 'job-1', serial: 0, inspection: inspectionOf(DEFECTS) },
  { kind: 'cut-scan', cutScan: seen },
);

describe('a scan after cutting', () => {
  it('proposes, and leaves to a person what it doubts', () => {
    expect(sights.map((s) => isGood(seen, s))).toEqual([true, null, false, null]);
    expect(tallyOf(seen)).toEqual({ goodCount: 1, badCount: 1, openCount: 2 });
    expect(decisionOf(seen)).toEqual({ comparison: HASH, rejected: [], accepted: [] });
  });

  it('is changed by taps: a doubtful piece is good, then not good, and never doubtful again', () => {
    expect(isGood(tapped(1), sights[1]!)).toBe(true);
    expect(isGood(tapped(1, 1), sights[1]!)).toBe(false);
    expect(isGood(tapped(1, 1, 1), sights[1]!)).toBe(true);
    expect(tallyOf(tapped(1, 3, 3))).toEqual({ goodCount: 2, badCount: 2, openCount: 0 });
  });

  it('names only what a person said otherwise', () => {
    expect(decisionOf(tapped(0, 1, 2, 3, 3))).toEqual({ comparison: HASH, rejected: [0, 3], accepted: [1, 2] });
    expect(decisionOf(tapped(0, 0, 2, 2))).toEqual({ comparison: HASH, rejected: [], accepted: [] });
    expect(tapped(77)).toBe(seen);
  });

  it('lists doubtful pieces first, and keeps their places while they are decided', () => {
    const rows = (of: SeenCut) => piecesToLookAt(of).map((s) => s.placement);
    expect(rows(seen)).toEqual([1, 3, 2]);
    expect(rows(tapped(1, 2, 0))).toEqual([1, 3, 2, 0]);
  });

  it('counts what other windows say, and what this one says until it is answered', () => {
    const other = withKept(seen, saying(1, true));
    expect(isGood(other, sights[1]!)).toBe(true);
    const own = tap(tap(other, 1), 3);
    expect([isGood(own, sights[1]!), isGood(own, sights[3]!)]).toEqual([false, true]);
    // Refused or lost: the station's word is back.
    const lost = withAnswer(withAnswer(own, 1), 3);
    expect([isGood(lost, sights[1]!), isGood(lost, sights[3]!)]).toEqual([true, null]);
    // Two taps on their way: the answer to the first does not bring its word back.
    const twice = withAnswer(withKept(tapped(1, 1), saying(1, true)), 1);
    expect(isGood(twice, sights[1]!)).toBe(false);
  });

  it('takes no earlier word for a later one', () => {
    const late = withKept(withKept(seen, saying(1, false, '2026-11-29T10:00:02.000Z')), saying(1, true));
    expect(isGood(late, sights[1]!)).toBe(false);
    expect(seenOf({ sha256: HASH, comparison, decisions: [saying(3, false)] }).kept.get(3)?.by).toBe('Ben');
  });

  it('follows what other windows do with it', () => {
    const tell = (event: StationEvent) => reducePage(done, { kind: 'event', event });
    const decision = saying(1, true);
    const told = tell({ kind: 'cut-scan', job: 'job-1', comparison: HASH, decision });
    expect(isGood(seenCut(told)!, sights[1]!)).toBe(true);
    // Another scan: this one is fetched again. Of another job it is none of ours.
    const later = { kind: 'cut-scan', job: 'job-1', comparison: '0'.repeat(64), decision: null } as const;
    expect(seenCut(tell(later))?.isStale).toBe(true);
    expect(seenCut(tell({ ...later, job: 'job-0' }))?.isStale).toBe(false);
    expect(seenCut(tell({ kind: 'sheet', job: 'job-1' }))).toBeNull();
    expect(tell({ kind: 'sheet', job: 'job-1' }).sheet.isStale).toBe(true);
  });

  it('shows the scan in its colours, with each piece where and as it was seen', () => {
    const scene = sceneOf(done);
    expect(scene.picture).toMatchObject({ job: 'job-1', afterCut: HASH, isGrey: false });
    expect(scene.outline).toBeNull();
    expect(scene.pieces.map((p) => p.look)).toEqual(['seen-good', 'seen-open', 'seen-bad', 'seen-open']);
    expect(scene.pieces[2]!.outline).toEqual(sights[2]!.outline);
  });

  it('is closed once the station has moved on', () => {
    const status = statusOf('SCANNING', { n: 9, job: jobOf({ state: 'new' }) });
    expect(
      seenCut(pageAfter({ kind: 'cut-scan', cutScan: seen }, { kind: 'event', event: { kind: 'status', status } })),
    ).toBeNull();
  });
});

describe('arrow keys', () => {
  const grid = [0, 1, 2, 3].map((k) => ({
    ...{ placement: k + 10, holes: [] },
    outline: square(k % 2 === 0 ? 0 : 300, k < 2 ? 0 : 200, 100),
  }));

  it('begin at the upper left and go to the nearest piece in their direction', () => {
    expect(pieceTowards(grid, null, 'ArrowRight')).toBe(12);
    expect(pieceTowards(grid, 12, 'ArrowRight')).toBe(13);
    expect(pieceTowards(grid, 13, 'ArrowDown')).toBe(11);
    expect(pieceTowards(grid, 11, 'ArrowLeft')).toBe(10);
    expect(pieceTowards(grid, 10, 'ArrowUp')).toBe(12);
  });

  it('stay where there is nothing that way, or nothing at all', () => {
    expect(pieceTowards(grid, 13, 'ArrowRight')).toBe(13);
    expect(pieceTowards([], null, 'ArrowUp')).toBeNull();
  });

  it('meet pieces where the scan has seen them', () => {
    expect(metPieces(done).map((p) => p.placement)).toEqual([0, 1, 2, 3]);
    expect(pieceTowards(metPieces(done), 0, 'ArrowRight')).toBe(1);
  });
});
