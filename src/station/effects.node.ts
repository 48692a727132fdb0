import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { TOPICS } from '#publish/topics.ts';
import { cutAnew, isCutForThisMachine } from './cut-anew.node.ts';
import { keepShown } from './cut-this.node.ts';
import { diskCode } from './disk-watch.node.ts';
import { keepSheetOrNote } from './keep-ledger.node.ts';
import { acquireHide, inspectHide } from './look-at-hide.node.ts';
import { countOrder } from './load-order.node.ts';
import { isPassing, lapseApproval } from './lapse-approval.node.ts';
import { nestHide } from './nest-hide.node.ts';
import { releaseCut } from './release-cut.node.ts';
import { showRetained } from './shown-state.node.ts';
import { raiseAlarm, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';
import type { EffectName } from './transitions.ts';
import { layoutPayload, sheetPayload, yieldPayload } from './wire-messages.ts';

/** What follows a committed step, by its name in the table. Each may run twice. */
export async function runEffect(core: StationCore, effect: EffectName, job: Job): Promise<void> {
  const { memory, options, publisher, windows } = core;
  switch (effect) {
    case 'acquire':
      return begin(core, 'acquire', (work) => acquireHide(core, job, work));
    case 'inspect':
      return begin(core, 'inspect', (work) => inspectHide(core, job, work));
    case 'nest':
      return begin(core, 'nest', (work) => nestHide(core, job, work), {
        // A search that takes the corrected hide goes on: the next work follows it.
        isSearchKept: memory.search?.isChangeable() ?? false,
      });
    case 'keepShown':
      return begin(core, 'nest', (work) => keepShown(core, job, work));
    case 'cutAnew':
      if (!isCutForThisMachine(core, job)) begin(core, 'nest', (work) => cutAnew(core, job, work));
      return;
    case 'release':
      return begin(core, 'release', (work) => releaseCut(core, job, work));
    case 'askAgain':
      return begin(core, 'release', (work) => lapseApproval(core, job, work, memory.lapsedBy));
    case 'endLapse':
      memory.lapsedBy = null;
      return core.alarms.clear('STATION_APPROVAL_LAPSED');
    case 'stopWork':
      memory.work?.dropped.abort();
      memory.work?.stopped.abort();
      memory.search?.stop();
      return;
    case 'dropWork':
      memory.work?.dropped.abort();
      return;
    case 'showSheet':
      if (!memory.inspection) return;
      await showRetained(core, TOPICS.sheet, sheetPayload(job, memory.inspection, options.clock.now()));
      windows.tell({ kind: 'inspection', job: job.id });
      return;
    case 'showLayout':
      return showRetained(core, TOPICS.layout, layoutPayload(job, memory.unplacedCount, options.clock.now()));
    case 'showYield':
      // The screens show what is left of the order before the next hide.
      await countOrder(core).catch((cause: unknown) =>
        options.logger.warn('order.not.counted', { code: codeOf(cause) }),
      );
      return showRetained(core, TOPICS.yield, yieldPayload(job, options.clock.now()));
    case 'keepSheet':
      return keepSheetOrNote(core, job);
    case 'deliver':
      return publisher.wake();
    case 'closeAtPlc':
      if (job.state === 'done' || job.state === 'rejected' || job.state === 'failed' || job.state === 'cancelled')
        publisher.closeJob({ id: job.id, seq: job.seq, result: job.state });
      return;
  }
}

/** Runs long work beside the steps. Work that was dropped ends first; a failure becomes the job's. */
function begin(
  core: StationCore,
  kind: Work['kind'],
  run: (work: Work) => Promise<void>,
  { isSearchKept = false }: { readonly isSearchKept?: boolean } = {},
): void {
  const { memory, windows } = core;
  const before = memory.work;
  before?.dropped.abort();
  if (!isSearchKept) before?.stopped.abort();
  const work: Work = {
    kind,
    dropped: new AbortController(),
    stopped: new AbortController(),
    ended: Promise.resolve(),
  };
  memory.work = work;
  work.ended = (async () => {
    await before?.ended;
    if (work.dropped.signal.aborted) return;
    try {
      await run(work);
    } catch (cause) {
      if (!work.dropped.signal.aborted) await fail(core, work, cause);
    } finally {
      if (memory.work === work) {
        memory.progress = null;
        windows.changed();
      }
    }
  })();
}

async function fail(core: StationCore, work: Work, cause: unknown): Promise<void> {
  const { memory, options, windows } = core;
  const { job } = memory;
  if (!job) return;
  const code = codeOf(cause);
  options.logger.error('job.failed', { job: job.id, state: job.state, code });
  if (job.state === 'approved' && isPassing(cause)) {
    memory.lapsedBy = cause;
    core.noteDisk(cause);
    core.share.note(cause);
    try {
      return await lapseApproval(core, job, work, cause);
    } catch (second) {
      // A disk that takes not even this: lapsed it will be once it does.
      memory.stuckBy = second;
      core.noteDisk(second);
      windows.changed();
      return;
    }
  }
  if (diskCode(cause) !== null) {
    // No fault of the job's: it stays where it is committed, and goes on when there is room.
    memory.stuckBy = cause;
    core.noteDisk(cause);
    windows.changed();
    return;
  }
  try {
    await raiseAlarm(core, 'STATION_JOB_FAILED', {
      ...(cause instanceof KerfError ? cause.details : {}),
      reason: code,
    });
    memory.lastError = cause;
    await takeStep(core, job.id, 'failed', { change: { reason: code }, details: { reason: code } });
  } catch (second) {
    // The store itself may be what failed: then the job stays where it was committed, for the next start.
    options.logger.error('job.failure.not.written', { job: job.id, code: codeOf(second) });
    memory.stuckBy = cause;
    windows.changed();
  }
}
