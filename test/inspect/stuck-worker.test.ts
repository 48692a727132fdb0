import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { smallPack } from './small-pack.ts';

const tile = { rgb: new Uint8Array(3), widthPx: 1, heightPx: 1, rimPx: 0 };
const entry = new URL('./stuck.worker.node.ts', import.meta.url);

async function open(how: 'once' | 'always' | 'die', hangMs: number) {
  const pack = await loadPack(smallPack());
  const note = join(mkdtempSync(join(tmpdir(), 'kerf-stuck-')), 'note');
  const model = new TextEncoder().encode(`${how}|${note}`);
  return openSegmenter({ ...pack, model }, { provider: 'cpu', workers: 1, hangMs, entry });
}

test('an inference that hangs is stopped and replaced, its tile answered by the next, and the provider says so', async () => {
  const segmenter = await open('once', 300);
  expect(segmenter.provider.replaced).toBeUndefined();
  const begin = performance.now();
  const answers = await Promise.all([segmenter.segment(tile), segmenter.segment(tile)]);
  expect(performance.now() - begin).toBeLessThan(10_000);
  expect(answers.map((a) => a.widthPx)).toEqual([1, 1]);
  expect(segmenter.provider).toMatchObject({ used: 'cpu', replaced: 1, fellBack: false });
  expect(segmenter.provider.why).toContain('no answer to a tile for 0.3 s');
  await segmenter.close();
}, 20_000);

test('by default within ten seconds', async () => {
  const segmenter = await openDefault();
  const begin = performance.now();
  await segmenter.segment(tile);
  expect(performance.now() - begin).toBeLessThan(10_000);
  await segmenter.close();
}, 30_000);

async function openDefault() {
  const pack = await loadPack(smallPack());
  const note = join(mkdtempSync(join(tmpdir(), 'kerf-stuck-')), 'note');
  return openSegmenter(
    { ...pack, model: new TextEncoder().encode(`once|${note}`) },
    { provider: 'cpu', workers: 1, entry },
  );
}

test('a thread that dies is replaced as well', async () => {
  const segmenter = await open('die', 5000);
  expect((await segmenter.segment(tile)).widthPx).toBe(1);
  expect(segmenter.provider.replaced).toBe(1);
  await segmenter.close();
}, 20_000);

test('a tile that hangs two threads is an error, not a third try', async () => {
  const segmenter = await open('always', 200);
  await expect(segmenter.segment(tile)).rejects.toMatchObject({
    code: 'INSPECT_MODEL_FAILED',
    fault: 'device',
    message: expect.stringContaining('twice on one tile') as unknown,
  });
  await segmenter.close();
}, 20_000);
