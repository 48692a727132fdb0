import { existsSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { probeProviders } from '../../src/inspect/providers.node.ts';
import { measurePack } from '../../src/tune/promotion-gate.node.ts';
import { smallPack } from './small-pack.ts';

const entry = new URL('./silent.worker.node.ts', import.meta.url);
const clock = { now: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => performance.now() };

async function silentPack() {
  const note = join(mkdtempSync(join(tmpdir(), 'kerf-silent-')), 'note');
  const pack = { ...(await loadPack(smallPack())), model: new TextEncoder().encode(note) };
  return { pack, count: () => (existsSync(note) ? statSync(note).size : 0) };
}

/** The thread has ended: it counts no more. */
async function expectEnded(count: () => number) {
  await vi.waitFor(
    async () => {
      const before = count();
      await sleep(500);
      expect(count()).toBe(before);
    },
    { timeout: 5000 },
  );
}

test('a model that never opens is an error by name, and its thread is ended', async () => {
  const { pack, count } = await silentPack();
  await expect(openSegmenter(pack, { provider: 'cpu', openMs: 500, entry })).rejects.toMatchObject({
    ...{ code: 'INSPECT_OPEN_TIMED_OUT', fault: 'device' },
    message: expect.stringContaining('CPU refused: no word for 0.5 s') as unknown,
  });
  expect(count()).toBeGreaterThan(0);
  await expectEnded(count);
}, 20_000);

test('who waits for it may give up, and its thread is ended', async () => {
  const { pack, count } = await silentPack();
  const stop = new AbortController();
  const opening = openSegmenter(pack, { provider: 'cpu', entry, signal: stop.signal });
  const given = expect(opening).rejects.toThrow('enough');
  await vi.waitFor(() => expect(count()).toBeGreaterThan(0), { timeout: 5000 });
  stop.abort(new Error('enough'));
  await given;
  await expectEnded(count);
  await expect(openSegmenter(pack, { entry, signal: stop.signal })).rejects.toThrow('enough');
}, 20_000);

test('the gate of a promotion and the look at providers do not wait for ever either', async () => {
  const { pack } = await silentPack();
  await expect(measurePack(pack, { clock, provider: 'cpu', openMs: 300, entry })).rejects.toMatchObject({
    code: 'INSPECT_OPEN_TIMED_OUT',
  });
  const gaveUp = AbortSignal.abort(new Error('enough'));
  await expect(measurePack(pack, { clock, provider: 'cpu', signal: gaveUp })).rejects.toThrow('enough');
  const probes = await probeProviders({ openMs: 300, entry });
  expect(probes.find((p) => p.name === 'cpu')).toMatchObject({ isAvailable: false, reason: 'no word for 0.3 s' });
  await expect(probeProviders({ signal: gaveUp })).rejects.toThrow('enough');
}, 20_000);
