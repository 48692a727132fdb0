import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Rooms } from '#station/rooms.ts';
import type { Preparation, Prepared } from './prepare-station.node.ts';

/** Where the hide that stands in for the camera on the first run lies in a data folder. Its scale is 1 mm a pixel. */
export function sampleHidePath(dataDir: string): string {
  return join(dataDir, 'sample', 'hide.png');
}

/** Draws the sample where it is missing, and looks whether the pack can be used. */
export function prepareStation(preparation: Preparation): Promise<Prepared> {
  const child = fork(new URL('./prepare-station.node.ts', import.meta.url), [JSON.stringify(preparation)], {
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (prepared: Prepared) => resolve(prepared));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the preparation ended with ${code ?? 'a signal'}`)));
  });
}

/** The same rooms, where a scan of the sample waits until that is drawn: the doors open before, and whoever presses the
 *  first button in these seconds would be told that there is no picture. */
export function withSample(rooms: Rooms, sample: string, isDrawn: Promise<unknown>): Rooms {
  return {
    ...rooms,
    async acquireScan(question) {
      const { source, signal, onProgress } = question;
      if (source === sample) {
        signal.throwIfAborted();
        onProgress({ what: 'waiting', done: 0, total: 1 });
        const dropped = Promise.withResolvers<never>();
        const drop = () => dropped.reject(signal.reason);
        signal.addEventListener('abort', drop, { once: true });
        await Promise.race([isDrawn, dropped.promise]).finally(() => signal.removeEventListener('abort', drop));
      }
      return rooms.acquireScan(question);
    },
  };
}
