import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { DEFAULT_SETTINGS, type Settings } from '#domain/settings.ts';
import { ownLayoutThread } from '#station/layout-artist.node.ts';
import { startStation, type RunningStation, type StartStationOptions } from '#station/start-station.node.ts';
import { SILENT_LOGGER } from '#station/system.node.ts';
import { openStore } from '#store/store.node.ts';
import { sharedThreads } from './shared-threads.ts';
import { SMALL_ORDER, smallRooms } from './small-rooms.ts';

export const SMALL_SETTINGS: Settings = {
  ...DEFAULT_SETTINGS,
  http: { port: 0, listen: '127.0.0.1' },
  mqtt: { ...DEFAULT_SETTINGS.mqtt, embeddedPort: 0 },
  nest: { seconds: 0.1, threads: 1, seed: 1 },
};

/** A cutter in a hurry. */
export const QUICK_PLC = {
  answerMs: 2,
  startMs: 2,
  cutMs: 20,
  progressCount: 4,
  repeatMs: 200,
  heartbeatMs: 200,
  restartMs: 50,
  reconnectMs: 50,
} as const;

const SHARED_THREADS = sharedThreads();

/** For what is about the threads themselves. */
export const OWN_THREADS = { openStore, openLayoutThread: ownLayoutThread } as const;

/** A whole station with small rooms on free ports; its store and its layouts in a thread that all of a process share. */
export function startSmallStation(dataDir: string, more: Partial<StartStationOptions> = {}): Promise<RunningStation> {
  return startStation({
    dataDir,
    settings: SMALL_SETTINGS,
    machine: SIMULATED_MACHINE,
    order: { name: 'patches', order: SMALL_ORDER },
    source: 'hide.png',
    rooms: smallRooms(),
    logger: SILENT_LOGGER,
    http: null,
    plc: QUICK_PLC,
    ...SHARED_THREADS,
    ...more,
  });
}

export interface TemporaryDir {
  readonly path: string;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function temporaryDir(): Promise<TemporaryDir> {
  const path = await mkdtemp(join(tmpdir(), 'kerf-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Folders of a station, of its backup, and of where that is restored. */
export function backupPlaces({ path }: TemporaryDir) {
  return { data: join(path, 'data'), out: join(path, 'backup'), again: join(path, 'again') };
}
