import { join } from 'node:path';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { wireId } from '#domain/shapes.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { withEarlierCuts } from './follow-up.node.ts';
import { keepOrder } from './job-order.node.ts';
import { JobFolder } from './job-folder.node.ts';
import { jsonInTurns } from './json-in-turns.node.ts';
import { codeOf } from './station-errors.ts';
import { raiseCutOff, raiseScanAlarms } from './camera-alarms.node.ts';
import {
  atPoint,
  folderOf,
  pathOf,
  progressed,
  raiseAlarm,
  secondsSince,
  type StationCore,
} from './station-core.node.ts';
import { rememberInspection, type Work } from './station-memory.node.ts';
import { tableCornersOf } from './table-desk.node.ts';
import { takeStep } from './take-step.node.ts';

/** Camera or picture to a rectified scan. */
export async function acquireHide(core: StationCore, job: Job, work: Work): Promise<void> {
  const { clock, rooms } = core.options;
  const start = clock.monotonicMs();
  await keepOrder(core, job);
  const scan = await rooms.acquireScan({
    source: job.source,
    corners: await tableCornersOf(core.options.store),
    thickness: job.thickness ?? null,
    dir: pathOf(core, job.id, 'scan'),
    signal: work.dropped.signal,
    onProgress: (progress) => progressed(core, work, progress),
  });
  if (!work.dropped.signal.aborted) await raiseScanAlarms(core, scan, job.id);
  const hide = await codeOfHide(core, job);
  await takeStep(core, job.id, 'scanned', {
    change: {
      ...(hide === null || core.memory.job?.hide ? {} : { hide }),
      scanSha256: scan.sha256,
      seconds: { ...job.seconds, scan: secondsSince(core, start) },
    },
    step: {
      scan: {
        sha256: scan.sha256,
        job: job.id,
        path: join('jobs', job.id, 'scan'),
        takenAt: scan.takenAt,
        widthPx: scan.widthPx,
        heightPx: scan.heightPx,
      },
    },
    unless: work.dropped.signal,
  });
}

/** The code that lies in the scan, where it is wanted and there is exactly one that can be a hide's; what a person typed
 *  counts more. A reader that fails stops no hide. */
async function codeOfHide({ options }: StationCore, job: Job): Promise<string | null> {
  const { rooms, settings, store, logger } = options;
  if (!settings.readsHideCodes || !rooms.readCodes || job.hide) return null;
  const codes = await rooms.readCodes(new JobFolder(store.dir, job.id).path('scan')).catch((cause: unknown) => {
    logger.warn('hide.code.not.read', { job: job.id, code: codeOf(cause) });
    return [];
  });
  const fitting = codes.filter((code) => wireId.safeParse(code).success);
  logger.info('hide.code', { job: job.id, count: fitting.length });
  return fitting.length === 1 ? fitting[0]! : null;
}

/** Scan to inspection. */
export async function inspectHide(core: StationCore, job: Job, work: Work): Promise<void> {
  const { clock, rooms } = core.options;
  const { memory, windows, grading } = core;
  const start = clock.monotonicMs();
  const seen = await rooms.inspectScan({
    dir: pathOf(core, job.id, 'scan'),
    scan: await folderOf(core, job.id).scan(),
    signal: work.dropped.signal,
    onProgress: (progress) => progressed(core, work, progress),
    onTile: (tile) => windows.tell({ kind: 'tile', job: job.id, ...tile }),
    onDefects: (defects) => windows.tell({ kind: 'defects', job: job.id, defects }),
  });
  if (work.dropped.signal.aborted) return;
  await raiseCutOff(core, seen, job.id);
  const { inspection, slip } = await withEarlierCuts(core, job, seen);
  await sayEyesTrouble(core, inspection);
  atPoint(core, 'inspected: before file');
  const inspectionSha256 = await writeFileSynced(
    pathOf(core, job.id, 'inspection.json'),
    await jsonInTurns(inspection),
    {
      keepPrevious: true,
    },
  );
  await takeStep(core, job.id, 'inspected', {
    change: {
      inspectionSha256,
      ...(slip && { slip }),
      seconds: { ...job.seconds, inspect: secondsSince(core, start) },
    },
    details: { defectCount: inspection.defects.length, ...(slip && { slipMm: slip.farthest }) },
    after: () => rememberInspection(memory, inspection, grading),
    unless: work.dropped.signal,
  });
}

/** Inspecting went on though a provider refused, or a thread had to be replaced: degraded, and nobody would see it. Each
 *  alarm ends with the first hide without its cause. */
async function sayEyesTrouble(core: StationCore, { provider }: Inspection): Promise<void> {
  const { used } = provider;
  const gone = await goneProvider(core, provider);
  const why = gone === null ? provider.why : `${provider.why}; hides before ran on ${gone}`;
  if (provider.fellBack || gone !== null) await raiseAlarm(core, 'INSPECT_PROVIDER_FELL_BACK', { used, why });
  else await core.alarms.clear('INSPECT_PROVIDER_FELL_BACK');
  const replaced = provider.replaced ?? 0;
  if (replaced > core.memory.replacedThreads) await raiseAlarm(core, 'INSPECT_WORKER_REPLACED', { replaced, why });
  else await core.alarms.clear('INSPECT_WORKER_REPLACED');
  core.memory.replacedThreads = replaced;
}

/** Best provider that the eyes have run on, over restarts: one that is not there is not tried, and nothing refuses. */
const BEST_PROVIDER = 'bestProvider';

/** The provider that ran before and would still be taken, where a lesser one runs now; null: none. Whoever names another ends
 *  it. */
async function goneProvider({ options }: StationCore, provider: Inspection['provider']): Promise<string | null> {
  const { used, wanted } = provider;
  const best = (await options.store.meta())[BEST_PROVIDER];
  const rank = best === undefined ? -1 : wanted.indexOf(best);
  if (best !== undefined && rank >= 0 && rank < wanted.indexOf(used)) return best;
  if (best !== used) await options.store.setMeta({ [BEST_PROVIDER]: used });
  return null;
}
