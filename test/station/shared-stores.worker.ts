import { parentPort } from 'node:worker_threads';
import { serveStore } from '#store/serve-store.node.ts';
import type { StoreDoor } from './shared-stores.ts';

parentPort?.on('message', ({ dir, port }: StoreDoor) => serveStore(port, dir));
