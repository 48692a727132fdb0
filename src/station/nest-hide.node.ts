import { rm } from 'node:fs/promises';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { keepOrder } from './job-order.node.ts';
import { jsonInTurns } from './json-in-turns.node.ts';
import { dropSearchRecord, keepSearchRecord } from './keep-search-record.node.ts';
import { keepLayout, problemFor, refuseInvalid, type JobProblem } from './keep-layout.node.ts';
import { layoutStream } from './layout-stream.ts';
import { startSearch } from './live-search.node.ts';
import { withShown } from './shown-layouts.ts';
import { pathOf, progressed, secondsSince, setLayout, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import type { Work } from './station-memory.node.ts';

/** Inspection and order to a layout that the judge accepts, and its cut file.
 *  @throws KerfError STATION_NOTHING_PLACED, STATION_LAYOUT_INVALID */
export async function nestHide(core: StationCore, job: Job, work: Work): Promise<void> {
  const { clock } = core.options;
  const begun = clock.monotonicMs();
  const question = problemFor(core, job);
  await keepOrder(core, job);
  core.artist.setProblem(question.key, question.problem);
  await showRestored(core, job, work, question.key);
  await writeFileSynced(pathOf(core, job.id, 'problem.json'), await jsonInTurns(question.problem));
  await keepStart(core, job);
  await dropSearchRecord(core, job);
  const result = await search(core, job, work, question);
  if (!result || work.dropped.signal.aborted) return;
  core.memory.best = { job: job.id, result };
  if (result.layouts.every((layout) => layout.placements.length === 0)) throw nothingPlaced(job, result);
  await refuseInvalid(core, job, question.problem, result);
  const nestSeconds = secondsSince(core, begun);
  if (work.dropped.signal.aborted) return;
  await keepLayout(core, job, work, { ...question, result, nestSeconds });
}

/** Follows the search of this job that runs, told of the new problem, or another that starts from the best layout. Null
 *  once the work is dropped. */
async function search(
  core: StationCore,
  job: Job,
  work: Work,
  { problem, key }: JobProblem,
): Promise<NestResult | null> {
  const { memory, artist, options } = core;
  const stream = layoutStream({
    timers: options.timers,
    draw: (best) => artist.draw(key, best, { job: job.id, inspectionSha256: job.inspectionSha256, isFinal: false }),
    show: ({ json, sha256, text, figures }, result) => {
      // Kept before it is shown: whatever a person sees can be cut.
      memory.shown = withShown(memory.shown, key, { sha256, text, json, figures, result });
      setLayout(core, job.id, json);
    },
    isWanted: () => !work.dropped.signal.aborted,
    onError: (cause) => options.logger.warn('layout.not.drawn', { code: codeOf(cause) }),
  });
  const { seconds, threads, seed } = options.settings.nest;
  progressed(core, work, { what: 'nest', done: 0, total: seconds });
  const dropped = new Promise<typeof DROPPED>((resolve) =>
    work.dropped.signal.addEventListener('abort', () => resolve(DROPPED), { once: true }),
  );
  const stop = () => memory.search?.stop();
  work.stopped.signal.addEventListener('abort', stop, { once: true });
  const onLayout = (best: NestResult) => {
    // What a dropped search still finds must not take the place of the layout that a person chose.
    if (work.dropped.signal.aborted) return;
    memory.best = { job: job.id, result: best };
    progressed(core, work, { what: 'nest', done: Math.min(best.seconds, seconds), total: seconds });
    stream.offer(best);
  };
  try {
    for (;;) {
      const running = memory.search;
      if (running?.job === job.id && running.isChangeable()) running.change(problem);
      else {
        running?.stop();
        const start = memory.best?.job === job.id ? memory.best.result : undefined;
        memory.search = startSearch(options.rooms, job.id, { problem, seconds, threads, seed, start });
      }
      if (work.stopped.signal.aborted) stop();
      const followedSearch = memory.search!;
      const followed = followedSearch.follow(onLayout);
      followed.catch(() => undefined);
      const result = await Promise.race([followed, dropped]);
      if (result === DROPPED) return null;
      memory.search = null;
      if (!result) continue;
      await keepSearchRecord(core, job, followedSearch);
      return result;
    }
  } finally {
    work.stopped.signal.removeEventListener('abort', stop);
    stream.close();
  }
}

const DROPPED = Symbol('dropped');

/** What an undo came back to is on the screen before the search has anything to tell, and can be cut. */
async function showRestored(core: StationCore, job: Job, work: Work, key: string): Promise<void> {
  const { memory, artist } = core;
  const { restored } = memory;
  if (restored?.key !== key) return;
  memory.restored = null;
  const { sha256, text, result } = restored.layout;
  const { json, figures } = await artist.draw(key, result, {
    ...{ job: job.id, inspectionSha256: job.inspectionSha256, sha256, isFinal: false },
  });
  if (work.dropped.signal.aborted) return;
  memory.shown = withShown(memory.shown, key, { sha256, text, json, figures, result });
  setLayout(core, job.id, json);
}

/** The layout that the search goes on from, for whoever searches again. */
async function keepStart(core: StationCore, job: Job): Promise<void> {
  const { best } = core.memory;
  const path = pathOf(core, job.id, 'start.json');
  if (best?.job === job.id) await writeFileSynced(path, JSON.stringify(best.result));
  else await rm(path, { force: true });
}

function nothingPlaced(job: Job, { unplaced }: NestResult): KerfError {
  return new KerfError(
    'STATION_NOTHING_PLACED',
    unplaced.every((u) => u.reason === 'NEST_PIECE_EXCEEDS_SHEETS')
      ? `Job ${job.id}: every piece of ${job.order} is larger than what this hide has of its grade. Take another hide, or lower the pieces' grades.`
      : `Job ${job.id}: no piece of ${job.order} found a place on this hide. Give the search more time, lower the pieces' grades, or take another hide.`,
    { fault: 'answer', details: { job: job.id } },
  );
}
