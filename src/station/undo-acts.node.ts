import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Label } from '#store/records.ts';
import { actHistory, type StandingAct } from './act-history.ts';
import { keepArrangement } from './arrange-pieces.node.ts';
import { arrangementOf, withArrangement } from './arrangement-of.ts';
import { labelOf, withDefectSet } from './correction-label.ts';
import { withPiecesOf, withoutMoved } from './go-on-from.ts';
import { keepAct } from './keep-act.node.ts';
import { orderFor } from './job-order.node.ts';
import { keyOf } from './keep-layout.node.ts';
import { layoutBefore, layoutNow, type NamedLayout } from './layout-before.node.ts';
import { problemOf } from './problem-of.ts';
import { currentJob, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { transitionOf } from './transitions.ts';

/** Taking back what people did to a job's marks and pieces, in the order in which it was done, and doing it again. The
 *  layout of before is shown at once, can be cut, and is what the search goes on from. */

export interface TakeBackWish {
  readonly by: string;
  /** The layout that the person saw. */
  readonly layoutSha256?: string | undefined;
}

/** Takes the latest act back, to the start of the job. @throws KerfError STATION_NOTHING_TO_UNDO */
export function undoAct(core: StationCore, id: string, wish: TakeBackWish): Promise<Inspection> {
  return move(core, id, wish, 'undo');
}

/** Does again what was taken back last. @throws KerfError STATION_NOTHING_TO_REDO */
export function redoAct(core: StationCore, id: string, wish: TakeBackWish): Promise<Inspection> {
  return move(core, id, wish, 'redo');
}

function move(
  core: StationCore,
  id: string,
  { by, layoutSha256 }: TakeBackWish,
  action: 'undo' | 'redo',
): Promise<Inspection> {
  const { memory } = core;
  return core.correctionsInOrder(async () => {
    const job = currentJob(core, id);
    const before = memory.inspection;
    if (!before || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'take back what was done');
    const { done, undone } = actHistory(memory.acts);
    const standing = (action === 'undo' ? done : undone).at(-1);
    if (!standing) throw nothing(id, action);
    const { inspection, label } = await changed(core, job, before, standing, action);
    const restored = standing.layout === null ? null : await layoutBefore(core, id, standing.layout);
    return keepAct(core, job, inspection, {
      point: action,
      ...{ by, action, of: standing.act, pieces: standing.act.pieces, label, before },
      layout: layoutNow(core, job, layoutSha256),
      after: () => {
        // The job is by now the one of the step.
        if (restored) goBackTo(core, memory.job ?? job, restored);
      },
    });
  });
}

/** What a station that starts again goes on from, where it ended between an act and the layout after it: `memory` has the
 *  job's acts and inspection. */
export async function goOnAfterActs(core: StationCore, job: Job): Promise<void> {
  const { memory, options } = core;
  const { inspection } = memory;
  const last = memory.acts.at(-1);
  if (!last || !inspection) return;
  const earlier = actHistory(memory.acts.slice(0, -1));
  const moved = last.action === 'undo' ? earlier.done : last.action === 'redo' ? earlier.undone : [];
  const wanted = moved.at(-1)?.layout ?? null;
  const restored = wanted === null ? null : await layoutBefore(core, job.id, wanted);
  if (restored) return goBackTo(core, job, restored);
  const before = last.layout === null ? null : await layoutBefore(core, job.id, last.layout);
  if (!before) return;
  const order = orderFor(memory, job);
  const problem = problemOf(inspection, order, options.settings, options.machine);
  const was = problemOf(
    withArrangement(inspection, last.before ?? arrangementOf(inspection)),
    order,
    options.settings,
    options.machine,
  );
  const left: NestResult = withPiecesOf(problem, before.result, was);
  memory.best = { job: job.id, result: withoutMoved(left, problem, arrangementOf(inspection).locked) };
}

/** The search that runs knows only the way forward: another one starts from the layout. */
function goBackTo({ memory }: StationCore, job: Job, layout: NamedLayout): void {
  memory.search?.stop();
  memory.search = null;
  memory.best = { job: job.id, result: layout.result };
  memory.restored = { key: keyOf(job), layout };
}

interface Changed {
  readonly inspection: Inspection;
  readonly label: Omit<Label, 'job' | 'n' | 'at' | 'by'> | null;
}

/** The inspection as it was before the act (undo), or after it. */
async function changed(
  core: StationCore,
  job: Job,
  now: Inspection,
  { act }: StandingAct,
  action: 'undo' | 'redo',
): Promise<Changed> {
  const { memory, options } = core;
  const arrangement = (action === 'undo' ? act.before : act.after) ?? arrangementOf(now);
  const made = act.label === null ? undefined : memory.labels.find(({ n }) => n === act.label);
  if (!made) return { inspection: await keepArrangement(core, job, now, arrangement), label: null };
  const defects = withDefectSet(now.defects, made, action === 'undo' ? made.before : made.after);
  const did = labelOf(now.defects, defects);
  const corrected = await options.rooms.withDefects(now, defects);
  return {
    inspection: await keepArrangement(core, job, corrected, arrangement),
    label: did && { ...did, action, of: made.n },
  };
}

function nothing(job: string, action: 'undo' | 'redo'): KerfError {
  return action === 'undo'
    ? new KerfError('STATION_NOTHING_TO_UNDO', `Job ${job} has nothing that could be taken back.`, {
        fault: 'answer',
        details: { job },
      })
    : new KerfError('STATION_NOTHING_TO_REDO', `Job ${job} has nothing that was taken back.`, {
        fault: 'answer',
        details: { job },
      });
}
