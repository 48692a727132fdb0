import { MOST_DRIFT } from '#domain/table-limits.ts';
import { CAMERA_TROUBLES, type CameraHealth } from '#acquire/camera.ts';
import { SCAN_DOUBTS, type ScanDoubt } from '#acquire/scan-survey.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Scan } from '#domain/scan.ts';
import { cutOffFlag } from '#inspect/cut-off-flag.ts';
import type { ScanAlarm } from './alarm-book.node.ts';
import { alongside, type StationCore } from './station-core.node.ts';

/** Watches the camera that hides come from: each of its troubles is an alarm that clears when the camera is well again.
 *  @returns a function that ends the watch */
export function raiseCameraAlarms(core: StationCore): () => void {
  const { rooms, source } = core.options;
  const stop = rooms.watchCamera?.(source, (health) => alongside(core, showHealth(core, health))) ?? null;
  // Alarms of a camera that is not watched any more would stand for ever.
  if (stop === null) alongside(core, showHealth(core, { troubles: [], isStarting: false, reason: '' }));
  return stop ?? (() => undefined);
}

async function showHealth(
  core: StationCore,
  { troubles, isStarting, reason }: Pick<CameraHealth, 'troubles' | 'isStarting' | 'reason'>,
): Promise<void> {
  if (core.isClosing()) return;
  for (const code of CAMERA_TROUBLES) {
    const details = { source: core.options.source, said: reason };
    if (troubles.includes(code)) {
      await core.alarms.raise(code, null, details);
      await core.alarms.reword(code, details);
    } else if (!isStarting) await core.alarms.clear(code);
  }
}

/** What a scan says of itself that a person must know: each doubt is an alarm until a scan is without it. The table's
 *  markers are found again in every scan: where they have moved since the table was calibrated, or its corners were set,
 *  that is one too. */
export async function raiseScanAlarms({ alarms }: StationCore, scan: Scan, job: string): Promise<void> {
  for (const doubt of SCAN_DOUBTS) {
    const flag = scan.flags.find(({ kind }) => kind === doubt);
    const code = SCAN_ALARMS[doubt];
    if (flag === undefined) await alarms.clear(code);
    else await alarms.raise(code, job, { size: Math.round(flag.value ?? 0) });
  }
  const [here, other] = scan.flags.some(({ kind }) => kind === 'corners')
    ? (['ACQUIRE_CORNERS_DRIFTED', 'ACQUIRE_TABLE_DRIFTED'] as const)
    : (['ACQUIRE_TABLE_DRIFTED', 'ACQUIRE_CORNERS_DRIFTED'] as const);
  // What the table is not found by any more says nothing of this scan.
  await alarms.clear(other);
  if (scan.drift === null) return;
  if (scan.drift > MOST_DRIFT)
    await alarms.raise(here, job, { drift: Math.round(scan.drift * 10) / 10, most: MOST_DRIFT });
  else await alarms.clear(here);
}

/** The outline tells more surely than a glance at the whole scan whether the hide reaches over the picture's edge. A scan
 *  without clears the alarm. */
export async function raiseCutOff({ alarms }: StationCore, inspection: Inspection, job: string): Promise<void> {
  const flag = cutOffFlag(inspection);
  if (flag !== null) await alarms.raise('ACQUIRE_SCAN_CUT_OFF', job, { size: Math.round(flag.value ?? 0) });
}

const SCAN_ALARMS = {
  blurred: 'ACQUIRE_SCAN_BLURRED',
  dark: 'ACQUIRE_SCAN_DARK',
  glare: 'ACQUIRE_SCAN_GLARE',
  rim: 'ACQUIRE_SCAN_CUT_OFF',
  arm: 'ACQUIRE_SCAN_REACHED_INTO',
  several: 'ACQUIRE_SCAN_SEVERAL',
} as const satisfies Record<ScanDoubt, ScanAlarm>;
