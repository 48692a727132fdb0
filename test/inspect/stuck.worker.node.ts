import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { FromSegmentWorker, ToSegmentWorker } from '../../src/inspect/segment.worker.node.ts';

/** Stands in for the model: the first thread that is given a tile hangs (or dies) for good, later ones answer. The place of
 *  the note that says so comes as the model's bytes. */
const [how, note] = new TextDecoder()
  .decode((workerData as { twice: { model: Uint8Array } }).twice.model)
  .split('|') as [string, string];
const say = (message: FromSegmentWorker) => parentPort!.postMessage(message);
say({ kind: 'ready' });
parentPort!.on('message', (message: ToSegmentWorker) => {
  if (message.kind === 'close') return parentPort!.close();
  if (how === 'always' || !existsSync(note)) {
    writeFileSync(note, 'hung');
    if (how === 'die') process.exit(3);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
  const scores = new Uint16Array(2).fill(1);
  say({ kind: 'scores', id: message.id, scores, doubt: scores, widthPx: 1, heightPx: 1 });
});
