import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import type { FromSegmentWorker, SegmentWorkerData } from '../../src/inspect/segment.worker.node.ts';
import { smallPack } from './small-pack.ts';

/** The first word of a true worker on the CPU, where all nodes are the CPU's. */
async function firstWordOn(cpuNodes: SegmentWorkerData['cpuNodes']): Promise<FromSegmentWorker> {
  const pack = await loadPack(smallPack());
  const { input, output } = pack.card;
  const data: SegmentWorkerData = {
    ...{ twice: { model: pack.model, short: pack.short }, once: null, provider: 'cpu', threads: 1 },
    ...{ input: input.name, scores: output.scores, doubt: output.doubt, cpuNodes },
    classCount: pack.card.classes.length,
  };
  const thread = new Worker(new URL('../../src/inspect/segment.worker.node.ts', import.meta.url), { workerData: data });
  const [message] = (await once(thread, 'message')) as [FromSegmentWorker];
  thread.postMessage({ kind: 'close' });
  await once(thread, 'exit');
  return message;
}

test('a worker says where nodes run on the CPU that need not, or is refused by the runtime itself', async () => {
  expect(await firstWordOn('allowed')).toEqual({ kind: 'ready', isPartlyCpu: false });
  expect(await firstWordOn('told')).toEqual({ kind: 'ready', isPartlyCpu: true });
  expect(await firstWordOn('refused')).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('assigned to the default CPU EP') as unknown,
  });
}, 30_000);

test('a named provider that leaves parts of the model to the CPU says so, and has not fallen back', async () => {
  const pack = await loadPack(smallPack());
  const entry = new URL('./partly-cpu.worker.node.ts', import.meta.url);
  const named = await openSegmenter(pack, { provider: 'dml', entry });
  expect(named.provider).toMatchObject({ used: 'dml', fellBack: false });
  expect(named.provider.why).toBe('DirectML took the model, but for parts of it, which run on the CPU');
  await named.close();
  const cpu = await openSegmenter(pack, { provider: 'cpu', workers: 1, entry });
  expect(cpu.provider).toMatchObject({ used: 'cpu', fellBack: false, why: 'CPU took the model' });
  await cpu.close();
}, 30_000);
