import { parentPort } from 'node:worker_threads';
import { serveLayouts } from './serve-layouts.node.ts';

if (!parentPort) throw new Error('layout-work.worker.node.ts runs as a worker only');
serveLayouts(parentPort);
