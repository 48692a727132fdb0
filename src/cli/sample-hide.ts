import { fork } from 'node:child_process';
import { join } from 'node:path';
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
