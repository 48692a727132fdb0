import { parentPort, workerData } from 'node:worker_threads';
import type { FromSegmentWorker, SegmentWorkerData, ToSegmentWorker } from '../../src/inspect/segment.worker.node.ts';

/** Stands in for a provider that leaves parts of the model to the CPU, as the real worker answers (`cpu-nodes.test.ts`). */
const { cpuNodes } = workerData as SegmentWorkerData;
const say = (message: FromSegmentWorker) => parentPort!.postMessage(message);
if (cpuNodes === 'refused') say({ kind: 'refused', reason: 'nodes are assigned to the default CPU EP' });
else say({ kind: 'ready', isPartlyCpu: cpuNodes === 'told' });
parentPort!.on('message', (message: ToSegmentWorker) => {
  if (message.kind === 'close') parentPort!.close();
});
