import type { CutView } from '#api/views.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { layoutStream } from './layout-stream.ts';
import { problemOf } from './problem-of.ts';
import { atPoint, pathOf, progressed, secondsSince, setLayout, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';

/** Inspection and order to a layout that the judge accepts, and its cut file.
 *  @throws KerfError STATION_NOTHING_PLACED, STATION_LAYOUT_INVALID */
export async function nestHide(core: StationCore, job: Job, work: Work): Promise<void> {
  const { settings, clock } = core.options;
  const { order } = core.memory;
  const begun = clock.monotonicMs();
  const { inspection } = core.memory;
  if (!inspection) throw new KerfError('STATION_INSPECTION_MISSING', `Job ${job.id} has no inspection.`);
  const problem = problemOf(inspection, order.order, settings);
  await writeFileSynced(pathOf(core, job.id, 'order.json'), JSON.stringify(order.order));
  await writeFileSynced(pathOf(core, job.id, 'problem.json'), JSON.stringify(problem));
  const key = `${job.id}@${job.inspectionSha256 ?? ''}`;
  core.artist.setProblem(key, problem);
  const result = await search(core, job, work, { problem, key });
  if (work.dropped.signal.aborted) return;
  core.memory.best = { job: job.id, result };
  await refuse(core, job, problem, result);
  const nestSeconds = secondsSince(core, begun);
  if (work.dropped.signal.aborted) return;
  await keepLayout(core, job, work, { problem, key, result, begun, nestSeconds });
}

async function search(
  core: StationCore,
  job: Job,
  work: Work,
  { problem, key }: { problem: Problem; key: string },
): Promise<NestResult> {
  const { memory, artist, options } = core;
  const stream = layoutStream({
    timers: options.timers,
    draw: (best) => artist.draw(key, best, { job: job.id, sha256: null, isFinal: false }),
    show: (json) => setLayout(core, job.id, json),
    isWanted: () => !work.dropped.signal.aborted,
    onError: (cause) => options.logger.warn('layout.not.drawn', { code: codeOf(cause) }),
  });
  const start = memory.best?.job === job.id ? memory.best.result : undefined;
  const { seconds, threads, seed } = options.settings.nest;
  progressed(core, work, { what: 'nest', done: 0, total: seconds });
  return options.rooms
    .nest({
      problem,
      seconds,
      threads,
      seed,
      start,
      signal: work.stopped.signal,
      onLayout: (best) => {
        memory.best = { job: job.id, result: best };
        progressed(core, work, { what: 'nest', done: Math.min(best.seconds, seconds), total: seconds });
        stream.offer(best);
      },
    })
    .finally(() => stream.close());
}

/** A layout that places nothing, or that the judge does not accept, goes no further. */
async function refuse(core: StationCore, job: Job, problem: Problem, result: NestResult): Promise<void> {
  const { rooms } = core.options;
  const { order } = core.memory;
  if (result.layouts.every((layout) => layout.placements.length === 0))
    throw new KerfError(
      'STATION_NOTHING_PLACED',
      result.unplaced.every((u) => u.reason === 'NEST_PIECE_EXCEEDS_SHEETS')
        ? `Job ${job.id}: every piece of ${order.name} is larger than what this hide has of its grade. Take another hide, or lower the pieces' grades.`
        : `Job ${job.id}: no piece of ${order.name} found a place on this hide. Give the search more time, lower the pieces' grades, or take another hide.`,
      { fault: 'answer', details: { job: job.id } },
    );
  const verdict = await rooms.judgeLayout(problem, result);
  if (!verdict.isValid)
    throw new KerfError(
      'STATION_LAYOUT_INVALID',
      `Job ${job.id}: the check refuses the layout (${verdict.breaches.slice(0, 3).join('; ')}). Nothing was released; this is a defect of the solver, report it with the job's folder.`,
      { fault: 'device', details: { job: job.id, breachCount: verdict.breaches.length } },
    );
}

interface FoundLayout {
  readonly problem: Problem;
  /** Of the artist's problem. */
  readonly key: string;
  readonly result: NestResult;
  readonly begun: number;
  readonly nestSeconds: number;
}

/** Writes layout, cut file and plan, and takes the step that names them. */
async function keepLayout(core: StationCore, job: Job, work: Work, found: FoundLayout): Promise<void> {
  const { memory, artist } = core;
  const { rooms, machine, clock } = core.options;
  const { problem, key, result, begun, nestSeconds } = found;
  atPoint(core, 'nested: before files');
  const layoutSha256 = await writeFileSynced(pathOf(core, job.id, 'layout.json'), JSON.stringify(result), {
    keepPrevious: true,
  });
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
  const drawn = await artist.draw(key, result, { job: job.id, sha256: layoutSha256, isFinal: true });
  await takeStep(core, job.id, 'nested', {
    change: {
      layoutSha256,
      cutFile: cut.file,
      cutSha256: cut.sha256,
      pieceCount: drawn.pieceCount,
      nestedYieldBp: drawn.nestedYieldBp,
      seconds: { ...job.seconds, nest: nestSeconds, cut: secondsSince(core, begun) - nestSeconds },
    },
    details: { layoutSha256, pieceCount: drawn.pieceCount, unplacedCount: drawn.unplacedCount },
    step: {
      layout: {
        sha256: layoutSha256,
        job: job.id,
        at: clock.now(),
        pieceCount: drawn.pieceCount,
        nestedYieldBp: drawn.nestedYieldBp,
      },
      meta: { unplacedCount: String(drawn.unplacedCount) },
    },
    after: () => {
      memory.unplacedCount = drawn.unplacedCount;
      setLayout(core, job.id, drawn.json);
    },
    unless: work.dropped.signal,
  });
}
