import type { JobState, StationState } from '#domain/job.ts';
import { shownStation, type PageState } from './page-state.ts';
import type { DocumentName } from './reduce-page.ts';

export interface Wanted {
  readonly what: DocumentName;
  readonly job: string;
  readonly serial: number;
}

const WITH_INSPECTION: readonly StationState[] = ['REVIEWING', 'NESTING', 'RELEASED', 'CUTTING', 'PAUSED', 'DONE'];
const WITH_LAYOUT: readonly StationState[] = ['NESTING', 'RELEASED', 'CUTTING', 'PAUSED', 'DONE'];
const WITH_CUT_PLAN: readonly StationState[] = ['RELEASED', 'CUTTING', 'PAUSED', 'DONE'];

/** The cutter has ended these: the ledger has their sheet, or will in a moment. */
const WITH_SHEET: readonly JobState[] = ['done', 'failed', 'cancelled'];

/** Documents that this screen shows and the window does not hold, or holds in an old version. */
export function wantedDocuments(state: PageState): readonly Wanted[] {
  const { status } = state;
  const job = status?.job;
  const station = shownStation(state);
  if (state.link !== 'open' || !station || !job) return [];
  const wants = (what: DocumentName, states: readonly StationState[], isThere: boolean): Wanted[] =>
    isThere && states.includes(station) && state[what].isStale
      ? [{ what, job: job.id, serial: state[what].serial }]
      : [];
  // The job names what there is; only a running search has a layout that it does not name yet.
  return [
    ...wants('inspection', WITH_INSPECTION, job.inspectionSha256 !== null),
    ...wants('layout', WITH_LAYOUT, job.layoutSha256 !== null || station === 'NESTING'),
    ...wants('cutPlan', WITH_CUT_PLAN, job.cutSha256 !== null),
    // The ledger keeps them with the sheet. What a broken-off job leaves is still to be cut.
    ...wants('remnants', ['DONE'], job.state === 'done' && state.sheet.value !== null),
    // A reason is ours: such a job never came to the cutter.
    ...wants('sheet', ['DONE'], job.approvedBy !== null && job.reason === null && WITH_SHEET.includes(job.state)),
  ];
}
