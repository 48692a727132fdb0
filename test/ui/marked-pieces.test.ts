import { describe, expect, it } from 'vitest';
import type { Job, StationState } from '../../src/domain/job.ts';
import { sceneOf } from '../../src/ui/canvas/scene.ts';
import { cutPlacements, leftCount, withMark } from '../../src/ui/state/marked-pieces.ts';
import { isBrokenOff, jobToGoOnWith, jobToMark, shownStation, type PageState } from '../../src/ui/state/page-state.ts';
import { reducePage } from '../../src/ui/state/reduce-page.ts';
import { wantedDocuments } from '../../src/ui/state/wanted-documents.ts';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { bestGrade, gradesOf, shortName } from '../../src/ui/stock/remnant-words.ts';
import { drawnRecord } from '../ledger/drawn-record.ts';
import { DEFECTS, inspectionOf } from './drawn-hide.ts';
import { HASH, jobOf, layoutOf, pageAfter, square, statusOf } from './page-fixtures.ts';

const three = layoutOf([square(0, 0, 100), square(200, 0, 100), square(400, 0, 100)]);

/** A job of three pieces that the cutter is done with, cut in the order 2, 0, 1. */
function ended(change: Partial<Job>, marked: readonly number[] | null = null, isCut = false): PageState {
  const job = jobOf({ approvedBy: 'Ana', pieceCount: 3, cutCount: 3, state: 'done', ...change });
  const order = [2, 2, 0, 1];
  return pageAfter(
    { kind: 'link', link: 'open' },
    { kind: 'event', event: { kind: 'status', status: statusOf('DONE', { job }) } },
    { kind: 'inspection', job: 'job-1', serial: 0, inspection: inspectionOf(DEFECTS) },
    { kind: 'layout', job: 'job-1', serial: 0, layout: three },
    {
      kind: 'cut-plan',
      ...{ job: 'job-1', serial: 0 },
      cutPlan: { job: 'job-1', order, cutLength: 1, seconds: 1, file: 'cut.dxf', sha256: HASH },
    },
    { kind: 'mark', marked, isCut },
  );
}
const CANCELLED = { state: 'cancelled', cutCount: 1, approvedBy: 'Ana', pieceCount: 3 } as const;
const looks = (state: PageState) => sceneOf(state).pieces.map(({ look }) => look);

describe('pieces of a hide that is cut', () => {
  it('are gone, and those that a person says are not good are crossed', () => {
    expect(looks(ended({}))).toEqual(['gone', 'gone', 'gone']);
    expect(looks(ended({}, [1]))).toEqual(['gone', 'bad', 'gone']);
  });
  it('are marked by a tap and let go by the next', () => {
    const state = ended({}, [1]);
    expect(withMark(state, 2)).toEqual([1, 2]);
    expect(withMark(state, 1)).toEqual([]);
    expect(withMark(ended({}), 1)).toBeNull();
  });
});

describe('pieces of a hide that the cutter broke off', () => {
  const broken = { state: 'cancelled', cutCount: 1 } as const;
  it('are gone as far as it counted, in its order; the rest lies there', () => {
    expect(isBrokenOff(ended(broken))).toBe(true);
    expect(looks(ended(broken))).toEqual(['placed', 'placed', 'gone']);
  });
  it('are as a person says, who has seen the table', () => {
    const state = ended(broken, [2, 0], true);
    expect([...cutPlacements(state)]).toEqual([2, 0]);
    expect(looks(state)).toEqual(['gone', 'placed', 'gone']);
    expect(withMark(state, 1)).toEqual([2, 0, 1]);
  });
  it('are not good where a person says so of one that was counted; the rest is nested for it again', () => {
    const counted = ended({ ...broken, cutCount: 2 }, []);
    expect(withMark(counted, 1)).toEqual([]);
    expect(withMark(counted, 0)).toEqual([0]);
    expect(looks(ended({ ...broken, cutCount: 2 }, [0]))).toEqual(['bad', 'placed', 'gone']);
    expect(leftCount(counted)).toBe(1);
    const accepted = { by: 'Ana', at: '2026-11-22T08:00:00.000Z', how: 'tap', areaMm2: 1, rejected: [0] } as const;
    const sheet = { ...drawnRecord(1), accepted };
    const said: PageState = {
      ...ended({ ...broken, cutCount: 2 }),
      sheet: { value: sheet, serial: 1, isStale: false },
    };
    expect(leftCount(said)).toBe(2);
    expect(looks(said)).toEqual(['bad', 'placed', 'gone']);
  });
  it('are shown over READY too, where the cutter has cancelled, until a person goes back or another job begins', () => {
    const ready = (change: Partial<Job>) =>
      reducePage(ended({ ...broken, ...change }), {
        kind: 'event',
        event: { kind: 'status', status: statusOf('READY', { job: jobOf({ ...CANCELLED, ...change }) }) },
      });
    const open = { kind: 'after-cut', isOpen: true } as const;
    expect([shownStation(ready({})), jobToMark(ready({}))?.id, looks(ready({}))]).toEqual(['READY', 'job-1', []]);
    const shown = reducePage(ready({}), open);
    expect([shownStation(shown), isBrokenOff(shown), looks(shown)]).toEqual([
      ...['DONE', true],
      ['placed', 'placed', 'gone'],
    ]);
    expect(wantedDocuments(shown).map(({ what }) => what)).toEqual(['cutPlan', 'sheet']);
    expect(shownStation(reducePage(shown, { kind: 'after-cut', isOpen: false }))).toBe('READY');
    const status = statusOf('SCANNING', { job: jobOf({ id: 'job-2', state: 'new' }) });
    expect(shownStation(reducePage(shown, { kind: 'event', event: { kind: 'status', status } }))).toBe('SCANNING');
    const given = ready({ reason: 'STATION_GIVEN_UP' });
    expect([jobToMark(given), shownStation(reducePage(given, open))]).toEqual([null, 'READY']);
  });
  it('are no part of a job that never came to the cutter', () => {
    expect(isBrokenOff(ended({ ...broken, reason: 'STATION_GIVEN_UP' }))).toBe(false);
    expect(isBrokenOff(ended({ ...broken, approvedBy: null }))).toBe(false);
    expect(isBrokenOff(ended({ state: 'rejected' }))).toBe(false);
  });
  it('are followed by the rest of the order, also where the job of the rest came to nothing', () => {
    expect(jobToGoOnWith(ended(broken))).toBe('job-1');
    const moved = { state: 'failed', reason: 'STATION_SHEET_MOVED' } as const;
    for (const ending of [{ state: 'rejected' }, moved] as const) {
      expect(jobToGoOnWith(ended({ ...ending, follows: 'job-0' }))).toBe('job-0');
      expect(jobToGoOnWith(ended(ending))).toBeNull();
    }
    expect(jobToGoOnWith(ended({ state: 'done', follows: 'job-0' }))).toBeNull();
  });
  it('are followed from READY too, where a cancelled job leaves the station', () => {
    const cancelled = (change: Partial<Job>, state: StationState = 'READY') => {
      const job = jobOf({ state: 'cancelled', approvedBy: 'Ana', ...change });
      return pageAfter({ kind: 'event', event: { kind: 'status', status: statusOf(state, { job }) } });
    };
    expect(jobToGoOnWith(cancelled({}))).toBe('job-1');
    expect(jobToGoOnWith(cancelled({ reason: 'STATION_GIVEN_UP', approvedBy: null, follows: 'job-0' }))).toBe('job-0');
    expect(jobToGoOnWith(cancelled({ reason: 'STATION_GIVEN_UP', approvedBy: null }))).toBeNull();
    expect(jobToGoOnWith(cancelled({}, 'SCANNING'))).toBeNull();
  });
});

describe("the ledger's record", () => {
  const wanted = (change: Partial<Job>) => wantedDocuments(ended(change)).some(({ what }) => what === 'sheet');
  it('is fetched of a job that the cutter ended, and of no other: there is none', () => {
    expect([wanted({}), wanted({ state: 'cancelled' }), wanted({ state: 'failed' })]).toEqual([true, true, true]);
    expect([wanted({ state: 'rejected' }), wanted({ state: 'failed', reason: 'CUT_X' })]).toEqual([false, false]);
  });
});

describe('a remnant in words', () => {
  it('is called by what it was on its table, and graded by most of its leather', () => {
    expect(shortName('4417-03-r2')).toBe('R2');
    const remnant = { areaMm2: 50_000, usableMm2: { 4: 9_000, 3: 40_000, 0: 900, 2: 100 } };
    expect(gradesOf(remnant)).toEqual([
      { quality: 4, areaMm2: 9_000 },
      { quality: 3, areaMm2: 40_000 },
    ]);
    expect(bestGrade(remnant, LEATHER_GRADING)).toBe('B');
    expect(bestGrade({ areaMm2: 2, usableMm2: { 2: 1, 4: 1 } }, LEATHER_GRADING)).toBe('A');
  });
});
