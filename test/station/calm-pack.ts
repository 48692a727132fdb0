import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelCard } from '#domain/model-card.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { netPackGraph, startNet } from '#tune/defect-net.ts';
import { LEATHER_BASE_SIZE } from '#tune/train-pack.node.ts';

/** A pack that does all the work of a leather pack and finds every pixel good: what a station makes of a hide then
 *  depends on nothing that training changes. */
export function writeCalmPack(dir: string): string {
  const net = startNet(LEATHER_BASE_SIZE.levels, 3, seededRandom(1));
  net.weights.get('classes')!.fill(0);
  const model = netPackGraph({ ...net, goodShift: 8 });
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
