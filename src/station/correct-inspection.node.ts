import { randomUUID } from 'node:crypto';
import type { Defect, Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Ring } from '#domain/ring.ts';
import type { Label } from '#store/records.ts';
import { keepCorrection } from './keep-correction.node.ts';
import { arrangementOf, keepArrangement } from './arrange-pieces.node.ts';
import { labelHistory, labelOf, withDefectSet } from './label-history.ts';
import { drawnDefect, withChangedDefect } from './person-defects.ts';
import { currentJob, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { transitionOf } from './transitions.ts';

/** What people do to an inspection. Each is a label: who, when, the defect before and after; kept in the transaction of
 *  its step, so that what was learnt from people is neither lost nor there without its effect. */

export function drawDefect(
  core: StationCore,
  id: string,
  { outline, class: name, quality, by }: { outline: Ring; class: string; quality: number; by: string },
): Promise<Inspection> {
  const at = core.options.clock.now();
  const defect = drawnDefect({ id: `p${randomUUID().slice(0, 8)}`, outline, class: name, quality, by, at });
  return correct(core, id, by, (defects) => ({ defects: [...defects, defect] }));
}

/** `quality` null takes the defect away. @throws KerfError STATION_DEFECT_UNKNOWN */
export function changeDefect(
  core: StationCore,
  id: string,
  defectId: string,
  { quality, by }: { quality: number | null; by: string },
): Promise<Inspection> {
  const at = core.options.clock.now();
  return correct(core, id, by, (defects) => ({ defects: withChangedDefect(defects, defectId, { quality, by, at }) }));
}

/** Takes the latest correction back, to the start of the job. @throws KerfError STATION_NOTHING_TO_UNDO */
export function undoCorrection(core: StationCore, id: string, by: string): Promise<Inspection> {
  return correct(core, id, by, (defects) => {
    const last = labelHistory(core.memory.labels).done.at(-1);
    if (!last) throw nothing('STATION_NOTHING_TO_UNDO', id, 'no correction that could be taken back');
    return { defects: withDefectSet(defects, last, last.before), of: last, action: 'undo' };
  });
}

/** Does again what was taken back last. @throws KerfError STATION_NOTHING_TO_REDO */
export function redoCorrection(core: StationCore, id: string, by: string): Promise<Inspection> {
  return correct(core, id, by, (defects) => {
    const last = labelHistory(core.memory.labels).undone.at(-1);
    if (!last) throw nothing('STATION_NOTHING_TO_REDO', id, 'nothing that was taken back');
    return { defects: withDefectSet(defects, last, last.after), of: last, action: 'redo' };
  });
}

interface Edit {
  readonly defects: readonly Defect[];
  /** Of an undo or redo: the label that it moves. */
  readonly of?: Label;
  readonly action?: 'undo' | 'redo';
}

/** A new inspection with other defects, which ends what was made of the old one. @throws KerfError STATION_WRONG_STATE */
function correct(
  core: StationCore,
  id: string,
  by: string,
  edit: (defects: readonly Defect[]) => Edit,
): Promise<Inspection> {
  const { memory, options } = core;
  return core.correctionsInOrder(async () => {
    const job = currentJob(core, id);
    const before = memory.inspection;
    if (!before || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'correct the inspection');
    const { defects, of, action } = edit(before.defects);
    const did = labelOf(before.defects, defects);
    if (!did) return before;
    const label: Label = {
      ...did,
      action: action ?? did.action,
      job: id,
      n: memory.labels.length + 1,
      at: options.clock.now(),
      by,
      of: of?.n ?? null,
    };
    const corrected = await options.rooms.withDefects(before, defects);
    const inspection = await keepArrangement(core, job, corrected, arrangementOf(before));
    return keepCorrection(core, id, inspection, {
      point: 'corrected',
      by,
      details: { label: label.n, action: label.action, defect: label.defect },
      step: { label },
      after: () => {
        memory.labels = [...memory.labels, label];
      },
    });
  });
}

function nothing(code: string, job: string, what: string): KerfError {
  return new KerfError(code, `Job ${job} has ${what}.`, { fault: 'answer', details: { job } });
}
