import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { sha256Of } from '#disk/sha256.node.ts';
import type { ModelCard } from '#domain/model-card.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { drawLeatherTile } from '#synth/draw-leather-tile.ts';
import { comparePacksOn, listForBoth } from '#tune/evaluate-on.node.ts';
import { pixelHash } from '#tune/good-pictures.node.ts';
import { learntPictures, PICTURES_FILE } from '#tune/pack-files.node.ts';
import { accuracyChecks } from '#tune/promotion-gate.node.ts';
import { refuseLeak } from '#tune/refuse-leak.node.ts';
import { smallPack } from '../inspect/small-pack.ts';

const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => performance.now() };
const options = { clock, provider: 'cpu', workers: 1 } as const;
const root = mkdtempSync(join(tmpdir(), 'kerf-judged-'));
const SIDE = 192;

function good(seed: number) {
  return { ...drawLeatherTile({ seed, sizePx: SIDE, mmPerPx: 0.3, kinds: [] }), name: `hide ${seed}` };
}

/** A pack that says it learnt from these. */
function learnt(...from: readonly { readonly seed: number; readonly hide?: string }[]): string {
  const list = learntPictures(from.map(({ seed, hide }) => ({ name: 'then', sha256: pixelHash(good(seed)), hide })));
  const dir = smallPack({
    card: (card) => ({ ...card, files: { ...card.files, [PICTURES_FILE]: sha256Of(list) } }),
  });
  writeFileSync(join(dir, PICTURES_FILE), list);
  return dir;
}

const folder = join(root, 'kept-aside');
beforeAll(async () => {
  mkdirSync(join(folder, 'good'), { recursive: true });
  for (const seed of [71, 72])
    await sharp(good(seed).rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toFile(join(folder, 'good', `${seed}.png`));
});

describe('a leak', () => {
  const judge = async (dir: string, seed: number, group?: string) => {
    const card = JSON.parse(readFileSync(join(dir, 'card.json'), 'utf8')) as ModelCard;
    const list = { count: 1, picture: () => Promise.resolve({ ...good(seed), className: 'good', group }) };
    return (await refuseLeak(list, dir, card)).picture(0);
  };

  test('is a picture that the pack learnt from, and another picture of a hide that it learnt from', async () => {
    const dir = learnt({ seed: 1 }, { seed: 2, hide: 'hide-7' });
    await expect(judge(dir, 1)).rejects.toMatchObject({ code: 'TUNE_LEAK', details: { learntAs: 'then' } });
    await expect(judge(dir, 3, 'hide-7')).rejects.toMatchObject({ code: 'TUNE_LEAK', details: { hide: 'hide-7' } });
    await expect(judge(dir, 3, 'hide-8')).resolves.toMatchObject({ name: 'hide 3' });
    await expect(judge(dir, 3)).resolves.toMatchObject({ name: 'hide 3' });
  });
});

test('packs of different seeds are compared on the drawn hides of the second one', async () => {
  const seeded = (seed: number) =>
    loadPack(smallPack({ card: (card) => ({ ...card, training: { ...card.training, seed } }) }));
  const list = await listForBoth([await seeded(1), await seeded(2)], 'synth:leather', { hideCount: 1 });
  // 700,000 is where hides begin that no seed's training draws.
  expect((await list.picture(0)).name).toBe('hide_2700000');
  expect(list.count).toBe(1);
}, 60_000);

describe('packs compared on good pictures alone', () => {
  test('say nothing of classes, and the gate stays closed', async () => {
    const found = await comparePacksOn(smallPack(), smallPack(), folder, options);
    expect(accuracyChecks(found)).toEqual([
      expect.objectContaining({ found: 'no defect in 2 pictures', passed: false }),
    ]);
  });

  test('are compared by drawn defects where that is asked for, the same ones for both, picture by picture', async () => {
    const found = await comparePacksOn(smallPack(), smallPack(), folder, { ...options, drawsDefects: true });
    expect(found).toMatchObject({ images: 6, groups: 2, difference: 0 });
    expect(Object.keys(found.perClass).length).toBeGreaterThan(1);
    expect(accuracyChecks(found).every((check) => check.passed)).toBe(true);
  });

  test('see the same defects at the same scale, whatever scales their cards name', async () => {
    const coarse = smallPack({ card: (card) => ({ ...card, input: { ...card.input, mmPerPx: 0.2 } }) });
    const drawn = { ...options, drawsDefects: true };
    const found = await comparePacksOn(coarse, smallPack(), folder, drawn);
    expect(found).toMatchObject({ images: 6, difference: 0 });
    expect(found.atThreshold.falsePerM2.difference).toBe(0);
    // Without a stated scale the second one's counts: it is the pack to promote.
    expect(found).toEqual(await comparePacksOn(coarse, smallPack(), folder, { ...drawn, mmPerPx: 0.5 }));
  });

  test('are refused pictures that one of them learnt from, drawn into or not', async () => {
    const compared = comparePacksOn(smallPack(), learnt({ seed: 72 }), folder, { ...options, drawsDefects: true });
    await expect(compared).rejects.toMatchObject({ code: 'TUNE_LEAK' });
  });
});
