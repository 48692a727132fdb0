import type { Job } from '#domain/job.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { readFileChecked } from '#store/job-files.node.ts';
import { NO_LAYOUT } from './keep-correction.node.ts';
import { keepLayout, keyOf, refuseInvalid } from './keep-layout.node.ts';
import { machineSha256 } from './sign-release.node.ts';
import { folderOf, pathOf, type StationCore } from './station-core.node.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';

/** Whether the job's cut file is for the cutter that this station drives now: kerf, origin and format are the profile's.
 *  Of a job of an earlier version nobody knows. */
export function isCutForThisMachine({ options }: StationCore, job: Job): boolean {
  return job.machineSha256 === machineSha256(options.machine);
}

/** The same layout with a cut file for this station's machine: the station was started with another profile since.
 *  @throws KerfError STORE_FILE_CHANGED, STATION_LAYOUT_INVALID, and why the machine cannot cut it */
export async function cutAnew(core: StationCore, job: Job, work: Work): Promise<void> {
  const { machine } = core.options;
  const path = pathOf(core, job.id, 'layout.json');
  const text = new TextDecoder().decode(await readFileChecked(path, job.layoutSha256 ?? ''));
  const result = parseDocument(nestResultSchema, parseJson(text, path), { name: 'layout', where: path });
  const { problem } = await folderOf(core, job.id).problem();
  const taken = await takeStep(core, job.id, 'machine changed', {
    change: NO_LAYOUT,
    details: { was: job.machine, machine: machine.id },
    unless: work.dropped.signal,
  });
  if (!taken) return;
  const key = keyOf(taken);
  core.artist.setProblem(key, problem);
  await refuseInvalid(core, taken, problem, result);
  core.memory.best = { job: job.id, result };
  await keepLayout(core, taken, work, { problem, key, result, text, nestSeconds: job.seconds['nest'] ?? 0 });
}
