import { afterEach, beforeEach } from 'vitest';
import type { RunningStation, StartStationOptions } from '#station/start-station.node.ts';
import type { Station } from '#station/station.node.ts';
import { startSmallStation, temporaryDir, type TemporaryDir } from './small-station.ts';

export interface StationOfEach {
  /** Where it keeps what it knows. */
  readonly dir: string;
  /** The one that runs: another after a restart. */
  readonly station: Station;
  restart(more?: Partial<StartStationOptions>): Promise<void>;
}

/** A small station for each test of a file, in a folder of its own; both are gone after it. */
export function stationOfEach(): StationOfEach {
  let dir: TemporaryDir;
  let running: RunningStation;
  beforeEach(async () => {
    dir = await temporaryDir();
    running = await startSmallStation(dir.path);
  });
  afterEach(async () => {
    await running.close();
    await dir[Symbol.asyncDispose]();
  });
  return {
    get dir() {
      return dir.path;
    },
    get station() {
      return running.station;
    },
    async restart(more = {}) {
      await running.close();
      running = await startSmallStation(dir.path, more);
    },
  };
}
