import { randomUUID } from 'node:crypto';
import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Ring } from '#domain/ring.ts';
import { keepArrangement } from './arrange-pieces.node.ts';
import { arrangementOf } from './arrangement-of.ts';
import { labelOf } from './correction-label.ts';
import { keepAct } from './keep-act.node.ts';
import { layoutNow } from './layout-before.node.ts';
import { drawnDefect, withChangedDefect } from './person-defects.ts';
import { currentJob, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { transitionOf } from './transitions.ts';

/** What people do to an inspection. Each is a label: who, when, the defect before and after; kept in the transaction of
 *  its step, so that what was learnt from people is neither lost nor there without its effect. */

interface Person {
  readonly by: string;
  /** The layout that the person saw. */
  readonly layoutSha256?: string | undefined;
}

export function drawDefect(
  core: StationCore,
  id: string,
  { outline, class: name, quality, ...person }: { outline: Ring; class: string; quality: number } & Person,
): Promise<Inspection> {
  const at = core.options.clock.now();
  const { by } = person;
  const defect = drawnDefect({ id: `p${randomUUID().slice(0, 8)}`, outline, class: name, quality, by, at });
  return correct(core, id, person, (defects) => [...defects, defect]);
}

/** `quality` null takes the defect away. @throws KerfError STATION_DEFECT_UNKNOWN */
export function changeDefect(
  core: StationCore,
  id: string,
  defectId: string,
  { quality, ...person }: { quality: number | null } & Person,
): Promise<Inspection> {
  const at = core.options.clock.now();
  const { by } = person;
  return correct(core, id, person, (defects) => withChangedDefect(defects, defectId, { quality, by, at }));
}

/** A new inspection with other defects, which ends what was made of the old one. @throws KerfError STATION_WRONG_STATE */
function correct(
  core: StationCore,
  id: string,
  { by, layoutSha256 }: Person,
  edit: (defects: readonly Defect[]) => readonly Defect[],
): Promise<Inspection> {
  const { memory, options } = core;
  return core.correctionsInOrder(async () => {
    const job = currentJob(core, id);
    const before = memory.inspection;
    if (!before || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'correct the inspection');
    const defects = edit(before.defects);
    const did = labelOf(before.defects, defects);
    if (!did) return before;
    const corrected = await options.rooms.withDefects(before, defects);
    const inspection = await keepArrangement(core, job, corrected, arrangementOf(before));
    const isForbidden = did.action === 'draw' && did.after?.quality === 0 && job.state !== 'inspected';
    return keepAct(core, job, inspection, {
      point: 'corrected',
      by,
      action: isForbidden ? 'forbid' : did.action,
      label: { ...did, of: null },
      before,
      layout: layoutNow(core, job, layoutSha256),
    });
  });
}
