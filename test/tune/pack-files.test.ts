import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelCardSchema, type ModelCard } from '../../src/domain/model-card.ts';
import { labelPack } from '../../src/tune/label-pack.node.ts';
import { versionAfter, writePackFiles } from '../../src/tune/pack-files.node.ts';
import { packPlace } from '../../src/tune/pack-place.node.ts';
import { teachPack } from '../../src/tune/teach-pack.node.ts';
import { trainPack } from '../../src/tune/train-pack.node.ts';
import { dropState, keepState } from '../../src/tune/training-state.node.ts';
import { untrainedCard } from '../inspect/untrained-card.ts';

const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => 0 };
const classes = [{ name: 'good' }, { name: 'cut', threshold: 0.5 }];
const cardOf = (model: Uint8Array, threshold = 0.5): ModelCard =>
  untrainedCard(model, {
    ...{ id: 'suede', tilePx: 256, overlapPx: 64, mmPerPx: 0.5 },
    classes: [classes[0]!, { ...classes[1]!, threshold }],
  });

test('a pack that takes the place of another has the next version, the same pack again its own', async () => {
  const out = join(mkdtempSync(join(tmpdir(), 'kerf-versions-')), 'suede');
  const [one, other] = [Uint8Array.of(1), Uint8Array.of(2)];
  const written = async (model: Uint8Array, threshold?: number) => {
    const card = await writePackFiles(out, cardOf(model, threshold), model);
    expect(modelCardSchema.parse(JSON.parse(readFileSync(join(out, 'card.json'), 'utf8')))).toEqual(card);
    return card.version;
  };
  expect(await written(one)).toBe('1.0.0');
  expect(await written(one)).toBe('1.0.0');
  expect(await written(other)).toBe('1.1.0');
  // Another threshold finds other defects.
  expect(await written(other, 0.4)).toBe('1.2.0');
  expect(await written(one)).toBe('1.3.0');
});

describe('a pack takes the place of nothing but a pack', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'kerf-place-'));
  const write = (out: string) => writePackFiles(out, cardOf(Uint8Array.of(1)), Uint8Array.of(1));

  test('refuses a folder of pictures, one with a folder in it, a file, and a card that cannot be read', async () => {
    const pictures = folder();
    writeFileSync(join(pictures, 'hide_1.png'), 'mine');
    const around = folder();
    mkdirSync(join(around, 'good'));
    const broken = folder();
    writeFileSync(join(broken, 'card.json'), '{');
    for (const [out, found] of [
      [pictures, 'hide_1.png'],
      [around, 'good'],
      [join(pictures, 'hide_1.png'), 'a file'],
      [broken, 'card.json'],
    ] as const) {
      await expect(packPlace(out)).rejects.toMatchObject({ code: 'TUNE_OUT_THERE' });
      await expect(write(out)).rejects.toThrow(found);
    }
    expect(readFileSync(join(pictures, 'hide_1.png'), 'utf8')).toBe('mine');
  });

  test('refuses a pack beside which something else was laid, by its name, and leaves both', async () => {
    const out = join(folder(), 'suede');
    await write(out);
    mkdirSync(join(out, 'good'));
    writeFileSync(join(out, 'good', 'hide_1.png'), 'mine');
    await expect(write(out)).rejects.toThrow('good/hide_1.png');
    expect(existsSync(join(out, 'good', 'hide_1.png'))).toBe(true);
  });

  test('takes an empty folder, and one that a file browser looked at; a folder OUT.new is left alone', async () => {
    const root = folder();
    const out = join(root, 'suede');
    mkdirSync(out);
    writeFileSync(join(out, '.DS_Store'), '');
    mkdirSync(`${out}.new`);
    writeFileSync(join(`${out}.new`, 'notes.txt'), 'mine');
    await write(out);
    await write(out);
    expect(readdirSync(root).sort()).toEqual(['suede', 'suede.new']);
    expect(readdirSync(out).sort()).toEqual(['README.md', 'card.json', 'model.onnx']);
    expect(readFileSync(join(`${out}.new`, 'notes.txt'), 'utf8')).toBe('mine');
  });

  test('teaching and training say so before they look at a picture', async () => {
    const good = folder();
    writeFileSync(join(good, 'hide_1.png'), 'not even a picture');
    const shared = { out: good, id: 'good', seed: 1, command: '', commit: null, clock };
    const refused = { code: 'TUNE_OUT_THERE' };
    await expect(teachPack({ ...shared, folder: good, mmPerPx: 0.5 })).rejects.toMatchObject(refused);
    await expect(labelPack({ ...shared, dataset: good, mmPerPx: 0.5 })).rejects.toMatchObject(refused);
    await expect(trainPack({ ...shared, dataset: 'synth:leather' })).rejects.toMatchObject(refused);
    expect(readFileSync(join(good, 'hide_1.png'), 'utf8')).toBe('not even a picture');
  });

  test('the state of a training goes alone', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    const state = { of: 'x', step: 1, best: { step: 1, loss: 1 }, curve: [], numbers: new Float64Array(2) };
    await keepState(dir, state);
    await dropState(dir);
    expect(readdirSync(dir)).toEqual(['notes.txt']);
    const own = join(dir, 'own');
    await keepState(own, state);
    await dropState(own);
    await dropState(own);
    expect(existsSync(own)).toBe(false);
  });
});

test('a version that somebody gave goes on from there; a word is none to go on from', () => {
  const card = cardOf(Uint8Array.of(1));
  const after = (version: string) => versionAfter({ ...card, id: 'older', version }, card);
  expect(['2.9.4', '3.0.0', 'autumn'].map(after)).toEqual(['2.10.0', '3.1.0', '1.0.0']);
});
