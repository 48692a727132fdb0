import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { demoRefusal } from './guards.ts';
import { NO_LAYOUT } from './keep-correction.node.ts';
import { keepSearchRecord } from './keep-search-record.node.ts';
import { keepLayout, keyOf, problemFor, refuseInvalid } from './keep-layout.node.ts';
import { shownBy, type ShownLayout } from './shown-layouts.ts';
import { machineSha256 } from './sign-release.node.ts';
import { currentJob, type StationCore } from './station-core.node.ts';
import { layoutChanged, wrongState } from './station-errors.ts';
import type { Work } from './station-memory.node.ts';
import { refusalOf, takenStep, takeStep } from './take-step.node.ts';
import { transitionOf } from './transitions.ts';

export interface Approval {
  readonly layoutSha256: string;
  readonly by: string;
}

/** "Cut this": approves and releases exactly the layout with this hash, or nothing. While the search runs, any layout
 *  that it has shown may be taken (the latest 64): the search ends and that one becomes the job's. The same approval
 *  again gives the job as it is.
 *  @throws KerfError STATION_LAYOUT_CHANGED, STATION_ALREADY_APPROVED, STATION_DEMO_RELEASE_REFUSED,
 *  STATION_PLC_NOT_READY, STATION_DOUBT_OPEN, STATION_LAYOUT_INVALID */
export function approveLayout(core: StationCore, id: string, approval: Approval): Promise<Job> {
  // Taps one after another: the second finds what the first has done.
  return core.approvalsInOrder(async () => {
    const job = currentJob(core, id);
    const { layoutSha256, by } = approval;
    const refusal = demoRefusal(by, core.options.machine, id);
    if (refusal) throw refusal;
    if (job.approvedBy !== null) {
      if (job.layoutSha256 === layoutSha256) return job;
      throw alreadyApproved(job, layoutSha256);
    }
    const shown = shownBy(core.memory.shown, keyOf(job), layoutSha256);
    if (shown && job.layoutSha256 !== layoutSha256 && transitionOf(job.state, 'chosen'))
      await takeShown(core, job, shown, by);
    else if (job.state === 'reviewed') throw layoutChanged(job, layoutSha256);
    return takenStep(
      await takeStep(core, id, 'approved', {
        by,
        change: { approvedBy: by },
        details: { layoutSha256 },
        context: { layoutSha256, openDoubtCount: openDoubts(core, job) },
      }),
    );
  });
}

/** Effect: the layout that a person chose becomes the job's own. */
export async function keepShown(core: StationCore, job: Job, work: Work): Promise<void> {
  const { chosen } = core.memory;
  if (!chosen) throw new KerfError('STATION_LAYOUT_MISSING', `Job ${job.id} has no layout that was chosen.`);
  const { result, text } = chosen;
  await keepSearchRecord(core, job, core.memory.search);
  core.memory.best = { job: job.id, result };
  await keepLayout(core, job, work, { ...problemFor(core, job), result, text, nestSeconds: result.seconds });
}

/** Ends the search and makes the shown layout the job's. What would refuse the release refuses it here already, so
 *  that a tap which cannot release leaves the search as it is. */
async function takeShown(core: StationCore, job: Job, shown: ShownLayout, by: string): Promise<void> {
  const { sha256: layoutSha256, result } = shown;
  const row = transitionOf('nested', 'approved');
  const context = { layoutSha256, openDoubtCount: openDoubts(core, job) };
  // Its cut file is yet to be made.
  const cutFor = machineSha256(core.options.machine);
  const refusal = row && refusalOf(core, row, { ...job, layoutSha256, machineSha256: cutFor }, { by, context });
  if (refusal) throw refusal;
  const { problem } = problemFor(core, job);
  await refuseInvalid(core, job, problem, result);
  takenStep(
    await takeStep(core, job.id, 'chosen', {
      by,
      // A correction that came meanwhile has ended this layout.
      context: { inspectionSha256: job.inspectionSha256 },
      change: NO_LAYOUT,
      details: { layoutSha256 },
      after: () => {
        core.memory.chosen = shown;
      },
    }),
  );
  await core.memory.work?.ended;
  const now = currentJob(core, job.id);
  if (now.state === 'nested' && now.layoutSha256 !== layoutSha256) throw layoutChanged(now, layoutSha256);
  if (now.state !== 'nested') throw core.memory.lastError ?? wrongState(now, 'approved');
}

function openDoubts({ memory }: StationCore, job: Job): number {
  return job.waivedBy === null ? memory.openDoubtCount : 0;
}

function alreadyApproved(job: Job, layoutSha256: string): KerfError {
  return new KerfError(
    'STATION_ALREADY_APPROVED',
    `Job ${job.id}: ${job.approvedBy ?? ''} has approved another layout already. Nothing more was released.`,
    { fault: 'answer', details: { job: job.id, seen: layoutSha256, approved: job.layoutSha256 } },
  );
}
