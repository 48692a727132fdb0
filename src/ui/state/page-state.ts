import type { ActName, StatusView, LayoutView, CutView } from '#api/views.ts';
import type { Job, StationState } from '#domain/job.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Remnant } from '#domain/remnant.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import type { Ring } from '#domain/ring.ts';
import type { CutScan } from './cut-scan.ts';

/** What the window knows: the station's word (status, inspection, layout, cut plan) and the hand's (selection, tool).
 *  All of the station's word can be fetched again, so a reload brings back the same screen. */
export interface PageState {
  readonly link: 'connecting' | 'open' | 'lost';
  readonly status: StatusView | null;
  readonly inspection: Fetched<Inspection>;
  readonly layout: Fetched<LayoutView>;
  readonly cutPlan: Fetched<CutView>;
  /** The ledger's record of a sheet that the cutter is done with. */
  readonly sheet: Fetched<SheetRecord>;
  /** What the hide left, kept or thrown away, the largest first. */
  readonly remnants: Fetched<readonly Remnant[]>;
  readonly cutCount: number | null;
  /** While the eyes still look: tiles seen so far and what was found in them. */
  readonly tiles: readonly Ring[];
  readonly tilesDone: number;
  readonly tilesTotal: number;
  readonly found: readonly Defect[];
  /** The layout under the finger that presses "Cut this": stays on the screen until it lets go. */
  readonly held: LayoutView | null;
  /** The alternative that a person has chosen, in the place of the search's best. */
  readonly chosen: LayoutView | null;
  /** Alternatives lie side by side over the picture. */
  readonly isComparing: boolean;
  readonly selected: string | null;
  readonly tool: Tool;
  /** An area just drawn that waits for its grade. */
  readonly draft: Ring | null;
  /** The piece that a person has tapped, by its placement, and whether the next tap names the one to swap it with. */
  readonly picked: number | null;
  readonly isSwapping: boolean;
  /** What lies on the table for the next scan, beside a hide of which nothing is known. */
  readonly nextSheet: NextSheet;
  /** READY, after the cutter has cancelled: a person looks at what was cut, as in DONE. */
  readonly isAfterCut: boolean;
  /** DONE: placements that a person marks; null: she marks none. */
  readonly marked: readonly number[] | null;
  /** Whether she marks what was cut, where the job was broken off; else what is not good. */
  readonly isMarkingCut: boolean;
  /** DONE: the scan after cutting that a person asks for or goes through; null: she does not. */
  readonly cutScan: CutScan | null;
  /** DONE: the remnant whose card a person wants to see; null: the first ones. */
  readonly frontRemnant: string | null;
  /** The piece that the arrow keys have come to. */
  readonly pointed: number | null;
  /** An acknowledged alarm that a person looks at again. */
  readonly openAlarm: string | null;
  readonly refusal: Refusal | null;
  /** The wish on its way to the station: a second tap does nothing until it is answered, or the station is lost. */
  readonly sending: string | null;
}

export interface NextSheet {
  /** The code of the hide's tag. */
  readonly hide: string | null;
  /** A remnant of the stock lies there. */
  readonly remnant: string | null;
}

/** A document of the job: `serial` grows with each hint that it changed, so a late answer to an old fetch is seen. */
export interface Fetched<T> {
  readonly value: T | null;
  readonly serial: number;
  readonly isStale: boolean;
}

/** What one finger does on the hide: points, draws a mark (pen, area, line), or takes marks away. */
export type Tool = 'look' | 'pen' | 'area' | 'line' | 'erase';

export interface Refusal {
  readonly code: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

const nothing = { value: null, serial: 0, isStale: true } as const;

export const EMPTY_PAGE: PageState = {
  link: 'connecting',
  status: null,
  inspection: nothing,
  layout: nothing,
  cutPlan: nothing,
  sheet: nothing,
  remnants: nothing,
  cutCount: null,
  tiles: [],
  tilesDone: 0,
  tilesTotal: 0,
  found: [],
  held: null,
  chosen: null,
  isComparing: false,
  selected: null,
  tool: 'look',
  draft: null,
  picked: null,
  isSwapping: false,
  nextSheet: { hide: null, remnant: null },
  isAfterCut: false,
  marked: null,
  isMarkingCut: false,
  cutScan: null,
  frontRemnant: null,
  pointed: null,
  openAlarm: null,
  refusal: null,
  sending: null,
};

export const STEPS = ['scan', 'review', 'nest', 'cut', 'done'] as const;
export type Step = (typeof STEPS)[number];

/** The header's step. A job that failed stays at the step where it stood: nothing after it was done. */
export function stepOf(state: StationState, job: Job | null): Step {
  if (state === 'DONE' && job && job.state !== 'done') {
    if (job.approvedBy !== null) return 'cut';
    return job.layoutSha256 !== null || job.inspectionSha256 !== null ? 'nest' : 'scan';
  }
  switch (state) {
    case 'STARTING':
    case 'READY':
    case 'SCANNING':
    case 'INSPECTING':
      return 'scan';
    case 'REVIEWING':
      return 'review';
    case 'NESTING':
      return 'nest';
    case 'RELEASED':
    case 'CUTTING':
    case 'PAUSED':
      return 'cut';
    case 'DONE':
      return 'done';
  }
}

/** Whether no wish can be sent now: another is under way, or the station is not heard. */
export function cannotSend({ sending, link }: PageState): boolean {
  return sending !== null || link !== 'open';
}

/** The layout under the finger while it presses, else the one that a person chose, else the newest. */
export function shownLayout(state: PageState): LayoutView | null {
  return state.held ?? state.chosen ?? state.layout.value;
}

/** Whether the layout on the screen may be cut: it has its hash, and nothing was corrected since. */
export function canCut(state: PageState, layout: LayoutView | null): boolean {
  const { job, state: station } = state.status ?? {};
  return (
    station === 'NESTING' &&
    layout !== null &&
    layout.sha256 !== null &&
    job !== undefined &&
    job !== null &&
    layout.job === job.id &&
    // The station's status lags behind its layouts: neither says by its time of coming what a layout was made for.
    layout.inspectionSha256 === job.inspectionSha256
  );
}

/** Whether there is something that `undo` takes back: a choice of this window, or what somebody did to marks and pieces. */
export function canUndo(state: PageState): boolean {
  return state.chosen !== null || corrections(state).undoCount > 0;
}

/** Whether there is something to be done again; a choice that is shown would be overtaken by it. */
export function canRedo(state: PageState): boolean {
  return state.chosen === null && corrections(state).redoCount > 0;
}

/** What the next `undo` takes back: the act, or the choice of an alternative; null where there is nothing. */
export function nextUndo(state: PageState): ActName | 'choice' | null {
  return state.chosen ? 'choice' : (corrections(state).undo ?? null);
}

/** What the next `redo` does again. */
export function nextRedo(state: PageState): ActName | null {
  return canRedo(state) ? (corrections(state).redo ?? null) : null;
}

const NO_CORRECTIONS = { undoCount: 0, redoCount: 0 } as const;

/** What people did to this job's marks and pieces and the station can take back, and do again. */
export function corrections(state: PageState): NonNullable<StatusView['corrections']> {
  return state.status?.corrections ?? NO_CORRECTIONS;
}

/** Whether the cutter broke off in the middle of this sheet, and it is looked at: what is left of order and leather can still
 *  be cut. */
export function isBrokenOff(state: PageState): boolean {
  const job = state.status?.job ?? null;
  return shownStation(state) === 'DONE' && job !== null && wasBrokenOff(job);
}

/** The station's state as this window shows it. A job that the cutter cancelled leaves the station READY; what was cut of
 *  it is marked on the screen of DONE. */
export function shownStation({ status, isAfterCut }: PageState): StationState | undefined {
  if (isAfterCut && status?.state === 'READY' && status.job && wasBrokenOff(status.job)) return 'DONE';
  return status?.state;
}

/** READY, with a sheet of which something may be cut: its job. */
export function jobToMark({ status }: PageState): Job | null {
  return status?.state === 'READY' && status.job && wasBrokenOff(status.job) ? status.job : null;
}

/** The job that was broken off on the sheet which still lies there: the latest one, or the one before it where the job of
 *  its rest came to nothing. Null: the next sheet is another. A job that was cancelled, here or at the cutter, leaves the
 *  station READY. */
export function jobToGoOnWith({ status }: PageState): string | null {
  const job = status?.job;
  if (!job || (status.state !== 'DONE' && status.state !== 'READY')) return null;
  if (wasBrokenOff(job)) return job.id;
  return job.state === 'rejected' || job.reason !== null ? (job.follows ?? null) : null;
}

/** A reason is the station's own: such a job never came to the cutter. */
function wasBrokenOff({ state, reason, approvedBy }: Job): boolean {
  return (state === 'cancelled' || state === 'failed') && reason === null && approvedBy !== null;
}
