import type { Job } from '#domain/job.ts';
import type { JobAck } from '#domain/plc-messages.ts';
import { isFinalResult, PLC_MEMORY_SIZE } from '#publish/plc-memory.ts';
import { countOrder } from './load-order.node.ts';
import { keepSheetOrNote } from './keep-ledger.node.ts';
import { stateRecord } from './shown-state.node.ts';
import { raiseAlarm, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import { STATES_FOR_NEXT_JOB } from './transitions.ts';

/** Words of the PLC about jobs that are not under way here although they are, or were, at the cutter: the store was
 *  restored from a backup, or another one took its place. They are written down before they are closed. */

/** The reason of a job that a restore ended: nobody knew then what the cutter had done of it. */
export const RESTORED_REASON = 'STORE_RESTORED';

/** Ended by a restore; the PLC may know better. */
export function endedByRestore({ state, reason }: Job): boolean {
  return state === 'failed' && reason === RESTORED_REASON;
}

/** @param job null: the store has none of this id and number */
export async function takeLateWord(core: StationCore, job: Job | null, ack: JobAck): Promise<void> {
  const { result } = ack;
  // Before its release it may have come to another layout after the backup: nobody knows what of it was cut.
  const isKnown = job !== null && (await core.options.store.release(job.id)) !== null;
  if (isKnown && (result === 'done' || result === 'failed' || result === 'cancelled'))
    await endAnew(core, job.id, { ...ack, result });
  else await noteStranger(core, ack);
  if (isFinalResult(result)) core.publisher.closeJob(ack);
}

/** The cutter's end takes the place of the restore's: state, count, ledger, stock and order go by it. The record is
 *  written first, so that a power cut between leaves a job of which the PLC will say it again. */
async function endAnew(
  core: StationCore,
  id: string,
  ack: JobAck & { readonly result: 'done' | 'failed' | 'cancelled' },
): Promise<void> {
  const { memory, options, windows, alarms } = core;
  const next = await core.inOrder(async () => {
    const job = await options.store.job(id);
    if (!job || !endedByRestore(job)) return null;
    const at = options.clock.now();
    const cutCount = ack.cutCount === undefined ? job.cutCount : Math.max(job.cutCount ?? 0, ack.cutCount);
    const ended: Job = { ...job, state: ack.result, updatedAt: at, code: ack.code, reason: null, cutCount };
    await keepSheetOrNote(core, ended, { isRecount: true });
    const isShown = memory.job?.id === id;
    const shown = isShown ? stateRecord(core, ended, at) : null;
    await options.store.commitStep({
      job: ended,
      expectedState: job.state,
      event: {
        ...{ kind: `plc ${ack.result}`, at, by: null },
        details: { code: ack.code, ...(cutCount === null ? {} : { cutCount }), endedBefore: RESTORED_REASON },
      },
      ...(shown ? { meta: shown.meta } : {}),
    });
    options.logger.info('job.step', { job: id, event: `plc ${ack.result}`, state: ended.state });
    if (isShown) memory.job = ended;
    shown?.apply();
    // An order under way is counted when its hide ends.
    if (STATES_FOR_NEXT_JOB.has(memory.state))
      await countOrder(core).catch((cause: unknown) =>
        options.logger.warn('order.not.counted', { code: codeOf(cause) }),
      );
    return ended;
  });
  if (!next) return;
  const isShown = memory.job?.id === id;
  if (isShown) {
    windows.tell({ kind: 'cut', job: id, cutCount: next.cutCount ?? 0 });
    windows.tell({ kind: 'sheet', job: id });
  }
  if (alarms.active.some(({ code, job }) => code === 'STORE_RESTORED' && job === id))
    await alarms.clear('STORE_RESTORED');
  if (alarms.active.some(({ code, details }) => code === 'PLC_UNKNOWN_JOB' && details['id'] === id))
    await alarms.clear('PLC_UNKNOWN_JOB');
  if (isShown && next.state === 'failed') await raiseAlarm(core, 'PLC_JOB_FAILED', { code: ack.code });
  windows.changed();
}

/** Once a result, however often it is repeated. A job that was refused lies as it lay: nobody has to come. */
async function noteStranger(core: StationCore, ack: JobAck): Promise<void> {
  const { memory, options, alarms } = core;
  const { id, seq, result, code, cutCount = 0 } = ack;
  memory.unknownAckCount += 1;
  options.logger.warn('plc.unknown.job', { unknownAckCount: memory.unknownAckCount });
  const key = `${seq} ${result}`;
  if (memory.strangers.get(id) !== key) {
    const details = { job: id, seq, result, code, cutCount };
    await options.store.note({ kind: 'plc unknown job', at: options.clock.now(), by: null, details });
    memory.strangers.delete(id);
    memory.strangers.set(id, key);
    // As many as a PLC remembers.
    for (const oldest of memory.strangers.keys())
      if (memory.strangers.size > PLC_MEMORY_SIZE) memory.strangers.delete(oldest);
  }
  if (result === 'rejected') return;
  await alarms.raise('PLC_UNKNOWN_JOB', null, { id, result, cutCount });
  await alarms.reword('PLC_UNKNOWN_JOB', { id, result, cutCount });
}
