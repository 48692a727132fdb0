import { parentPort } from 'node:worker_threads';
import { serveLayouts } from '#station/serve-layouts.node.ts';
import { serveStore } from '#store/serve-store.node.ts';
import type { SharedDoor } from './shared-threads.ts';

parentPort?.on('message', (door: SharedDoor) => {
  if (door.kind === 'layouts') serveLayouts(door.port);
  else serveStore(door.port, door.dir);
});
