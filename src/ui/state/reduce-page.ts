import type { StationEvent } from '#api/events.ts';
import type { CutView, LayoutView, StatusView } from '#api/views.ts';
import type { Inspection } from '#domain/inspection.ts';
import { assertNever } from '#domain/kerf-error.ts';
import type { Remnant } from '#domain/remnant.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import type { Ring } from '#domain/ring.ts';
import type { PlacedPiece } from './arrange.ts';
import { seenCut, withAnswer, withKept, withWord, type CutScan, type SeenCut } from './cut-scan.ts';
import { sharingRings } from './share-same.ts';
import {
  EMPTY_PAGE,
  shownLayout,
  type Fetched,
  type NextSheet,
  type PageState,
  type Refusal,
  type Tool,
} from './page-state.ts';

export type PageAction =
  | { readonly kind: 'event'; readonly event: StationEvent }
  | { readonly kind: 'link'; readonly link: PageState['link'] }
  | { readonly kind: 'inspection'; readonly job: string; readonly serial: number; readonly inspection: Inspection }
  | { readonly kind: 'layout'; readonly job: string; readonly serial: number; readonly layout: LayoutView }
  | { readonly kind: 'cut-plan'; readonly job: string; readonly serial: number; readonly cutPlan: CutView }
  | { readonly kind: 'sheet'; readonly job: string; readonly serial: number; readonly sheet: SheetRecord }
  | { readonly kind: 'remnants'; readonly job: string; readonly serial: number; readonly remnants: readonly Remnant[] }
  | { readonly kind: 'absent'; readonly what: DocumentName; readonly job: string; readonly serial: number }
  | { readonly kind: 'select'; readonly id: string | null }
  | { readonly kind: 'tool'; readonly tool: Tool }
  | { readonly kind: 'draft'; readonly ring: Ring | null }
  | { readonly kind: 'pick'; readonly placement: number | null }
  | { readonly kind: 'swap' }
  | { readonly kind: 'arranged'; readonly pieces: readonly PlacedPiece[] }
  | { readonly kind: 'compare'; readonly isOn: boolean }
  | { readonly kind: 'choose'; readonly layout: LayoutView | null }
  | { readonly kind: 'next-sheet'; readonly sheet: NextSheet }
  | { readonly kind: 'after-cut'; readonly isOpen: boolean }
  /** `isCut`: what the marks say from now on. */
  | { readonly kind: 'mark'; readonly marked: readonly number[] | null; readonly isCut?: boolean }
  | { readonly kind: 'cut-scan'; readonly cutScan: CutScan | null }
  /** A word on a piece of the scan after cutting is on its way to the station, and has been answered. */
  | { readonly kind: 'decide'; readonly placement: number; readonly isGood: boolean }
  | { readonly kind: 'decide-answered'; readonly comparison: string; readonly placement: number }
  | { readonly kind: 'point'; readonly placement: number | null }
  | { readonly kind: 'layout-uncertain' }
  | { readonly kind: 'remnants-uncertain' }
  | { readonly kind: 'front-remnant'; readonly id: string }
  | { readonly kind: 'hold'; readonly layout: LayoutView }
  | { readonly kind: 'let-go' }
  | { readonly kind: 'sending'; readonly what: string }
  | { readonly kind: 'answered' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'dismiss' }
  | { readonly kind: 'open-alarm'; readonly id: string | null };

export type DocumentName = 'inspection' | 'layout' | 'cutPlan' | 'sheet' | 'remnants';

/** The page's one transition: the same actions in the same order give the same screen. */
export function reducePage(state: PageState, action: PageAction): PageState {
  switch (action.kind) {
    case 'event':
      return reduceEvent(state, action.event);
    case 'link':
      // After a gap nothing the window holds is certain any more.
      return action.link === 'open' && state.link !== 'open'
        ? { ...staleDocuments(state), link: 'open' }
        : { ...state, link: action.link, ...(action.link === 'lost' ? { sending: null } : {}) };
    case 'inspection':
      return ofJob(state, action.job) && action.serial === state.inspection.serial
        ? keepSelection({ ...state, inspection: fresh(state.inspection, action.inspection) })
        : state;
    case 'layout':
      return ofJob(state, action.job) && action.serial === state.layout.serial
        ? { ...state, layout: fresh(state.layout, sharingRings(state.layout.value, action.layout)) }
        : state;
    case 'cut-plan':
      return ofJob(state, action.job) && action.serial === state.cutPlan.serial
        ? { ...state, cutPlan: fresh(state.cutPlan, action.cutPlan) }
        : state;
    case 'sheet':
      return ofJob(state, action.job) && action.serial === state.sheet.serial
        ? { ...state, sheet: fresh(state.sheet, action.sheet) }
        : state;
    case 'remnants':
      return ofJob(state, action.job) && action.serial === state.remnants.serial
        ? { ...state, remnants: fresh(state.remnants, action.remnants) }
        : state;
    case 'absent':
      return ofJob(state, action.job) && action.serial === state[action.what].serial
        ? { ...state, [action.what]: { ...state[action.what], isStale: false } }
        : state;
    case 'select':
      return { ...state, selected: action.id, draft: null, tool: 'look' };
    case 'tool':
      return { ...state, ...NO_HAND, tool: action.tool, draft: null, selected: null };
    case 'draft':
      return { ...state, draft: action.ring, selected: null };
    case 'pick':
      // What a hand is on stays on the screen: pieces of a running search would slip from under it.
      return {
        ...state,
        picked: action.placement,
        isSwapping: false,
        held: action.placement === null ? null : shownLayout(state),
      };
    case 'swap':
      return { ...state, isSwapping: state.picked !== null };
    case 'arranged':
      return withArranged(state, action.pieces);
    case 'compare':
      return { ...state, ...NO_HAND, tool: 'look', isComparing: action.isOn };
    case 'choose':
      return { ...state, ...NO_HAND, chosen: action.layout, isComparing: false };
    case 'next-sheet':
      return { ...state, nextSheet: action.sheet };
    case 'mark':
      return { ...state, marked: action.marked, isMarkingCut: action.isCut ?? state.isMarkingCut };
    case 'after-cut':
      return { ...state, isAfterCut: action.isOpen, marked: null, cutScan: null, pointed: null };
    case 'cut-scan':
      return {
        ...state,
        cutScan: action.cutScan,
        marked: null,
        // The same scan fetched again: the keys stay where they are.
        pointed: seenCut(state) && seenCut(action) ? state.pointed : null,
      };
    case 'decide': {
      const { placement } = action;
      return { ...withSeen(state, (seen) => withWord(seen, placement, action.isGood)), pointed: placement };
    }
    case 'decide-answered':
      return withSeen(state, (seen) => (seen.sha256 === action.comparison ? withAnswer(seen, action.placement) : seen));
    case 'point':
      return { ...state, pointed: action.placement };
    case 'layout-uncertain':
      return { ...state, layout: stale(state.layout) };
    case 'remnants-uncertain':
      return { ...state, remnants: stale(state.remnants) };
    case 'front-remnant':
      return { ...state, frontRemnant: action.id };
    case 'hold':
      return { ...state, held: action.layout };
    case 'let-go':
      return { ...state, held: state.picked === null ? null : state.held };
    case 'sending':
      return { ...state, sending: action.what };
    case 'answered':
      return { ...state, sending: null };
    case 'refused':
      return { ...state, refusal: action.refusal };
    case 'dismiss':
      return { ...state, refusal: null };
    case 'open-alarm':
      return { ...state, openAlarm: action.id };
    default:
      return assertNever(action);
  }
}

function reduceEvent(state: PageState, event: StationEvent): PageState {
  switch (event.kind) {
    case 'status':
      return reduceStatus(state, event.status);
    case 'tile':
      return ofJob(state, event.job)
        ? {
            ...state,
            // The first one again: looked at anew, or told from the start to a window that came back.
            tiles: event.done <= 1 ? [event.outline] : [...state.tiles, event.outline],
            tilesDone: event.done,
            tilesTotal: event.total,
          }
        : state;
    case 'defects':
      return ofJob(state, event.job) ? { ...state, found: withFound(state, event) } : state;
    case 'inspection':
      return ofJob(state, event.job) ? { ...state, inspection: stale(state.inspection) } : state;
    case 'layout':
      return ofJob(state, event.layout.job)
        ? {
            ...state,
            layout: {
              value: sharingRings(state.layout.value, event.layout),
              serial: state.layout.serial + 1,
              isStale: false,
            },
          }
        : state;
    case 'cut':
      return ofJob(state, event.job) ? { ...state, cutCount: event.cutCount } : state;
    case 'cut-scan': {
      const { comparison, decision } = event;
      // Another scan than the one on the screen is fetched.
      return withSeen(state, (seen) => {
        if (seen.comparison.job !== event.job) return seen;
        if (seen.sha256 !== comparison) return { ...seen, isStale: true };
        return decision ? withKept(seen, decision) : seen;
      });
    }
    case 'sheet':
      if (!ofJob(state, event.job)) return state;
      return { ...state, sheet: stale(state.sheet), cutScan: seenCut(state) ? null : state.cutScan };
    case 'backup':
      return state;
    default:
      return assertNever(event);
  }
}

/** Nothing is picked, held or pressed. */
const NO_HAND = { picked: null, isSwapping: false, held: null } as const;

/** Nothing happens where nobody goes through a scan after cutting. */
function withSeen(state: PageState, change: (seen: SeenCut) => SeenCut): PageState {
  const seen = seenCut(state);
  return seen ? { ...state, cutScan: change(seen) } : state;
}

/** Each message tells what its tile holds; the same defect may come again, grown over a seam. */
function withFound(state: PageState, event: Extract<StationEvent, { kind: 'defects' }>): PageState['found'] {
  const ids = new Set(event.defects.map((d) => d.id));
  return [...state.found.filter((d) => !ids.has(d.id)), ...event.defects];
}

function reduceStatus(state: PageState, status: StatusView): PageState {
  const before = state.status;
  const isOtherJob = before?.job?.id !== status.job?.id;
  const base = isOtherJob
    ? { ...EMPTY_PAGE, link: state.link, refusal: state.refusal, ...keptOver(before, state) }
    : state;
  const hasMoved = before?.n !== status.n || before.state !== status.state;
  return {
    ...base,
    status,
    cutCount: status.job?.cutCount ?? (isOtherJob ? null : state.cutCount),
    // A change of state may have made a document that was absent before.
    ...(hasMoved && !isOtherJob
      ? {
          inspection:
            status.job?.inspectionSha256 === before?.job?.inspectionSha256 ? base.inspection : stale(base.inspection),
          // The search tells its layouts by itself; the first is not there yet.
          layout: status.state === 'NESTING' || base.layout.value ? settled(base.layout) : stale(base.layout),
          cutPlan: stale(base.cutPlan),
          sheet: stale(base.sheet),
          remnants: stale(base.remnants),
          selected: null,
          draft: null,
          isAfterCut: false,
          marked: null,
          cutScan: null,
          frontRemnant: null,
          pointed: null,
          tool: 'look' as const,
          ...NO_HAND,
          isComparing: false,
        }
      : {}),
    // A correction has ended the layouts that there were.
    ...(hasMoved || status.job?.inspectionSha256 !== before?.job?.inspectionSha256 ? { chosen: null } : {}),
  };
}

/** What was typed for the next sheet is over once its job has begun; a window that only now hears of the station keeps it. */
function keptOver(before: StatusView | null, { nextSheet }: PageState): Partial<PageState> {
  return before === null ? { nextSheet } : {};
}

/** The pieces lie where the hand has put them, before the station has said so; what is on the screen cannot be cut. */
function withArranged(state: PageState, pieces: readonly PlacedPiece[]): PageState {
  const layout = shownLayout(state);
  if (!layout) return state;
  const byPlacement = new Map(pieces.map((p) => [p.placement, p]));
  const arranged = {
    ...layout,
    sha256: null,
    pieces: layout.pieces.map((p) => {
      const moved = byPlacement.get(p.placement);
      return moved ? { ...moved, isLocked: true } : p;
    }),
  };
  return { ...state, ...NO_HAND, layout: { ...state.layout, value: arranged }, chosen: null };
}

function ofJob(state: PageState, job: string): boolean {
  return state.status?.job?.id === job;
}

function fresh<T>(old: Fetched<T>, value: T): Fetched<T> {
  return { value, serial: old.serial, isStale: false };
}

function stale<T>(old: Fetched<T>): Fetched<T> {
  return { value: old.value, serial: old.serial + 1, isStale: true };
}

function settled<T>(old: Fetched<T>): Fetched<T> {
  return { ...old, isStale: false };
}

function staleDocuments(state: PageState): PageState {
  return {
    ...state,
    inspection: stale(state.inspection),
    layout: stale(state.layout),
    cutPlan: stale(state.cutPlan),
    sheet: stale(state.sheet),
    remnants: stale(state.remnants),
    cutScan: state.cutScan?.stage === 'seen' ? { ...state.cutScan, isStale: true } : state.cutScan,
  };
}

function keepSelection(state: PageState): PageState {
  const isThere = state.inspection.value?.defects.some((d) => d.id === state.selected) ?? false;
  return isThere ? state : { ...state, selected: null };
}
