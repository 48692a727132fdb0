import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '#domain/seeded-random.ts';
import { netPackGraph, startNet } from '#tune/defect-net.ts';
import { LEATHER_BASE_SIZE } from '#tune/train-pack.node.ts';
import { untrainedCard } from '../inspect/untrained-card.ts';

/** A pack that does all the work of a leather pack and finds every pixel good: what a station makes of a hide then
 *  depends on nothing that training changes. */
export function writeCalmPack(dir: string): string {
  const net = startNet(LEATHER_BASE_SIZE.levels, 3, seededRandom(1));
  net.weights.get('classes')!.fill(0);
  const model = netPackGraph({ ...net, goodShift: 8 });
  const card = untrainedCard(model, {
    id: 'calm',
    tilePx: 512,
    overlapPx: 64,
    mmPerPx: 1,
    classes: [{ name: 'good' }, { name: 'hole', threshold: 0.5 }, { name: 'cut', threshold: 0.5 }],
  });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'model.onnx'), model);
  writeFileSync(join(dir, 'card.json'), JSON.stringify(card));
  return dir;
}
