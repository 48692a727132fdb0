import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePageState } from '../page-context.ts';
import { shownStation } from '../state/page-state.ts';

/** What a hide yielded beside what was wanted of it, in basis points of its area. Null: not known. */
interface DoneYields {
  /** What was cut of it. */
  readonly cutBp: number | null;
  /** Cut less planned: pieces that were laid and not cut. */
  readonly againstPlanBp: number | null;
  /** Planned less what the station's hides of the month before came to. */
  readonly againstMonthBp: number | null;
  /** Some day of that month. */
  readonly month: Date;
}

/** Of the latest job, once it has ended. */
export function useDoneYields(): DoneYields {
  const job = usePageState((s) => (shownStation(s) === 'DONE' ? (s.status?.job ?? null) : null));
  const now = usePageState((s) => s.status?.now ?? null);
  const month = monthBefore(now === null ? new Date(0) : new Date(now));
  const isCut = job !== null && job.layoutSha256 !== null;
  const sheet = usePageState((s) => s.sheet.value);
  const report = useAnswer(isCut ? `month ${month.from}` : null, () =>
    callStation('shift', { query: { from: month.from, until: month.until } }),
  ).value;
  const share = (mm2: number) => (sheet && sheet.grossMm2 > 0 ? Math.round((10_000 * mm2) / sheet.grossMm2) : null);
  const planned = sheet && share(sheet.nestedMm2);
  return {
    cutBp: sheet && share(sheet.cutMm2),
    againstPlanBp: sheet && share(sheet.cutMm2 - sheet.nestedMm2),
    againstMonthBp: planned !== null && report && report.sheetCount > 0 ? planned - report.grossYieldBp : null,
    month: new Date(month.from),
  };
}

/** The whole calendar month before a time, as the panel's own clock has it. */
function monthBefore(now: Date): { readonly from: string; readonly until: string } {
  const first = (months: number) => new Date(now.getFullYear(), now.getMonth() + months, 1).toISOString();
  return { from: first(-1), until: first(0) };
}
