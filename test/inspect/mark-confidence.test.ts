import { expect, test } from 'vitest';
import { scanOfDrawn } from '#cli/bench/plan-measures.ts';
import { packPath } from '#cli/pack-path.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Defect } from '#domain/inspection.ts';
import { inspectScan } from '#inspect/inspect-scan.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { confidenceOf } from '#inspect/mark-confidence.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { drawHide } from '#synth/draw-hide.ts';

const clock = { now: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => performance.now() };

test('what is said is straight between two knots, level beyond them, and the strength where a card holds none', () => {
  const curve = { strength: [0.4, 0.6, 0.9], real: [0.1, 0.5, 0.8], marks: 100, set: 'drawn' };
  expect([0, 0.4, 0.5, 0.6, 0.8, 1].map((s) => Math.round(confidenceOf(s, curve) * 100) / 100)).toEqual([
    0.1, 0.1, 0.3, 0.5, 0.7, 0.8,
  ]);
  expect(confidenceOf(0.37, undefined)).toBe(0.37);
});

test('an inspection, and what it tells while it looks, says what the card holds; its marks and their quality are the same', async () => {
  const pack = await loadPack(packPath('leather-base'));
  const scan = scanOfDrawn(drawHide({ seed: 9004, width: 900, height: 700 }), clock.now());
  const segmenter = await openSegmenter(pack, { provider: 'cpu', workers: 1 });
  const inspect = async (more: object) => {
    const first: Defect[] = [];
    const { defects } = await inspectScan(
      scan,
      { ...pack, card: { ...pack.card, ...more } },
      { segmenter, grading: LEATHER_GRADING, clock, onFirst: (told) => first.push(...told) },
    );
    return { defects, first };
  };
  try {
    const plain = await inspect({});
    const told = await inspect({ markConfidence: { strength: [0.5], real: [0.42], marks: 100, set: 'drawn' } });
    const marks = (defects: readonly Defect[]) => defects.map(({ confidence: _c, doubt: _d, ...mark }) => mark);
    expect(plain.defects.length).toBeGreaterThan(3);
    expect(new Set(plain.defects.map((d) => d.confidence)).size).toBeGreaterThan(1);
    expect(marks(told.defects)).toEqual(marks(plain.defects));
    expect(told.first).toHaveLength(plain.first.length);
    for (const d of [...told.defects, ...told.first]) expect([d.confidence, d.doubt]).toEqual([0.42, 0.58]);
  } finally {
    await segmenter.close();
  }
});
