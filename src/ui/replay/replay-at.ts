import type { JobEventView } from '#api/engineer-views.ts';
import type { LayoutView } from '#api/views.ts';
import type { Defect } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';

/** What was so at one moment of a past job. */
export interface ReplayMoment {
  /** The latest event at or before it; -1 before the first. */
  readonly event: number;
  readonly hasScan: boolean;
  readonly hasInspection: boolean;
  /** The layout that was kept in the end; earlier ones of the job are not on the disk any more. */
  readonly hasLayout: boolean;
  readonly cutCount: number;
  /** While the search ran: its yield so far, basis points. */
  readonly searchYieldBp: number | null;
}

export function startOf(events: readonly JobEventView[]): number {
  return Date.parse(events[0]?.at ?? '');
}

/** Length of the job, ms. */
export function lengthOf(events: readonly JobEventView[]): number {
  return events.length === 0 ? 0 : Date.parse(events.at(-1)!.at) - startOf(events);
}

/** The moment `atMs` after the job's begin, from what the store has written down of it. */
export function replayAt(
  { events, job, layout }: { events: readonly JobEventView[]; job: Job; layout: LayoutView | null },
  atMs: number,
): ReplayMoment {
  const now = startOf(events) + atMs;
  const past = events.filter((event) => Date.parse(event.at) <= now);
  const has = (kind: string) => past.some((event) => event.kind === kind);
  const counts = past.flatMap(({ details }) => (typeof details['cutCount'] === 'number' ? [details['cutCount']] : []));
  const nested = past.filter((event) => event.kind === 'nested').at(-1);
  const isDone = has('plc done');
  return {
    event: past.length - 1,
    hasScan: has('scanned'),
    hasInspection: has('inspected'),
    hasLayout: nested !== undefined && nested.details['layoutSha256'] === job.layoutSha256,
    cutCount: isDone ? (job.pieceCount ?? 0) : Math.max(0, ...counts),
    searchYieldBp: nested ? null : searchYield(past, layout, now),
  };
}

function searchYield(past: readonly JobEventView[], layout: LayoutView | null, now: number): number | null {
  const begun = past.filter(({ kind }) => kind === 'reviewed' || kind === 'corrected').at(-1);
  if (!begun || !layout || !past.some(({ kind }) => kind === 'reviewed')) return null;
  const seconds = (now - Date.parse(begun.at)) / 1000;
  return layout.trace.filter((step) => step.seconds <= seconds).at(-1)?.nestedYieldBp ?? null;
}

/** Marks as they stood: what a person drew later is not there yet. */
export function marksAt(defects: readonly Defect[], atIso: string): readonly Defect[] {
  return defects.filter((defect) => defect.source !== 'person' || defect.at === null || defect.at <= atIso);
}
