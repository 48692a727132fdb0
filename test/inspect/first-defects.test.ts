import { expect, test } from 'vitest';
import { scanOfDrawn } from '#cli/bench/plan-measures.ts';
import { packPath } from '#cli/pack-path.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Defect } from '#domain/inspection.ts';
import { flatRing } from '#domain/ring.ts';
import { ringBounds, type Bounds } from '#geometry/ring-bounds.ts';
import { inspectScan } from '#inspect/inspect-scan.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { drawHide } from '#synth/draw-hide.ts';

const clock = { now: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => performance.now() };

test('defects are told tile by tile while the hide is looked at, where the inspection has them in the end', async () => {
  const scan = scanOfDrawn(drawHide({ seed: 9004, width: 1300, height: 1000 }), clock.now());
  const pack = await loadPack(packPath('leather-base'));
  const segmenter = await openSegmenter(pack, { provider: 'cpu', workers: 1 });
  const heard: { tiles: number; defects: readonly Defect[] }[] = [];
  let tiles = 0;
  const inspection = await inspectScan(scan, pack, {
    ...{ segmenter, grading: LEATHER_GRADING, clock },
    onTile: () => (tiles += 1),
    onFirst: (defects) => heard.push({ tiles, defects }),
  });
  await segmenter.close();
  expect(tiles).toBeGreaterThan(2);
  expect(heard[0]!.tiles).toBeLessThan(tiles);
  const first = heard.flatMap((h) => h.defects);
  expect(new Set(first.map((d) => d.id)).size).toBe(first.length);
  const seen = inspection.defects.filter((d) => d.areaMm2 > 25);
  expect(seen.length).toBeGreaterThan(3);
  const told = seen.filter((d) => first.some((f) => touch(f, d)));
  expect(told.length / seen.length).toBeGreaterThan(0.8);
});

/** Whether two defects' boxes meet. */
function touch(a: Defect, b: Defect): boolean {
  const [p, q] = [a, b].map((d) => ringBounds(flatRing(d.outline))) as [Bounds, Bounds];
  return p.minX <= q.maxX && q.minX <= p.maxX && p.minY <= q.maxY && q.minY <= p.maxY;
}
