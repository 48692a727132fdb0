import { rm } from 'node:fs/promises';
import type { Job } from '#domain/job.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { LiveSearch } from './live-search.node.ts';
import { pathOf, type StationCore } from './station-core.node.ts';

/** What finds the layouts of the job's search again: `kerf nest --replay JOB` reads it. */
const FILE = 'search.json';
/** A stopped search answers within 50 ms; nobody waits longer for one that hangs, and the job is released without. */
const PATIENCE_MS = 1000;

/** Waits until the search has ended. */
export async function keepSearchRecord(core: StationCore, job: Job, search: LiveSearch | null): Promise<void> {
  if (search?.job !== job.id) return;
  let stop: () => void = () => undefined;
  const late = new Promise<null>((resolve) => {
    stop = core.options.timers.after(PATIENCE_MS, () => resolve(null));
  });
  const record = await Promise.race([search.record(), late]);
  stop();
  if (record) await writeFileSynced(pathOf(core, job.id, FILE), JSON.stringify(record));
}

/** One of an earlier problem finds nothing. */
export async function dropSearchRecord(core: StationCore, job: Job): Promise<void> {
  await rm(pathOf(core, job.id, FILE), { force: true });
}
