import type { Alarm } from '#domain/job.ts';
import type { PageState } from './page-state.ts';

/** Alarms whose cause stands, most urgent first, then the newest. */
export function standingAlarms(state: PageState): readonly Alarm[] {
  return (state.status?.alarms ?? [])
    .filter((a) => a.isActive)
    .sort((a, b) => a.severity - b.severity || (a.raisedAt < b.raisedAt ? 1 : -1));
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
