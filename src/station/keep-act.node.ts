import { toldPieces } from '#domain/act-pieces.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import type { Act, Label } from '#store/records.ts';
import { arrangementOf } from './arrangement-of.ts';
import { keepCorrection } from './keep-correction.node.ts';
import { keepLayoutBefore, type NamedLayout } from './layout-before.node.ts';
import type { StationCore } from './station-core.node.ts';
import type { StepInput } from './take-step.node.ts';

export interface DoneAct extends Pick<StepInput, 'details'> {
  /** Names the moment before the file for tests that cut the power there. */
  readonly point: string;
  readonly by: string;
  readonly action: Act['action'];
  /** Of an undo or redo: the act that it moves. */
  readonly of?: Act;
  readonly pieces?: readonly string[];
  readonly label?: Omit<Label, 'job' | 'n' | 'at' | 'by'> | null;
  readonly before: Inspection;
  /** What was on the screen before it. */
  readonly layout: NamedLayout | null;
  readonly after?: () => void;
}

/** Writes an inspection that an act of a person has changed, with the act (and the label of a correction) in the
 *  transaction of its step: nothing is done that cannot be taken back. */
export async function keepAct(core: StationCore, job: Job, inspection: Inspection, did: DoneAct): Promise<Inspection> {
  const { memory, options } = core;
  const { point, by, action, of, pieces = [], before, layout } = did;
  const named = { job: job.id, at: options.clock.now(), by };
  const label: Label | null = did.label ? { ...did.label, ...named, n: memory.labels.length + 1 } : null;
  const act: Act = {
    ...named,
    n: memory.acts.length + 1,
    ...{ action, of: of?.n ?? null, label: label?.n ?? null, pieces },
    ...{ before: arrangementOf(before), after: arrangementOf(inspection), layout: layout?.sha256 ?? null },
  };
  if (layout) await keepLayoutBefore(core, job, layout);
  return keepCorrection(core, job.id, inspection, {
    ...{ point, by },
    details: {
      ...{ act: act.n, action, ...toldPieces(pieces) },
      ...(label ? { label: label.n, defect: label.defect } : {}),
      ...did.details,
    },
    step: { act, ...(label ? { label } : {}) },
    after: () => {
      memory.acts = [...memory.acts, act];
      if (label) memory.labels = [...memory.labels, label];
      did.after?.();
    },
  });
}
