import type { Defect, Inspection } from '#domain/inspection.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { StepEvent } from '#store/records.ts';
import { atPoint, currentJob, pathOf, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { rememberInspection } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';
import { transitionOf } from './transitions.ts';

/** A person's correction: a new inspection with other defects, which ends what was made of the old one.
 *  @throws KerfError STATION_WRONG_STATE */
export function correctInspection(
  core: StationCore,
  id: string,
  by: string,
  details: StepEvent['details'],
  edit: (defects: readonly Defect[]) => readonly Defect[],
): Promise<Inspection> {
  const { memory, options, grading } = core;
  return core.correctionsInOrder(async () => {
    const job = currentJob(core, id);
    const before = memory.inspection;
    if (!before || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'correct the inspection');
    const inspection = await options.rooms.withDefects(before, edit(before.defects));
    atPoint(core, 'corrected: before file');
    const inspectionSha256 = await writeFileSynced(pathOf(core, id, 'inspection.json'), JSON.stringify(inspection), {
      keepPrevious: true,
    });
    await takeStep(core, id, 'corrected', {
      by,
      change: {
        inspectionSha256,
        layoutSha256: null,
        cutFile: null,
        cutSha256: null,
        pieceCount: null,
        nestedYieldBp: null,
      },
      details: { ...details, inspectionSha256 },
      after: () => {
        rememberInspection(memory, inspection, grading);
        memory.layoutJson = null;
      },
    });
    return inspection;
  });
}
