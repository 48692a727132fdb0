import type { CutView } from '#api/views.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { orderFor } from './job-order.node.ts';
import { withShown } from './shown-layouts.ts';
import { machineSha256 } from './sign-release.node.ts';
import { problemOf } from './problem-of.ts';
import { atPoint, pathOf, secondsSince, setLayout, type StationCore } from './station-core.node.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';

/** What a job's layouts are made for: one inspection, one order. `key` names it where layouts are drawn and kept. */
export interface JobProblem {
  readonly problem: Problem;
  readonly key: string;
}

export function problemFor({ memory, options }: StationCore, job: Job): JobProblem {
  const { inspection } = memory;
  if (!inspection) throw new KerfError('STATION_INSPECTION_MISSING', `Job ${job.id} has no inspection.`);
  return { problem: problemOf(inspection, orderFor(memory, job), options.settings, options.machine), key: keyOf(job) };
}

export function keyOf(job: Job): string {
  return `${job.id}@${job.inspectionSha256 ?? ''}`;
}

/** The judge's word on a layout that may be cut. @throws KerfError STATION_LAYOUT_INVALID */
export async function refuseInvalid(
  { options }: StationCore,
  job: Job,
  problem: Problem,
  result: NestResult,
): Promise<void> {
  const verdict = await options.rooms.judgeLayout(problem, result);
  if (verdict.isValid) return;
  throw new KerfError(
    'STATION_LAYOUT_INVALID',
    `Job ${job.id}: the check refuses the layout (${verdict.breaches.slice(0, 3).join('; ')}). Nothing was released; this is a defect of the solver, report it with the job's folder.`,
    { fault: 'device', details: { job: job.id, breachCount: verdict.breaches.length } },
  );
}

export interface FoundLayout extends JobProblem {
  readonly result: NestResult;
  /** The bytes of layout.json. Without: made of the result. */
  readonly text?: string;
  readonly nestSeconds: number;
}

/** Writes layout, cut file and plan, and takes the step that names them. */
export async function keepLayout(core: StationCore, job: Job, work: Work, found: FoundLayout): Promise<void> {
  const { memory, artist } = core;
  const { rooms, machine, clock } = core.options;
  const { problem, key, result, nestSeconds } = found;
  const begun = clock.monotonicMs();
  const drawn = await artist.draw(key, result, { job: job.id, inspectionSha256: job.inspectionSha256, isFinal: true });
  atPoint(core, 'nested: before files');
  const text = found.text ?? drawn.text;
  const layoutSha256 = await writeFileSynced(pathOf(core, job.id, 'layout.json'), text, { keepPrevious: true });
  const cut = await rooms.cut({ problem, result, machine, dir: pathOf(core, job.id) });
  const plan: CutView = {
    job: job.id,
    order: [...cut.order],
    cutLength: cut.cutLength,
    seconds: cut.seconds,
    file: cut.file,
    sha256: cut.sha256,
  };
  await writeFileSynced(pathOf(core, job.id, 'cut-plan.json'), JSON.stringify(plan));
  const { unplacedCount } = drawn;
  const { pieceCount, nestedYieldBp } = drawn.figures;
  await takeStep(core, job.id, 'nested', {
    change: {
      layoutSha256,
      cutFile: cut.file,
      cutSha256: cut.sha256,
      machine: machine.id,
      machineSha256: machineSha256(machine),
      pieceCount,
      nestedYieldBp,
      seconds: { ...job.seconds, nest: nestSeconds, cut: secondsSince(core, begun) },
    },
    details: { layoutSha256, pieceCount, unplacedCount },
    step: {
      layout: { sha256: layoutSha256, job: job.id, at: clock.now(), pieceCount, nestedYieldBp },
      meta: { unplacedCount: String(unplacedCount) },
    },
    after: () => {
      memory.unplacedCount = unplacedCount;
      memory.shown = withShown(memory.shown, key, { ...drawn, text, sha256: layoutSha256, result });
      setLayout(core, job.id, drawn.json);
    },
    unless: work.dropped.signal,
  });
}
