import type { Alarm } from '#domain/job.ts';
import type { PageState } from './page-state.ts';

/** What an alarm brings about: without its broker the station hears no cutter, and who then looks after the cutter looks
 *  in the wrong place. */
const CAUSES: Readonly<Record<string, string>> = { PUBLISH_BROKER_AWAY: 'PLC_SILENT' };

/** Alarms whose cause stands, most urgent first, then the newest; one that brings about another stands before it. */
export function standingAlarms(state: PageState): readonly Alarm[] {
  const standing = (state.status?.alarms ?? []).filter((a) => a.isActive);
  const rank = (alarm: Alarm) => {
    const caused = standing.find(({ code }) => code === CAUSES[alarm.code]);
    return caused ? Math.min(alarm.severity, caused.severity - 0.5) : alarm.severity;
  };
  return standing.toSorted((a, b) => rank(a) - rank(b) || (a.raisedAt < b.raisedAt ? 1 : -1));
}

/** Those of them that nobody has put aside. */
export function activeAlarms(state: PageState): readonly Alarm[] {
  return standingAlarms(state).filter((a) => !a.shelved);
}

/** The alarm that takes header and rail: the most urgent that nobody has seen yet, or one that a person opened again.
 *  Severity 4 is for information and never takes the screen. */
export function alarmInFront(state: PageState): Alarm | null {
  const active = activeAlarms(state);
  return (
    active.find((a) => a.id === state.openAlarm) ?? active.find((a) => !a.isAcknowledged && a.severity <= 3) ?? null
  );
}
