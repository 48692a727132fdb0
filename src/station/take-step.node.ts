import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { EndOutbox, NewOutboxRow, Step, StepEvent } from '#store/records.ts';
import { GUARDS, type GuardContext } from './guards.ts';
import { stateRecord } from './shown-state.node.ts';
import { machineSha256 } from './sign-release.node.ts';
import { atPoint, currentJob, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { transitionOf, type JobEvent, type Transition } from './transitions.ts';

/** What an event brings with it, beside what the table says. */
export interface StepInput {
  readonly by?: string | null;
  readonly change?: Partial<Job>;
  readonly details?: StepEvent['details'];
  readonly context?: Partial<GuardContext>;
  readonly outbox?: readonly NewOutboxRow[];
  readonly endOutbox?: readonly EndOutbox[];
  readonly step?: Pick<Step, 'scan' | 'layout' | 'label' | 'act' | 'release' | 'meta'>;
  /** Done with the job's new state, before its effects. */
  readonly after?: () => void;
  /** Aborted: the step is not taken. */
  readonly unless?: AbortSignal;
}

/** Takes the table's row for this event: guards, one transaction, then the effects. Null when nothing happens because
 *  the event is the PLC's and leads nowhere, or because its work was dropped meanwhile.
 *  @throws KerfError STATION_WRONG_STATE and what guards and the store refuse */
export function takeStep(core: StationCore, id: string, event: JobEvent, input: StepInput = {}): Promise<Job | null> {
  const { by = null, change = {}, details = {}, outbox = [], endOutbox = [], step = {} } = input;
  const { memory, options, windows } = core;
  return core.inOrder(async () => {
    if (input.unless?.aborted) return null;
    const job = currentJob(core, id);
    const row = transitionOf(job.state, event);
    const refusal = row ? refusalOf(core, row, job, input) : wrongState(job, event);
    if (!row || refusal) {
      if (event.startsWith('plc ')) return null;
      throw refusal;
    }
    const at = options.clock.now();
    const next: Job = { ...job, ...change, state: row.to, updatedAt: at };
    const shown = stateRecord(core, next, at);
    const point = `${job.state} ${event}`;
    atPoint(core, `${point}: before commit`);
    await options.store.commitStep({
      job: next,
      expectedState: job.state,
      event: { kind: event, at, by, details },
      outbox,
      endOutbox,
      ...step,
      meta: { ...step.meta, ...shown.meta },
    });
    atPoint(core, `${point}: committed`);
    memory.job = next;
    shown.apply();
    input.after?.();
    options.logger.info('job.step', { job: id, event, state: next.state });
    for (const effect of row.effects) {
      await core.runEffect(effect, next);
      atPoint(core, `${point}: ${effect} done`);
    }
    windows.changed();
    return next;
  });
}

/** For steps of people: null is no answer to them. @throws KerfError STATION_WRONG_STATE */
export function takenStep(job: Job | null): Job {
  if (!job) throw new KerfError('STATION_WRONG_STATE', 'The step was overtaken by another.', { fault: 'answer' });
  return job;
}

/** The first guard of the row that says no, or null. */
export function refusalOf(
  core: StationCore,
  row: Transition,
  job: Job,
  { by = null, context }: Pick<StepInput, 'by' | 'context'>,
): KerfError | null {
  const whole: GuardContext = {
    job,
    machine: core.options.machine,
    machineSha256: machineSha256(core.options.machine),
    plc: core.publisher.plc,
    openDoubtCount: core.memory.openDoubtCount,
    by,
    layoutSha256: null,
    inspectionSha256: job.inspectionSha256,
    cutCount: null,
    ...context,
  };
  for (const guard of row.guards) {
    const refusal = GUARDS[guard](whole);
    if (refusal) return refusal;
  }
  return null;
}
