import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Machine } from '#domain/machine.ts';
import { personName } from '#domain/shapes.ts';
import { layoutChanged } from './station-errors.ts';
import type { GuardName } from './transitions.ts';

/** What guards look at. */
export interface GuardContext {
  readonly job: Job;
  readonly machine: Machine;
  readonly machineSha256: string;
  readonly plc: { readonly isConnected: boolean; readonly mode: string };
  /** Doubtful regions that nobody has decided or let pass. */
  readonly openDoubtCount: number;
  /** The name that signs an approval. */
  readonly by: string | null;
  readonly layoutSha256: string | null;
  /** The inspection that a layout was made for. */
  readonly inspectionSha256: string | null;
  readonly cutCount: number | null;
}

/** Null where the step may be taken, the reason where not. */
export const GUARDS: Readonly<Record<GuardName, (context: GuardContext) => KerfError | null>> = {
  doubtIsDecided: ({ job, openDoubtCount }) =>
    openDoubtCount === 0
      ? null
      : new KerfError(
          'STATION_DOUBT_OPEN',
          `Job ${job.id} has ${openDoubtCount} doubtful regions that nobody has decided. Regrade them, or let them pass by name (waive).`,
          {
            fault: 'answer',
            details: { job: job.id, openDoubtCount },
          },
        ),
  layoutIsTheOneSeen: ({ job, layoutSha256 }) =>
    layoutSha256 !== null && layoutSha256 === job.layoutSha256 ? null : layoutChanged(job, layoutSha256),
  inspectionIsTheOneNested: ({ job, layoutSha256, inspectionSha256 }) =>
    inspectionSha256 === job.inspectionSha256 ? null : layoutChanged(job, layoutSha256),
  signerMayRelease: ({ job, machine, by }) => namelessRefusal(by, job.id) ?? demoRefusal(by, machine, job.id),
  machineIsTheOneCutFor: ({ job, machine, machineSha256 }) =>
    job.machineSha256 === machineSha256
      ? null
      : new KerfError(
          'STATION_MACHINE_CHANGED',
          `Job ${job.id}: its cut file was made for machine profile "${job.machine}" as it was then; this station drives "${machine.id}". Nothing was released; scan the hide again.`,
          { fault: 'answer', details: { job: job.id, made: job.machine, machine: machine.id } },
        ),
  plcIsReady: ({ job, plc }) =>
    plc.isConnected && plc.mode === 'auto'
      ? null
      : new KerfError(
          'STATION_PLC_NOT_READY',
          plc.isConnected
            ? `The PLC is in ${plc.mode}, expected auto. Job ${job.id} was not released; set the cutter to automatic.`
            : `The PLC has not been heard for 6 s. Job ${job.id} was not released; see to the PLC and the broker.`,
          {
            fault: 'device',
            details: { job: job.id, mode: plc.mode, isConnected: plc.isConnected },
          },
        ),
  cutCountGrows: ({ job, cutCount }) =>
    cutCount !== null && cutCount > (job.cutCount ?? 0)
      ? null
      : new KerfError('STATION_NOTHING_NEW', `Job ${job.id}: the PLC's count has not grown.`, { fault: 'answer' }),
};

/** A release names a person whom others can read. Null where `by` does, or says nothing. */
function namelessRefusal(by: string | null, job: string): KerfError | null {
  if (by === null || personName.safeParse(by).success) return null;
  return new KerfError(
    'STATION_REQUEST_REFUSED',
    `by: found ${JSON.stringify(by.slice(0, 80))}, expected the name of a person, 1 to 80 signs that can be read. Nothing was released.`,
    { details: { job } },
  );
}

const DEMO = 'demo';

/** "demo" is no person: it may release to the machine profile `simulated`, behind which no cutter stands, and nothing
 *  else. Null where the name may sign. */
export function demoRefusal(by: string | null, machine: Machine, job: string): KerfError | null {
  // Signs that are not seen make no other name of it.
  const isDemo =
    by === null ||
    by
      .normalize('NFKC')
      .replaceAll(/\p{Cf}/gu, '')
      .trim()
      .toLowerCase() === DEMO;
  if (!isDemo || (machine.id === 'simulated' && machine.kind === 'simulated')) return null;
  return new KerfError(
    'STATION_DEMO_RELEASE_REFUSED',
    `Machine profile "${machine.id}" may be real: "${by ?? ''}" cannot release to it, only a person can. Nothing was released; give --by NAME.`,
    {
      fault: 'answer',
      details: { machine: machine.id, job },
    },
  );
}
