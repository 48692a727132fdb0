import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import type { Comparison } from '../../src/tune/compare-counts.ts';
import { enterPack, readRegistry, rollBack, runningPack } from '../../src/tune/pack-registry.node.ts';
import { accuracyChecks, measurePack, refuseUnlessPassed } from '../../src/tune/promotion-gate.node.ts';
import { smallPack } from '../inspect/small-pack.ts';

const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => performance.now() };
const what = { at: clock.now(), by: 'ada', gate: [] };

async function station() {
  const root = mkdtempSync(join(tmpdir(), 'kerf-registry-'));
  const packs = [];
  for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
    packs.push(await loadPack(smallPack({ card: (card) => ({ ...card, version }) })));
  }
  return { models: join(root, 'models'), packs };
}

describe('the registry of packs', () => {
  test('promotes, goes back one pack at a time, and keeps the whole history', async () => {
    const { models, packs } = await station();
    expect(await runningPack(models)).toBeNull();
    for (const pack of packs) await enterPack(models, pack, what);
    expect((await runningPack(models))!.card.version).toBe('3.0.0');
    expect((await rollBack(models, what.at, 'bea')).version).toBe('2.0.0');
    expect((await rollBack(models, what.at, null)).version).toBe('1.0.0');
    await expect(rollBack(models, what.at, null)).rejects.toMatchObject({ code: 'TUNE_NOTHING_BEFORE' });
    expect((await readRegistry(models)).map((e) => `${e.act} ${e.version}`)).toEqual([
      'promote 1.0.0',
      'promote 2.0.0',
      'promote 3.0.0',
      'rollback 2.0.0',
      'rollback 1.0.0',
    ]);
  });

  test('refuses a pack that was tampered with after it was promoted, by file: changed, added or gone', async () => {
    const { models, packs } = await station();
    const { folder } = await enterPack(models, packs[0]!, what);
    const card = join(models, folder, 'card.json');
    const before = readFileSync(card);
    writeFileSync(card, before.toString().replace('0.5', '0.6'));
    await expect(runningPack(models)).rejects.toMatchObject({ details: { file: 'card.json' } });
    writeFileSync(card, before);
    await expect(runningPack(models)).resolves.not.toBeNull();
    writeFileSync(join(models, folder, 'more.bin'), 'x');
    await expect(runningPack(models)).rejects.toMatchObject({ details: { file: 'more.bin' } });
  });

  test('does not go back to a pack whose files changed meanwhile', async () => {
    const { models, packs } = await station();
    const first = await enterPack(models, packs[0]!, what);
    await enterPack(models, packs[1]!, what);
    cpSync(join(packs[2]!.dir, 'model.onnx'), join(models, first.folder, 'card.json'));
    await expect(rollBack(models, what.at, null)).rejects.toMatchObject({ code: 'TUNE_PACK_TAMPERED' });
    expect((await runningPack(models))!.card.version).toBe('2.0.0');
  });
});

describe('the gate', () => {
  const comparison = (low: number, high: number): Comparison => ({
    images: 9,
    groups: 9,
    a: 0.5,
    b: 0.4,
    difference: -0.1,
    ci95: [low, high],
    p: 0.5,
    perClass: { cut: { a: 0.5, b: 0.4, difference: -0.1, ci95: [low, high] } },
  });

  test('closes when a class is worse beyond noise, not when the noise could explain it', async () => {
    const { packs } = await station();
    expect(() => refuseUnlessPassed(packs[0]!, accuracyChecks(comparison(-0.2, 0.01)))).not.toThrow();
    expect(() => refuseUnlessPassed(packs[0]!, accuracyChecks(comparison(-0.2, -0.01)))).toThrow(/class cut.*F1 0.500/);
  });

  test('measures parity with the plain graph, and closes on a speed beyond its budget', async () => {
    const pack = await loadPack(smallPack());
    const options = { clock, provider: 'cpu', workers: 1 } as const;
    const [parity, speed] = await measurePack(pack, { ...options, speedSeconds: 1e-3 });
    expect(parity).toMatchObject({ passed: true });
    expect(Number(parity!.found)).toBeLessThan(1e-4);
    expect(speed!.passed).toBe(false);
    expect(() => refuseUnlessPassed(pack, [parity!, speed!])).toThrow(/36 megapixels/);
  });
});
