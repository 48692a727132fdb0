import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelCardSchema, type ModelCard } from '../../src/domain/model-card.ts';
import { versionAfter, writePackFiles } from '../../src/tune/pack-files.node.ts';
import { untrainedCard } from '../inspect/untrained-card.ts';

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
  writeFileSync(join(out, 'card.json'), '{');
  expect(await written(other)).toBe('1.0.0');
});

test('a version that somebody gave goes on from there; a word is none to go on from', () => {
  const card = cardOf(Uint8Array.of(1));
  const after = (version: string) => versionAfter({ ...card, id: 'older', version }, card);
  expect(['2.9.4', '3.0.0', 'autumn'].map(after)).toEqual(['2.10.0', '3.1.0', '1.0.0']);
});
