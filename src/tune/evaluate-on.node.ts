import type { Clock, OnProgress } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import type { SegmenterOptions } from '#inspect/onnx-segmenter.node.ts';
import type { ProviderReport } from '#inspect/segmenter.ts';
import { evaluationOf } from './evaluation-list.node.ts';
import { evaluatePack } from './evaluate-pack.ts';
import type { Evaluation } from './evaluate-pack.ts';
import { heldBackHides } from './drawn-pictures.ts';

export interface EvaluateOnOptions extends SegmenterOptions {
  readonly clock: Clock;
  /** Scale of the data set's pictures; default: the pack's own. It only matters for "per square metre". */
  readonly mmPerPx?: number | undefined;
  /** How many hides "synth:leather" stands for. */
  readonly hideCount?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** `kerf tune evaluate PACK DATASET`: DATASET is a folder, or "synth:leather" for hides that training does not draw.
 *  @throws KerfError INSPECT_PACK_*, INSPECT_PROVIDER_*, TUNE_DATASET_* */
export async function evaluatePackOn(
  packPath: string,
  dataset: string,
  options: EvaluateOnOptions,
): Promise<{ evaluation: Evaluation; provider: ProviderReport }> {
  const pack = await loadPack(packPath);
  const list =
    dataset === 'synth:leather'
      ? heldBackHides(pack.card.training.seed, options.hideCount ?? 10)
      : (await evaluationOf(dataset, pack.card, options.mmPerPx))[1];
  const segmenter = await openSegmenter(pack, options);
  try {
    const evaluation = await evaluatePack(pack, list, segmenter, {
      random: seededRandom(1),
      monotonicMs: () => options.clock.monotonicMs(),
      signal: options.signal,
      onProgress: options.onProgress,
    });
    return { evaluation, provider: segmenter.provider };
  } finally {
    await segmenter.close();
  }
}
