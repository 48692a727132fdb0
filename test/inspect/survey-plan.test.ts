import { describe, expect, test } from 'vitest';
import { packPath } from '#cli/pack-path.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { coarserThanTaught, knowsScales, workingScale } from '#inspect/working-scale.ts';
import { scanOfDrawn } from '#cli/bench/plan-measures.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { Segmenter, Tile } from '#inspect/segmenter.ts';
import { surveyScan } from '#inspect/survey-scan.ts';
import { untrainedCard } from './untrained-card.ts';

const clock = { now: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => performance.now() };
const SPOT = 40;

/** Grey, with one red square. */
function spotted(sidePx: number, mmPerPx: number) {
  const rgb = new Uint8Array(sidePx * sidePx * 3).fill(120);
  for (let y = 700; y < 700 + SPOT; y += 1) for (let x = 500; x < 500 + SPOT; x += 1) rgb[3 * (y * sidePx + x)] = 250;
  return { rgb, widthPx: sidePx, heightPx: sidePx, mmPerPx };
}

/** Red is a defect. */
function redEye(): Segmenter & { readonly tiles: Omit<Tile, 'rgb'>[] } {
  const tiles: Omit<Tile, 'rgb'>[] = [];
  return {
    tiles,
    provider: { used: 'cpu', wanted: ['cpu'], why: 'a test' },
    concurrent: 1,
    segment: () => Promise.reject(new Error('scores are not asked for')),
    mark: ({ rgb, widthPx, heightPx, rimPx, isSeenOnce }) => {
      tiles.push({ widthPx, heightPx, rimPx, isSeenOnce });
      const [w, h] = [widthPx - 2 * rimPx, heightPx - 2 * rimPx];
      const defect = new Uint8Array(w * h);
      for (let y = 0, i = 0; y < h; y += 1)
        for (let x = 0, at = 3 * ((y + rimPx) * widthPx + rimPx); x < w; x += 1, i += 1, at += 3)
          if (rgb[at]! > rgb[at + 1]! + 60) defect[i] = 255;
      return Promise.resolve({ defect, kind: new Uint8Array(w * h).fill(1), widthPx: w, heightPx: h });
    },
    close: () => Promise.resolve(),
  };
}

/** What a pack from labels says that it learnt from. */
const TAUGHT: ModelCard['data'][number] = {
  ...{ name: 'my-labels', sha256: null, licence: 'not stated', origin: 'labelled pictures of the user' },
  ...{ items: 9, groups: 9, ships: false },
};

async function look(
  sidePx: number,
  task: ModelCard['task'],
  isCoarseFirst?: boolean,
  mmPerPx = 0.5,
  data: ModelCard['data'] = [],
) {
  const classes = [{ name: 'good' }, { name: 'hole', threshold: 0.5, quality: 0, margin: 2, minAreaMm2: 3 }];
  const input = { tilePx: 512, overlapPx: 64, mmPerPx: 0.5 };
  const card = { ...untrainedCard(new Uint8Array(), { id: 'red', ...input, classes }), task, data };
  const segmenter = redEye();
  const scan = scanOfDrawn(spotted(sidePx, mmPerPx), clock.now());
  const { maps } = await surveyScan(
    scan,
    { card, sha256: '0'.repeat(64) },
    { segmenter, clock, isWhole: true, isModelOnly: true, isCoarseFirst },
  );
  return {
    rims: [...new Set(segmenter.tiles.map((t) => t.rimPx))],
    isSeenOnce: segmenter.tiles.map((t) => t.isSeenOnce ?? false),
    readPx: segmenter.tiles.reduce((sum, t) => sum + t.widthPx * t.heightPx, 0),
    found: maps.defect.reduce((sum, v) => sum + (v > 127 ? 1 : 0), 0),
  };
}

test('a large picture is looked at coarsely first, with half the rim, and closer where that is in doubt', async () => {
  const seen = await look(2000, 'classes');
  expect(seen.rims).toEqual([32]);
  expect(seen.found).toBe(SPOT * SPOT);
  expect(seen.readPx).toBeLessThan(0.3 * (await look(2000, 'classes', false)).readPx);
});

test('every tile is looked at in a small picture, with half the rim; with the whole one where that is asked for', async () => {
  expect(await look(900, 'classes')).toMatchObject({ rims: [32], found: SPOT * SPOT });
  for (const side of [900, 2000])
    expect(await look(side, 'classes', false)).toMatchObject({ rims: [64], found: SPOT * SPOT });
});

test.each(['normality', 'fused'] as const)('a model of %s knows one scale: it looks at every tile', async (task) => {
  const every = await look(2000, task, false);
  expect(await look(2000, task)).toEqual(every);
  expect(await look(2000, task, true)).toEqual(every);
  expect(every.rims).toEqual([64]);
});

test('a pack that looks at half the size as well does so once: not of a coarse picture, nor where one looks coarsely first', async () => {
  const kinds = async (...how: Parameters<typeof look>) => [...new Set((await look(...how)).isSeenOnce)];
  expect(await kinds(900, 'classes')).toEqual([false]);
  expect(await kinds(2000, 'classes', false)).toEqual([false]);
  expect(await kinds(900, 'classes', false, 0.6)).toEqual([true]);
  expect(await kinds(2000, 'classes')).toEqual([true]);
});

test('a pack that was taught on one scale takes no coarse look', async () => {
  const every = await look(2000, 'classes', undefined, 0.5, [TAUGHT]);
  expect(every.found).toBe(SPOT * SPOT);
  expect(every.readPx).toBeGreaterThan(2000 * 2000);
  expect(await look(2000, 'classes', true, 0.5, [TAUGHT])).toEqual(every);
});

test('and looks at finer scans in its own pixels', async () => {
  const own = await look(1000, 'normality', undefined, 0.21);
  expect(own.readPx).toBeLessThan((await look(1000, 'normality')).readPx);
  expect(own.found).toBeGreaterThan(0.9 * (SPOT * 0.42) ** 2);
  expect(own.found).toBeLessThan(1.1 * (SPOT * 0.42) ** 2);
});

describe('scales', () => {
  const input = { tilePx: 512, overlapPx: 64, mmPerPx: 0.5 };
  const card = untrainedCard(new Uint8Array(), { id: 'red', ...input, classes: [{ name: 'good' }, { name: 'hole' }] });
  const drawn = { ...card, data: [{ ...TAUGHT, name: 'synth:leather' }] };
  const taught = [
    { ...card, task: 'normality' as const },
    { ...card, task: 'fused' as const, data: [TAUGHT] },
    { ...card, data: [TAUGHT] },
  ];

  test('of a pack of drawn pictures are 0.4 to 2 times its own', () => {
    expect([0.1, 0.2, 0.21, 0.5, 1].map((s) => workingScale(s, drawn))).toEqual([2, 1, 1, 1, 1]);
    expect([0.5, 1, 1.2].map((s) => coarserThanTaught(s, drawn))).toEqual([null, null, 2.4]);
  });

  test('of one that was taught are its own, give or take a quarter', () => {
    for (const pack of taught) {
      expect([0.1, 0.2, 0.4, 0.5, 1].map((s) => workingScale(s, pack))).toEqual([5, 2.5, 1, 1, 1]);
      expect([0.5, 0.625, 0.7].map((s) => coarserThanTaught(s, pack))).toEqual([null, null, 1.4]);
    }
  });

  test('of leather-base are many', async () => {
    expect(knowsScales((await loadPack(packPath('leather-base'))).card)).toBe(true);
  });
});
