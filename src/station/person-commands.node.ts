import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { TOPICS } from '#publish/topics.ts';
import type { Wish } from './answered-topics.ts';
import { blankJob } from './blank-job.ts';
import { orderAfter, takenOver, type FollowWish } from './follow-up.node.ts';
import { rememberOrder } from './job-order.node.ts';
import { countOrder, refuseComplete } from './load-order.node.ts';
import { showState } from './shown-state.node.ts';
import { atPoint, currentJob, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { forgetJob } from './station-memory.node.ts';
import { freeRemnant } from './stock-desk.node.ts';
import { takenStep, takeStep } from './take-step.node.ts';
import { STATES_FOR_NEXT_JOB } from './transitions.ts';
import { requestPayload } from './wire-messages.ts';

/** What people do at the station; each is one step of the table, or the begin of a job. */

/** What lies on the table for a new job. */
export interface NewSheet {
  readonly source?: string | undefined;
  /** Code of the hide, as its tag says. */
  readonly hide?: string | null | undefined;
  /** The remnant of the stock that it is. */
  readonly remnant?: string | null | undefined;
  /** Of the material, mm, as a gauge or a person says. */
  readonly thickness?: number | null | undefined;
  /** The job that was broken off on it. */
  readonly follows?: FollowWish | undefined;
}

/** @param onTable the job is made, and nothing has been scanned for it yet
 *  @throws KerfError STATION_BUSY unless READY or DONE, STATION_REMNANT_UNKNOWN, STATION_REMNANT_GONE,
 *  STATION_NOTHING_TO_FOLLOW, STATION_OTHER_ORDER, STATION_ORDER_COMPLETE, STATION_ORDER_NOT_COUNTED,
 *  STATION_ORDER_MISSING, STATION_ORDER_REFUSED */
export function startJob(
  core: StationCore,
  { source = core.options.source, hide = null, remnant: remnantId = null, thickness, follows }: NewSheet,
  onTable: () => void = () => undefined,
): Promise<Job> {
  const { memory, options, alarms } = core;
  return core.inOrder(async () => {
    if (!STATES_FOR_NEXT_JOB.has(memory.state))
      throw new KerfError(
        'STATION_BUSY',
        `The station is ${memory.state} with job ${memory.job?.id ?? ''}; end or cancel that first.`,
        { fault: 'answer', details: { state: memory.state } },
      );
    const remnant = remnantId === null ? null : await freeRemnant(core, remnantId);
    const before = follows && (await takenOver(core, follows));
    await alarms.clear('STATION_JOB_FAILED');
    await alarms.clear('STATION_APPROVAL_LAPSED');
    await alarms.clear('PLC_REJECTED_JOB');
    await alarms.clear('PLC_JOB_FAILED');
    // Comes again with the next word of it, where the cutter is still at it.
    await alarms.clear('PLC_UNKNOWN_JOB');
    await alarms.clear('STORE_RESTORED');
    await countOrder(core, before?.follows);
    const { order } = memory;
    refuseComplete(before && orderAfter(order.order, before) === null ? { ...order, isComplete: true } : order);
    const { clock, store, machine } = options;
    const at = clock.now();
    atPoint(core, 'new before commit');
    const job = await store.createJob(
      {
        ...blankJob({ source, order: order.name, machine: machine.id, createdAt: at }),
        hide: hide ?? remnant?.hide ?? null,
        remnant: remnantId,
        thickness: order.order.thickness === undefined ? null : { mm: order.order.thickness, by: 'order' },
        ...before,
        ...(typeof thickness === 'number' && { thickness: { mm: thickness, by: 'gauge' as const } }),
      },
      { kind: 'new', at, by: null, details: before ? { follows: before.follows ?? null } : {} },
      {},
    );
    atPoint(core, 'new committed');
    forgetJob(memory);
    memory.job = job;
    rememberOrder(core, job);
    onTable();
    await showState(core);
    await core.runEffect('acquire', job);
    return job;
  });
}

/** "Looks right". `by` null: nobody has looked (`kerf run`); doubtful regions then block the release later on.
 *  @throws KerfError STATION_DOUBT_OPEN */
export async function reviewInspection(
  core: StationCore,
  id: string,
  { by, waive }: { by: string | null; waive: boolean },
): Promise<Job> {
  const doubtful = core.memory.openDoubtCount;
  const isWaived = waive && by !== null && doubtful > 0;
  return takenStep(
    await takeStep(core, id, 'reviewed', {
      by,
      change: isWaived ? { waivedCount: doubtful, waivedBy: by } : {},
      details: isWaived ? { waivedCount: doubtful } : {},
      // Nobody is asked where nobody is there; approve asks again.
      context: { openDoubtCount: isWaived || by === null ? 0 : doubtful },
    }),
  );
}

/** Keeps the best layout so far. @throws KerfError STATION_WRONG_STATE */
export function stopNest(core: StationCore, id: string): void {
  const job = currentJob(core, id);
  if (job.state === 'nested') return;
  const { work } = core.memory;
  if (job.state !== 'reviewed' || work?.kind !== 'nest') throw wrongState(job, 'stop nesting');
  work.stopped.abort();
}

/** A wish; the PLC decides. */
export async function askCutter(core: StationCore, id: string, req: Wish): Promise<void> {
  const job = currentJob(core, id);
  await takeStep(core, id, 'asked', {
    details: { req },
    outbox: [{ job: id, topic: TOPICS.jobRequest, payload: requestPayload(job, req), endsWith: 'answer' }],
    endOutbox: [{ job: id, topics: [TOPICS.jobRequest], by: 'superseded' }],
    after: () => {
      core.memory.asked = req;
    },
  });
}

/** The code of the hide on the table, typed; a tag may be read wrong, so it may be changed until the approval. */
export async function nameHide(
  core: StationCore,
  id: string,
  { code, by }: { readonly code: string | null; readonly by: string },
): Promise<Job> {
  return takenStep(await takeStep(core, id, 'hide named', { by, change: { hide: code }, details: { hide: code } }));
}

/** Gives the job up before release. */
export async function cancelJob(core: StationCore, id: string): Promise<Job> {
  return takenStep(await takeStep(core, id, 'given up', { change: { reason: 'STATION_GIVEN_UP' } }));
}
