import type { ModelCard } from '#domain/model-card.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { confidenceHides } from './drawn-pictures.ts';
import type { ThresholdOptions } from './drawn-thresholds.node.ts';
import { judgedMarks } from './evaluate-pack.ts';
import { fitConfidence } from './fit-confidence.ts';

/** How often marks of each strength are real on drawn hides that neither training nor choosing thresholds nor held-back scores see
 *  (docs/decisions/0060). Undefined where they show too few marks. */
export async function drawnConfidence(
  pack: Pack,
  { seed, signal, onProgress }: Omit<ThresholdOptions, 'clock'>,
  hideCount: number,
): Promise<ModelCard['markConfidence']> {
  if (hideCount === 0) return undefined;
  const segmenter = await openSegmenter(pack, { provider: 'cpu' });
  try {
    const marks = await judgedMarks(pack, confidenceHides(seed, hideCount), segmenter, { signal, onProgress });
    return fitConfidence(marks, 'synth:leather, hides to tell confidence by');
  } finally {
    await segmenter.close();
  }
}
