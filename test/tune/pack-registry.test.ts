import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { classRules } from '../../src/tune/class-rules.ts';
import { compareCounts } from '../../src/tune/compare-counts.ts';
import type { Comparison } from '../../src/tune/compare-counts.ts';
import { countPicture } from '../../src/tune/count-picture.ts';
import { enterPack, openPack, readRegistry, rollBack, runningPack } from '../../src/tune/pack-registry.node.ts';
import {
  accuracyChecks,
  confidenceChecks,
  measurePack,
  refuseUnlessPassed,
  ruleChecks,
} from '../../src/tune/promotion-gate.node.ts';
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

describe('a damaged pack in the registry', () => {
  const damage = (models: string, folder: string) => writeFileSync(join(models, folder, 'README.md'), 'other');

  test('is made whole by promoting it anew, and going back then goes to the pack before it', async () => {
    const { models, packs } = await station();
    await enterPack(models, packs[0]!, what);
    const { folder } = await enterPack(models, packs[1]!, what);
    damage(models, folder);
    await expect(runningPack(models)).rejects.toMatchObject({ code: 'TUNE_PACK_TAMPERED' });
    expect((await enterPack(models, packs[1]!, what)).folder).toBe(folder);
    expect((await runningPack(models))!.card.version).toBe('2.0.0');
    expect((await rollBack(models, what.at, null)).version).toBe('1.0.0');
    expect(readdirSync(models).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('keeps no other pack out, and is not the same model made again', async () => {
    const { models, packs } = await station();
    const { folder } = await enterPack(models, packs[0]!, what);
    const again = await loadPack(
      smallPack({ card: (card) => ({ ...card, version: '1.0.0', training: { ...card.training, seconds: 99 } }) }),
    );
    expect(again.sha256).toBe(packs[0]!.sha256);
    const other = await enterPack(models, again, what);
    expect(other.folder).not.toBe(folder);
    expect((await rollBack(models, what.at, null)).folder).toBe(folder);
    damage(models, folder);
    expect((await enterPack(models, packs[1]!, what)).version).toBe('2.0.0');
  });

  test('is not opened by a station either, though its card knows nothing of the file', async () => {
    const { models, packs } = await station();
    const { folder } = await enterPack(models, packs[0]!, what);
    const place = join(models, folder);
    expect((await openPack(place)).sha256).toBe(packs[0]!.sha256);
    const card = readFileSync(join(place, 'card.json'), 'utf8');
    writeFileSync(join(place, 'card.json'), card.replace('"threshold":0.5', '"threshold":0.9'));
    await expect(loadPack(place)).resolves.toBeDefined();
    for (const path of [place, `${place}/`, join(place, 'card.json'), join(place, 'model.onnx')])
      await expect(openPack(path)).rejects.toMatchObject({ details: { file: 'card.json' } });
    // A pack that was laid there by hand is as it is anywhere else.
    expect((await openPack(packs[1]!.dir)).card.version).toBe('2.0.0');
  });
});

describe('the gate', () => {
  const even = { a: 0.5, b: 0.5, difference: 0, ci95: [0, 0] } as const;
  const moved = (low: number, high: number) => ({ a: 0.5, b: 0.4, difference: -0.1, ci95: [low, high] }) as const;
  const comparison = (own: Partial<Comparison['atThreshold']>): Comparison => ({
    ...{ images: 9, groups: 9, p: 0.5, ...even },
    perClass: { cut: even },
    atThreshold: { perClass: { cut: even }, objectRecall: even, falsePerM2: even, overstated: even, ...own },
  });
  const failed = (own: Partial<Comparison['atThreshold']>) =>
    accuracyChecks(comparison(own))
      .filter((c) => !c.passed)
      .map((c) => c.check.split(' ')[0]);

  test('closes when a class is worse beyond noise at its own threshold, not when the noise could explain it', () => {
    expect(failed({ perClass: { cut: moved(-0.2, 0.01) } })).toEqual([]);
    expect(failed({ perClass: { cut: moved(-0.2, -0.01) } })).toEqual(['class']);
  });

  test('closes when fewer objects are found or more patches are false, unless the one pays for the other', () => {
    const [less, more] = [moved(-2, -1), moved(1, 2)];
    expect(failed({ objectRecall: less })).toEqual(['objects']);
    expect(failed({ falsePerM2: more })).toEqual(['false']);
    expect(failed({ objectRecall: less, falsePerM2: more })).toEqual(['objects', 'false']);
    expect(failed({ objectRecall: less, falsePerM2: less })).toEqual([]);
    expect(failed({ objectRecall: more, falsePerM2: more })).toEqual([]);
  });

  test('sees thresholds: a pack that calls nothing is as good at its best threshold, and stays out', async () => {
    const { packs } = await station();
    const sizes = { widthPx: 40, heightPx: 30, mmPerPx: 1 };
    const counts = Array.from({ length: 6 }, (_, i) => {
      const mask = new Uint8Array(1200).map((__, k) => (k % 40 < 6 && k > 200 && k < 900 ? 1 : 0));
      const picture = { name: `p${i}`, ...sizes, rgb: new Uint8Array(3600), mask, className: 'cut' };
      const score = Uint16Array.from(mask, (v) => (v === 1 ? 60_000 : 1000));
      return [countPicture(picture, score, mask), countPicture(picture, score, new Uint8Array(1200))] as const;
    });
    const found = compareCounts(
      counts.map(([running]) => running),
      counts.map(([, silent]) => silent),
      seededRandom(1),
    );
    expect(found.perClass['cut']).toMatchObject({ a: 1, b: 1 });
    expect(found.atThreshold).toMatchObject({ perClass: { cut: { a: 1, b: 0 } }, objectRecall: { a: 1, b: 0 } });
    expect(() => refuseUnlessPassed(packs[0]!, accuracyChecks(found))).toThrow(/class cut.*F1 at its thresholds 1.000/);
  });

  test('holds a card to how often it says that marks are real, and one that claims nothing to nothing', async () => {
    const { card } = (await station()).packs[0]!;
    const sizes = { widthPx: 40, heightPx: 30, mmPerPx: 1 };
    // Of ten pictures with a mark each, four show a defect there.
    const counts = (confidence: number) =>
      Array.from({ length: 10 }, (_, i) => {
        const picture = {
          name: `p${i}`,
          ...sizes,
          rgb: new Uint8Array(3600),
          mask: new Uint8Array(1200),
          className: null,
        };
        const counted = countPicture(picture, new Uint16Array(1200), new Uint8Array(1200));
        return { ...counted, marks: [{ strength: 0.8, confidence, isReal: i < 4 }] };
      });
    const passes = (before: number, own: number, real: number[] | null) => {
      const markConfidence = real === null ? undefined : { strength: [0.5], real, marks: 100, set: 'by hand' };
      const found = compareCounts(counts(before), counts(own), seededRandom(1));
      return confidenceChecks({ ...card, markConfidence }, found).every((check) => check.passed);
    };
    expect(passes(0.4, 1, [1])).toBe(false);
    expect(passes(0.8, 1, [1])).toBe(false);
    expect(passes(0.8, 0.4, [0.4])).toBe(true);
    // Too little said is asked about; and what the running one says is said already.
    expect([passes(0.4, 0.1, [0.1]), passes(0.8, 0.8, [0.8]), passes(0.4, 0.8, null)]).toEqual([true, true, true]);
  });

  test('lets no card make less of a mark than the running one and Kerf itself', async () => {
    const { card } = (await station()).packs[0]!;
    const cardWith = (rules: object) => ({ ...card, classes: [{ name: 'good' }, { name: 'hole', ...rules }] });
    const rules = classRules('hole');
    const passes = (before: object, own: object) => ruleChecks(cardWith(before), cardWith(own))[0]!.passed;
    expect(passes(rules, rules)).toBe(true);
    for (const laxer of [{ quality: 4 }, { quality: undefined }, { minAreaMm2: 1e6 }, { margin: 0 }])
      expect(passes(rules, { ...rules, ...laxer }), JSON.stringify(laxer)).toBe(false);
    const lax = { quality: 3, margin: 0, minAreaMm2: 50 };
    expect([passes(lax, lax), passes(lax, rules)]).toEqual([true, true]);
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
