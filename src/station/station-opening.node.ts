import type { Job } from '#domain/job.ts';
import { raiseWhatEnded, type Meta } from './connect-station.node.ts';
import { isCutForThisMachine } from './cut-anew.node.ts';
import { DISK_CODES } from './disk-watch.node.ts';
import { isShareFailure, probeShare } from './share.node.ts';
import { alongside, raiseAlarm, type StationCore } from './station-core.node.ts';
import type { StationMemory } from './station-memory.node.ts';
import { RESUME_EFFECTS } from './transitions.ts';

/** What a station does once it opens, before anybody is let in: it reads what it counted, tells of its start, sets right
 *  the alarms of before and goes on where it was left. */

/** @returns what the store keeps by name, whose counts the memory has now */
export async function rememberCounts({ memory, options }: StationCore): Promise<Meta> {
  const meta = await options.store.meta();
  memory.stateN = Number(meta['stateN'] ?? 0);
  memory.unplacedCount = Number(meta['unplacedCount'] ?? 0);
  return meta;
}

/** In the log, in the audit log, and by the alarm of a job that ended meanwhile. */
export async function tellOfStart(core: StationCore): Promise<void> {
  const { memory, options } = core;
  options.logger.info('station.opened', { job: memory.job?.id ?? '', state: memory.state });
  await raiseWhatEnded(core);
  await options.store.note({
    kind: 'station started',
    at: options.clock.now(),
    by: null,
    details: { version: options.version },
  });
}

/** Alarms of before whose cause is gone are cleared. The disk has taken a note by now.
 *  @param held a release that is not to be sent */
export async function settleAlarms(core: StationCore, held: Job | null): Promise<void> {
  const { alarms, memory, options } = core;
  // One may have been written while the disk refused larger things.
  for (const code of DISK_CODES) await alarms.clear(code);
  if (held === null) await alarms.clear('STATION_MACHINE_CHANGED');
  else await raiseAlarm(core, 'STATION_MACHINE_CHANGED', { made: held.machine, machine: options.machine.id });
  // The job may have gone on with its alarm still written.
  if (!['approved', 'nested', 'reviewed'].includes(memory.job?.state ?? ''))
    await alarms.clear('STATION_APPROVAL_LAPSED');
}

/** A queue of the embedded broker that is full is an alarm until it is not. */
export function watchQueues(core: StationCore): void {
  core.options.queues?.connect({
    raise: (details) => alongside(core, raiseAlarm(core, 'PUBLISH_QUEUE_FULL', details)),
    clear: () => alongside(core, core.alarms.clear('PUBLISH_QUEUE_FULL')),
  });
}

/** Whether the share, which may be another's since, takes files by now: asked where it did not before. */
export function lookAtShare(core: StationCore): void {
  if (core.alarms.active.some(({ code }) => code === 'STATION_SHARE_FAILED')) alongside(core, tryShare(core));
}

async function tryShare({ alarms, options, share }: StationCore): Promise<void> {
  try {
    await probeShare(options);
    await alarms.clear('STATION_SHARE_FAILED');
  } catch (cause) {
    if (!isShareFailure(cause)) throw cause;
    share.note(cause);
  }
}

/** What the job's last step may not have come to. */
export async function resumeJob({ memory, runEffect }: StationCore): Promise<void> {
  const { job } = memory;
  for (const effect of job ? RESUME_EFFECTS[job.state] : []) if (job) await runEffect(effect, job);
}

/** Resolves once the layout that waits for an approval, if there is one, has its cut file for this machine. */
export async function untilCutForThisMachine(core: StationCore): Promise<void> {
  const { memory } = core;
  for (let work: StationMemory['work'] = null; memory.work !== work;) {
    ({ work } = memory);
    const { job } = memory;
    const isWaiting = job?.state === 'approved' || job?.state === 'nested';
    if (isWaiting && !isCutForThisMachine(core, job)) await work?.ended;
  }
}
