import type { Inspection } from '#domain/inspection.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { jsonInTurns } from './json-in-turns.node.ts';
import { atPoint, pathOf, type StationCore } from './station-core.node.ts';
import { rememberInspection } from './station-memory.node.ts';
import { takenStep, takeStep, type StepInput } from './take-step.node.ts';

/** What a job forgets with its layout. */
export const NO_LAYOUT = {
  layoutSha256: null,
  cutFile: null,
  cutSha256: null,
  machineSha256: null,
  pieceCount: null,
  nestedYieldBp: null,
} as const;

/** Writes an inspection that a person has changed and takes the step that names it; what was made of the old one ends.
 *  @param point names the moment before the file for tests that cut the power there */
export async function keepCorrection(
  core: StationCore,
  id: string,
  inspection: Inspection,
  { point, details, after, ...step }: Pick<StepInput, 'by' | 'details' | 'step' | 'after'> & { readonly point: string },
): Promise<Inspection> {
  const { memory, grading } = core;
  atPoint(core, `${point}: before file`);
  const inspectionSha256 = await writeFileSynced(pathOf(core, id, 'inspection.json'), await jsonInTurns(inspection), {
    keepPrevious: true,
  });
  takenStep(
    await takeStep(core, id, 'corrected', {
      ...step,
      change: { ...NO_LAYOUT, inspectionSha256 },
      details: { ...details, inspectionSha256 },
      after: () => {
        rememberInspection(memory, inspection, grading);
        memory.layoutJson = null;
        after?.();
      },
    }),
  );
  return inspection;
}
