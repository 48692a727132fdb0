import { readFile } from 'node:fs/promises';
import type { Job } from '#domain/job.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import type { Problem } from '#domain/problem.ts';
import { readFileChecked, writeFileSynced } from '#store/job-files.node.ts';
import { NO_LAYOUT } from './keep-correction.node.ts';
import { jsonInTurns } from './json-in-turns.node.ts';
import { dropSearchRecord } from './keep-search-record.node.ts';
import { keepLayout, problemFor } from './keep-layout.node.ts';
import { nestHide } from './nest-hide.node.ts';
import { machineSha256 } from './sign-release.node.ts';
import { pathOf, type StationCore } from './station-core.node.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';

/** Whether the job's cut file is for the cutter that this station drives now: kerf, origin and format are the profile's.
 *  Of a job of an earlier version nobody knows. */
export function isCutForThisMachine({ options }: StationCore, job: Job): boolean {
  return job.machineSha256 === machineSha256(options.machine);
}

/** The same layout with a cut file for this station's machine: the station was started with another profile since. Where
 *  its pieces lie too close for that machine's kerf, the search goes on from it.
 *  @throws KerfError STORE_FILE_CHANGED, STATION_LAYOUT_INVALID, and why the machine cannot cut it */
export async function cutAnew(core: StationCore, job: Job, work: Work): Promise<void> {
  const { machine } = core.options;
  const path = pathOf(core, job.id, 'layout.json');
  const text = new TextDecoder().decode(await readFileChecked(path, job.layoutSha256 ?? ''));
  const result = parseDocument(nestResultSchema, parseJson(text, path), { name: 'layout', where: path });
  const taken = await takeStep(core, job.id, 'machine changed', {
    change: NO_LAYOUT,
    details: { was: job.machine, machine: machine.id },
    unless: work.dropped.signal,
  });
  if (!taken) return;
  const { problem, key } = problemFor(core, taken);
  core.memory.best = { job: job.id, result };
  const { isValid } = await core.options.rooms.judgeLayout(problem, result);
  if (!isValid) return nestHide(core, taken, work);
  core.artist.setProblem(key, problem);
  await keepProblem(core, taken, problem);
  await keepLayout(core, taken, work, { problem, key, result, text, nestSeconds: job.seconds['nest'] ?? 0 });
}

/** The problem as this machine puts it; where that is another one, what would find the layout again does not any more. */
async function keepProblem(core: StationCore, job: Job, problem: Problem): Promise<void> {
  const path = pathOf(core, job.id, 'problem.json');
  const text = await jsonInTurns(problem);
  if ((await readFile(path, 'utf8')) === text) return;
  await dropSearchRecord(core, job);
  await writeFileSynced(path, text);
}
