import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelCard } from '#domain/model-card.ts';
import { LEATHER_CHANNEL_COUNT } from '#tune/leather-channels.ts';
import { packGraph } from '#tune/pack-graph.ts';

/** A pack that does all the work of a leather pack and finds every pixel good: what a station makes of a hide then
 *  depends on nothing that training changes. */
export function writeCalmPack(dir: string): string {
  const sizes = [LEATHER_CHANNEL_COUNT, 6, 3];
  const [channels = 0, hidden = 0, classes = 0] = sizes;
  const model = packGraph({
    sizes,
    mean: new Float32Array(channels),
    scale: new Float32Array(channels).fill(1),
    weights: [new Float32Array(channels * hidden), new Float32Array(hidden * classes)],
    biases: [new Float32Array(hidden), Float32Array.of(8, 0, 0)],
    temperature: 1,
  });
  const card: ModelCard = {
    kerf: 1,
    id: 'calm',
    version: '0.0.1',
    task: 'classes',
    files: { 'model.onnx': createHash('sha256').update(model).digest('hex') },
    input: {
      name: 'pixels',
      layout: 'NCHW',
      type: 'float32',
      channels: 'RGB',
      range: [0, 1],
      tilePx: 512,
      overlapPx: 64,
      mmPerPx: 1,
      preprocessing: 'inside',
    },
    output: { scores: 'scores', doubt: 'doubt' },
    classes: [{ name: 'good' }, { name: 'hole', threshold: 0.5 }, { name: 'cut', threshold: 0.5 }],
    calibration: null,
    data: [],
    startedFrom: [],
    training: { command: 'none', seed: 0, steps: 0, seconds: 0, commit: null },
    scores: [],
    speed: null,
  };
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'model.onnx'), model);
  writeFileSync(join(dir, 'card.json'), JSON.stringify(card));
  return dir;
}
