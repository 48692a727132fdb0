import { expect, test } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { alternatives, type LayoutFigures } from '#station/alternatives.ts';
import { layoutFacts } from '#station/layout-facts.ts';
import { MOST_SHOWN, shownBy, withShown, type ShownLayouts } from '#station/shown-layouts.ts';

const layout = (name: string, change: Partial<LayoutFigures>) => ({
  name,
  figures: {
    pieceCount: 40,
    nestedYieldBp: 7000,
    bestLeftMm2: 2e5,
    kitCount: 3,
    cutLength: 5e4,
    value: 0.7,
    ...change,
  },
});
const namesOf = (list: readonly ReturnType<typeof layout>[]) => alternatives(list).map(({ name }) => name);

test('the best comes first, then what gains something on it: whole kits, leather, a short cut', () => {
  const early = layout('early', { nestedYieldBp: 4000, value: 0.4, bestLeftMm2: 9e5, cutLength: 2e4 });
  const kits = layout('kits', { nestedYieldBp: 6900, value: 0.69, kitCount: 4 });
  const leather = layout('leather', { nestedYieldBp: 6800, value: 0.68, bestLeftMm2: 2.4e5 });
  const short = layout('short', { nestedYieldBp: 6950, value: 0.695, cutLength: 4.5e4 });
  const best = layout('best', {});
  // What was half made at the start of the search is no choice, however much leather it leaves.
  expect(namesOf([early, kits, leather, short, best])).toEqual(['best', 'kits', 'leather']);
  expect(namesOf([early, short, best])).toEqual(['best', 'short']);
});

test('a layout that gains less than a person would weigh is left out', () => {
  const alike = layout('alike', { nestedYieldBp: 6990, value: 0.699, bestLeftMm2: 2.05e5, cutLength: 4.95e4 });
  expect(namesOf([alike, layout('best', {})])).toEqual(['best']);
  expect(namesOf([])).toEqual([]);
});

test('what is offered stays to be chosen, however long the search goes on after it', () => {
  const shown = (sha256: string, change: Partial<LayoutFigures>) => ({
    ...{ sha256, text: '', json: '', figures: layout(sha256, change).figures },
    result: {} as Parameters<typeof withShown>[2]['result'],
  });
  let all: ShownLayouts | null = null;
  // Leaves most leather, and comes first; then three minutes of small improvements.
  all = withShown(all, 'job', shown('leather', { nestedYieldBp: 6900, value: 0.69, bestLeftMm2: 3e5 }));
  for (let i = 0; i < 800; i += 1) all = withShown(all, 'job', shown(`n${i}`, { value: 0.695 + i * 1e-5 }));
  expect(all?.byHash.size).toBe(MOST_SHOWN);
  expect(alternatives([...all!.byHash.values()]).map(({ sha256 }) => sha256)).toEqual(['n799', 'leather']);
  expect(shownBy(all, 'job', 'leather')).not.toBeNull();
  expect([shownBy(all, 'job', 'n799'), shownBy(all, 'job', 'n737')].every(Boolean)).toBe(true);
  expect(shownBy(all, 'job', 'n700')).toBeNull();
  // Another search has nothing of it.
  expect(withShown(all, 'other', shown('x', {})).byHash.size).toBe(1);
});

const square = (x: number, y: number, side: number): Ring => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
const PROBLEM: Problem = {
  kerf: 1,
  unit: 'mm',
  sheets: [
    {
      id: 'hide',
      outline: square(0, 0, 1000),
      holes: [square(900, 900, 100)],
      zones: [
        { quality: 2, outline: square(0, 0, 200) },
        { quality: 4, outline: square(100, 100, 50) },
      ],
    },
  ],
  pieces: [
    { id: 'front', outline: square(0, 0, 100), quantity: 2, kit: 'bag' },
    { id: 'strap', outline: square(0, 0, 100), kit: 'bag' },
    { id: 'patch', outline: square(0, 0, 100) },
  ],
  kits: [{ id: 'bag', quantity: 3 }],
};

test('faultless leather is what no hole, zone or piece takes; a kit is whole with all its pieces', () => {
  const facts = layoutFacts(PROBLEM);
  expect(facts.of([], [])).toEqual({ bestLeftMm2: 1e6 - 1e4 - 4e4, kitCount: 0 });
  const place = (piece: number) => ({ piece, x: 0, y: 0, rotation: 0, mirrored: false });
  // One piece on faultless leather, one half on the worse corner.
  const outlines = [square(500, 500, 100), square(148, 300, 100), square(152, 0, 100)].map(flatRing);
  const { bestLeftMm2, kitCount } = facts.of([0, 0, 0, 0, 1, 2].map(place), outlines);
  expect(bestLeftMm2).toBeCloseTo(95e4 - 1e4 - 1e4 - 52 * 100, -3);
  expect(kitCount).toBe(1);
});
