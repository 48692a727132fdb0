import type { HidePassport } from '#domain/hide-passport.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Remnant } from '#domain/remnant.ts';
import { JobFolder } from './job-folder.node.ts';

/** A hide is cut once or twice, its remnants some times more. */
const MOST_JOBS = 50;

/** What a passport is made of: the station's store, or a database that a command reads beside it. */
export interface HideRecords {
  jobsOfHide(code: string, limit: number): Job[] | Promise<Job[]>;
  remnantsOfHide(code: string): Remnant[] | Promise<Remnant[]>;
}

/** @throws KerfError STATION_HIDE_UNKNOWN */
export async function hidePassport(records: HideRecords, dataDir: string, code: string): Promise<HidePassport> {
  const jobs = await records.jobsOfHide(code, MOST_JOBS);
  const oldest = jobs.at(-1);
  if (!oldest)
    throw new KerfError('STATION_HIDE_UNKNOWN', `No job has cut a hide with the code ${code}.`, {
      details: { hide: code },
    });
  return {
    ...{ kerf: 1, code, firstAt: oldest.createdAt },
    jobs: await Promise.all(jobs.map((job) => entryOf(job, new JobFolder(dataDir, job.id)))),
    remnants: await records.remnantsOfHide(code),
  };
}

async function entryOf(job: Job, folder: JobFolder): Promise<HidePassport['jobs'][number]> {
  const inspection: Inspection | null =
    job.inspectionSha256 === null ? null : await folder.inspection(job).catch(() => null);
  return {
    ...{ job: job.id, seq: job.seq, at: job.createdAt, state: job.state, order: job.order },
    ...{ remnant: job.remnant ?? null, follows: job.follows ?? null, scanSha256: job.scanSha256 },
    outline: inspection?.outline ?? null,
    usableMm2: inspection?.usableMm2 ?? {},
    defects: inspection?.defects ?? [],
    pieceCount: job.pieceCount ?? 0,
    cutCount: job.cutCount ?? 0,
    nestedYieldBp: job.nestedYieldBp ?? 0,
  };
}
