import { finalJobStates, type Job, type JobState } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { gradeName } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Scan } from '#domain/scan.ts';
import { flagsWithOutline } from '#inspect/cut-off-flag.ts';
import { wrongState } from './station-errors.ts';
import type { Station } from './station.node.ts';

export interface MainJobOptions {
  readonly source?: string;
  /** Approves, releases and waits for the PLC; without, the job stops with its cut file written. */
  readonly release: { readonly by: string } | null;
  readonly signal?: AbortSignal;
  /** Told every step, in order. */
  readonly onStep?: (job: Job) => void;
  /** Told of a job that was left unfinished and is given up, as it was left. */
  readonly onGivenUp?: (job: Job) => void;
}

export interface MainJobReport {
  readonly job: Job;
  /** Defects that were found, by the letter of their grade. */
  readonly defectsByGrade: Readonly<Record<string, number>>;
  readonly provider: { readonly used: string; readonly why: string };
  /** What the eyes say of the hide as a whole. */
  readonly leather: Pick<Inspection, 'regions' | 'leftOut' | 'coarserThanTaught'>;
  readonly placedCount: number;
  readonly unplacedCount: number;
  readonly nestedYieldBp: number;
  /** Path of the cut file. */
  readonly cutFile: string;
  readonly seconds: Readonly<Record<string, number>>;
  /** What the scan says of itself, and its outline of the picture's edge. */
  readonly flags: Scan['flags'];
}

/** What a scan says of itself with which nothing is released unseen: pieces would, or may, lie elsewhere than cut, on what is no
 *  hide, or where no eye sees a defect. Whoever sees the picture may still release, on the screens. */
const UNSAFE_FLAGS: ReadonlySet<string> = new Set([
  ...['drift', 'driftUnknown', 'rim', 'arm', 'several', 'blurred', 'dark', 'glare'],
]);

/** The PLC is given this long to be heard before a release; it beats every 2 s. */
const PLC_WAIT_MS = 10_000;

/** The main job on one hide: scan, inspect, nest, cut file; with `release` also approved, released, and waited for until
 *  the PLC has spoken its last word. With `release` a job that was left before its release is given up: nobody has seen
 *  that its hide still lies there. One that the cutter has already is waited for where it is this very job. The doubtful regions that nobody looked at
 *  are let pass in the name of who releases; without a release they stay open.
 *  @throws KerfError what made the job fail; STATION_SCAN_DOUBTFUL instead of a release where the scan is not to be trusted
 *  (the job is given up); STATION_JOB_REJECTED where the PLC refused it; STATION_BUSY where the cutter has another job */
export async function runMainJob(station: Station, options: MainJobOptions): Promise<MainJobReport> {
  const { source, release, signal, onStep } = options;
  signal?.throwIfAborted();
  const begun = (await takeUp(station, options)) ?? (await station.startJob(source === undefined ? {} : { source }));
  let told: JobState | null = null;
  let isApproved = false;
  const current = (): Job => {
    const job = station.job;
    if (!job || job.id !== begun.id)
      throw new KerfError('STATION_JOB_REPLACED', `Another job took the place of ${begun.id}.`, { fault: 'answer' });
    return job;
  };
  const leave = async (state: JobState): Promise<Job> => {
    await station.until(() => current().state !== state || station.stuckBy !== null, signal);
    if (station.stuckBy !== null) throw station.stuckBy;
    return current();
  };
  try {
    for (let job = current(); ; job = current()) {
      if (job.state !== told) onStep?.(job);
      told = job.state;
      if (release !== null && (job.state === 'inspected' || job.state === 'nested')) await refuseDoubtful(station, job);
      if (job.state === 'inspected') await station.review(job.id, { by: release?.by ?? null, waive: release !== null });
      else if (job.state === 'nested') {
        if (!release) return await report(station, job);
        // Whoever runs this has approved once; another approval is another run.
        if (isApproved) throw station.lapsedBy ?? wrongState(job, 'released');
        await plcReady(station, signal);
        await station.approve(job.id, { layoutSha256: job.layoutSha256 ?? '', by: release.by });
        isApproved = true;
      } else if (job.state === 'done') return await report(station, job);
      else if (finalJobStates.has(job.state)) throw endOf(station, job);
      else await leave(job.state);
    }
  } catch (cause) {
    const job = station.job;
    // A run that was stopped leaves no half-made job; what the PLC has is the PLC's.
    if (signal?.aborted && job && job.id === begun.id && beforeRelease.has(job.state)) await station.cancel(job.id);
    throw cause;
  }
}

/** These can still be given up: nothing has been told. */
const beforeRelease: ReadonlySet<JobState> = new Set(['new', 'scanned', 'inspected', 'reviewed', 'nested', 'approved']);

/** The job that was left unfinished, if it may be gone on with; one that may not is given up where that is still
 *  possible. */
async function takeUp(
  station: Station,
  { source, release, onGivenUp }: Pick<MainJobOptions, 'source' | 'release' | 'onGivenUp'>,
): Promise<Job | null> {
  const left = station.job;
  if (!left || finalJobStates.has(left.state)) return null;
  const isGivenUp = release !== null && beforeRelease.has(left.state);
  if (!isGivenUp && station.isSameJob(left, source)) return left;
  if (!beforeRelease.has(left.state)) return null;
  onGivenUp?.(left);
  await station.cancel(left.id);
  return null;
}

/** Waits for the PLC; when it stays silent, `approve` says so. */
async function plcReady(station: Station, signal: AbortSignal | undefined): Promise<void> {
  const deadline = AbortSignal.timeout(PLC_WAIT_MS);
  const isReady = () => station.publisher.plc.isConnected;
  await station
    .until(() => isReady() || deadline.aborted, signal ? AbortSignal.any([signal, deadline]) : deadline)
    .catch((cause: unknown) => {
      if (signal?.aborted) throw cause;
    });
}

function endOf(station: Station, job: Job): unknown {
  if (station.lastError) return station.lastError;
  return new KerfError(
    `STATION_JOB_${job.state.toUpperCase()}`,
    `Job ${job.id} ended as ${job.state}${job.code === null ? '' : `, the PLC's code is ${job.code}`}${job.reason === null ? '' : ` (${job.reason})`}.`,
    {
      fault: job.state === 'failed' ? 'device' : 'answer',
      details: { job: job.id, state: job.state, code: job.code, reason: job.reason },
    },
  );
}

/** @throws KerfError STATION_SCAN_DOUBTFUL, the job being given up: taken up again it would be the same scan */
async function refuseDoubtful(station: Station, job: Job): Promise<void> {
  const unsafe = (await flagsOf(station, job)).filter(({ kind }) => UNSAFE_FLAGS.has(kind));
  if (unsafe.length === 0) return;
  await station.cancel(job.id);
  throw new KerfError(
    'STATION_SCAN_DOUBTFUL',
    `Nothing was released: ${unsafe.map(({ message }) => message).join(' ')} Put that right and run again; who sees the picture can release it on the station's screens.`,
    { fault: 'answer', details: { job: job.id, flags: unsafe.map(({ kind }) => kind).join(',') } },
  );
}

async function flagsOf(station: Station, job: Job): Promise<Scan['flags']> {
  const { flags } = await station.scanOf(job.id);
  return station.inspection === null ? flags : flagsWithOutline(flags, station.inspection);
}

async function report(station: Station, job: Job): Promise<MainJobReport> {
  const inspection: Inspection | null = station.inspection;
  const defectsByGrade: Record<string, number> = {};
  for (const defect of inspection?.defects ?? []) {
    const grade = gradeName(defect.quality, station.grading);
    defectsByGrade[grade] = (defectsByGrade[grade] ?? 0) + 1;
  }
  return {
    job,
    defectsByGrade,
    provider: inspection ? { used: inspection.provider.used, why: inspection.provider.why } : { used: '', why: '' },
    leather: {
      regions: inspection?.regions.filter((r) => r.kind === 'fold' || r.kind === 'unseen') ?? [],
      ...(inspection?.leftOut && { leftOut: inspection.leftOut }),
      ...(inspection?.coarserThanTaught && { coarserThanTaught: inspection.coarserThanTaught }),
    },
    placedCount: job.pieceCount ?? 0,
    unplacedCount: station.unplacedCount,
    nestedYieldBp: job.nestedYieldBp ?? 0,
    cutFile: `${station.jobDir(job.id)}/${job.cutFile ?? ''}`,
    seconds: job.seconds,
    flags: await flagsOf(station, job),
  };
}
