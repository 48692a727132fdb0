import { readFile, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  projectorCorners,
  type HealthView,
  type JobEventView,
  type LogLineView,
  type ProjectorCorners,
  type ProjectorView,
} from '#api/engineer-views.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import type { Job } from '#domain/job.ts';
import type { Settings } from '#domain/settings.ts';
import { isoTime } from '#domain/shapes.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { LogTail } from './log-tail.ts';
import { alarmRate } from './alarm-rate.ts';
import { folderOf, type StationCore } from './station-core.node.ts';

/** How far back a job with a scan is looked for: those that failed before it was taken are few. */
const LOOKED_BACK_JOBS = 50;
/** Over which the rate of alarms is told, ms. */
const SHIFT_MS = 8 * 3_600_000;

const projectorSchema = z.strictObject({
  kerf: z.literal(1),
  corners: projectorCorners,
  setAt: isoTime,
  setBy: z.string(),
});

export interface EngineerDesk {
  health(): Promise<HealthView>;
  log(): readonly LogLineView[];
  settings(): Settings;
  events(job: string): Promise<readonly JobEventView[]>;
  projector(): Promise<ProjectorView>;
  /** null forgets them. */
  setProjector(corners: ProjectorCorners | null, by: string): Promise<ProjectorView>;
}

/** What the engineer's screens ask of the station. */
export function engineerDesk(core: StationCore, tail: LogTail): EngineerDesk {
  const { options, memory } = core;
  const { settings, machine, store, clock } = options;
  const startedAt = clock.now();
  const projectorPath = join(store.dir, 'projector.json');

  async function projector(): Promise<ProjectorView> {
    const table = { tableWidth: machine.width, tableHeight: machine.height };
    const text = await readFile(projectorPath, 'utf8').catch(() => null);
    if (text === null) return { ...table, corners: null, setAt: null, setBy: null };
    const where = projectorPath;
    const { corners, setAt, setBy } = parseDocument(projectorSchema, parseJson(text, where), {
      name: 'projector',
      where,
    });
    return { ...table, corners, setAt, setBy };
  }

  return {
    async health() {
      const jobs = await store.jobs(LOOKED_BACK_JOBS);
      const untilMs = Date.parse(clock.now());
      const since = new Date(Math.max(untilMs - SHIFT_MS, Math.min(Date.parse(startedAt), untilMs))).toISOString();
      const scanned = jobs.find((job) => job.scanSha256 !== null) ?? null;
      const { sentCount, badMessageCount, refusedCommandCount, connectionCount } = core.publisher.counts;
      const { seconds, threads, seed } = settings.nest;
      return {
        at: clock.now(),
        version: options.version,
        node: process.versions.node,
        startedAt,
        memoryBytes: process.memoryUsage.rss(),
        dataDir: store.dir,
        disk: await diskOf(store.dir),
        source: await sourceOf(options.source),
        scan: scanned && (await scanOf(core, scanned)),
        model: {
          wanted: settings.model,
          used: scanned && (await modelOf(core, scanned)),
          provider: memory.provider?.used ?? null,
        },
        seconds: scanned?.seconds ?? {},
        nest: { seconds, threads, seed },
        machine: {
          id: machine.id,
          kind: machine.kind,
          format: machine.format,
          width: machine.width,
          height: machine.height,
          send: `${machine.send.to} ${machine.send.address}`,
        },
        messages: {
          sent: sentCount,
          bad: badMessageCount,
          refusedCommands: refusedCommandCount,
          connections: connectionCount,
        },
        alarms: { since, ...alarmRate(await store.alarmsSince(since), Date.parse(since), untilMs + 1) },
        jobCount: await store.jobCount(),
      };
    },
    log: () => tail.lines(),
    settings: () => settings,
    async events(job) {
      const events = await store.events(job);
      return events.map(({ id, kind, at, by, details }) => ({ id, kind, at, by, details }));
    },
    projector,
    async setProjector(corners, by) {
      const kept = corners && { kerf: 1, corners, setAt: clock.now(), setBy: by };
      if (kept) await writeFileSynced(projectorPath, JSON.stringify(kept));
      else await rm(projectorPath, { force: true });
      options.logger.info('projector.set', { isSet: kept !== null });
      return projector();
    },
  };
}

async function diskOf(dir: string): Promise<HealthView['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(dir);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    // Not every file system says.
    return null;
  }
}

async function sourceOf(address: string): Promise<HealthView['source']> {
  // The login of a camera's address stays here.
  const shown = address.replace(/\/\/[^@/]*@/, '//');
  if (/^[a-z0-9]{2,}:/i.test(address)) return { address: shown, kind: 'device', isThere: null };
  const found = await stat(address).catch(() => null);
  return { address: shown, kind: found?.isDirectory() ? 'folder' : 'file', isThere: found !== null };
}

async function scanOf(core: StationCore, job: Job): Promise<HealthView['scan']> {
  try {
    const { takenAt, widthPx, heightPx, mmPerPx, calibration, drift, flags } = await folderOf(core, job.id).scan();
    const residual = flags.find((flag) => flag.kind === 'residual')?.value ?? null;
    const isByCorners = flags.some((flag) => flag.kind === 'corners');
    const foundBy = calibration === null ? null : isByCorners ? 'corners' : 'markers';
    return { job: job.id, takenAt, widthPx, heightPx, mmPerPx, calibration, foundBy, residual, drift };
  } catch (cause) {
    core.options.logger.warn('health.scan.unreadable', { job: job.id, reason: String(cause) });
    return null;
  }
}

async function modelOf(core: StationCore, job: Job): Promise<string | null> {
  if (job.inspectionSha256 === null) return null;
  const inspection = await folderOf(core, job.id)
    .inspection(job)
    .catch(() => null);
  return inspection && `${inspection.pack.id} ${inspection.pack.sha256.slice(0, 12)}`;
}
