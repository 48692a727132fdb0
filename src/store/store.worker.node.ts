import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { serveStore } from './serve-store.node.ts';

/** The store's only thread. */

const { dir, maxPages } = z.object({ dir: z.string(), maxPages: z.int().optional() }).parse(workerData);
if (!parentPort) throw new Error('store.worker.node.ts runs as a worker only');
serveStore(parentPort, dir, maxPages === undefined ? {} : { maxPages });
