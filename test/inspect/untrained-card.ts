import { sha256Of } from '#disk/sha256.node.ts';
import { packInterface, type ModelCard } from '#domain/model-card.ts';

/** The card of a pack that nobody trained; `files` names the hash of `model`. */
export function untrainedCard(
  model: Uint8Array,
  pack: {
    readonly id: string;
    readonly tilePx: number;
    readonly overlapPx: number;
    readonly mmPerPx: number;
    readonly classes: ModelCard['classes'];
  },
): ModelCard {
  const { id, classes, ...input } = pack;
  return {
    kerf: 1,
    id,
    version: '1.0.0',
    task: 'classes',
    files: { 'model.onnx': sha256Of(model) },
    ...packInterface(input),
    classes,
    calibration: null,
    data: [],
    startedFrom: [],
    training: { command: 'none', seed: 1, steps: 0, seconds: 0, commit: null },
    scores: [],
    speed: null,
  };
}
