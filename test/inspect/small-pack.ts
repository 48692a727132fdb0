import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelCard } from '../../src/domain/model-card.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { netPackGraph, startNet } from '../../src/tune/defect-net.ts';

/** A pack in a folder of its own: a small net that nobody trained. `change` spoils it. */
export function smallPack(
  change: { card?: (card: ModelCard) => unknown; model?: (bytes: Uint8Array) => Uint8Array } = {},
): string {
  const random = seededRandom(11);
  const net = startNet([4, 6], 3, random);
  const last = net.weights.get('classes')!;
  last.forEach((_, i) => (last[i] = random() - 0.5));
  const model = netPackGraph(net);
  const card: ModelCard = {
    kerf: 1,
    id: 'small',
    version: '0.0.1',
    task: 'classes',
    files: { 'model.onnx': createHash('sha256').update(model).digest('hex') },
    input: {
      name: 'pixels',
      layout: 'NCHW',
      type: 'float32',
      channels: 'RGB',
      range: [0, 1],
      tilePx: 256,
      overlapPx: 64,
      mmPerPx: 0.5,
      preprocessing: 'inside',
    },
    output: { scores: 'scores', doubt: 'doubt' },
    classes: [{ name: 'good' }, { name: 'hole', threshold: 0.5 }, { name: 'cut', threshold: 0.5 }],
    calibration: null,
    data: [],
    startedFrom: [],
    training: { command: 'none', seed: 11, steps: 0, seconds: 0, commit: null },
    scores: [],
    speed: null,
  };
  const dir = mkdtempSync(join(tmpdir(), 'kerf-pack-'));
  writeFileSync(join(dir, 'model.onnx'), change.model ? change.model(model) : model);
  writeFileSync(join(dir, 'card.json'), JSON.stringify(change.card ? change.card(card) : card));
  return dir;
}
