import type { ModelCard } from '#domain/model-card.ts';
import type { Clock } from '#domain/ports.ts';
import { TILE_STRIDE_PX } from '#inspect/segment-picture.ts';
import type { Segmenter } from '#inspect/segmenter.ts';

const RUNS = 3;

/** Longest side of what is timed: a larger one takes seconds, and says the same. */
const MOST_SIDE_PX = 256;

/** What a card says of its pack's speed: milliseconds of one tile on one thread, read from a part of a tile, whose
 *  pixels take about the same time each. The middle of three, as the first one warms up. The promotion gate, which counts,
 *  measures whole tiles. */
export async function tileSpeed(
  { input }: Pick<ModelCard, 'input'>,
  segmenter: Segmenter,
  clock: Clock,
): Promise<NonNullable<ModelCard['speed']>> {
  const sidePx = Math.min(MOST_SIDE_PX, Math.ceil(input.tilePx / 2 / TILE_STRIDE_PX) * TILE_STRIDE_PX);
  const rgb = new Uint8Array(sidePx * sidePx * 3).fill(120);
  const times: number[] = [];
  for (let i = 0; i < RUNS; i += 1) {
    const begin = clock.monotonicMs();
    await segmenter.segment({ rgb, widthPx: sidePx, heightPx: sidePx, rimPx: input.overlapPx });
    times.push(clock.monotonicMs() - begin);
  }
  const middle = times.sort((a, b) => a - b)[RUNS >> 1]!;
  return { tileMs: Math.round(middle * (input.tilePx / sidePx) ** 2), provider: 'cpu', threads: 1 };
}
