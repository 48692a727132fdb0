import type { ScreenPath } from '#api/screen-paths.ts';
import type { Alarm, StationState } from '#domain/job.ts';

/** What of an alarm's remedy can be done at the panel; most of it is done at the machine. */
export type AlarmRemedy = { readonly kind: 'scan-again' } | { readonly kind: 'go'; readonly path: ScreenPath };

/** The remedy that a button offers, or null where only hands help. */
export function alarmRemedy({ code, job }: Alarm, now: StationState, nowJob: string | null): AlarmRemedy | null {
  // Of this very hide, and while it can still be given up.
  if (code.startsWith('ACQUIRE_SCAN_')) return job === nowJob && canScanAgain(now) ? { kind: 'scan-again' } : null;
  if (code.startsWith('ACQUIRE_CAMERA_') || /^ACQUIRE_(TABLE|CORNERS)_DRIFTED$/.test(code))
    return { kind: 'go', path: '/commission' };
  if (isOfTheDisk(code) || code === 'STATION_BACKUP_FAILED') return { kind: 'go', path: '/system' };
  return null;
}

function isOfTheDisk(code: string): boolean {
  return code.startsWith('STORE_') && code !== 'STORE_RESTORED';
}

/** While a hide is looked at and laid, before its release. */
export function canScanAgain(state: StationState): boolean {
  return state === 'REVIEWING' || state === 'NESTING';
}
