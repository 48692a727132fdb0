import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelCard } from '../../src/domain/model-card.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { netPackGraph, startNet } from '../../src/tune/defect-net.ts';
import { untrainedCard } from './untrained-card.ts';

/** A pack in a folder of its own: a small net that nobody trained. `change` spoils it. */
export function smallPack(
  change: {
    card?: (card: ModelCard) => unknown;
    model?: (bytes: Uint8Array) => Uint8Array;
    seesTwice?: boolean;
  } = {},
): string {
  const random = seededRandom(11);
  const net = startNet([4, 6], 3, random);
  const last = net.weights.get('classes')!;
  last.forEach((_, i) => (last[i] = random() - 0.5));
  const model = netPackGraph({ ...net, seesTwice: change.seesTwice ?? false });
  const card = untrainedCard(model, {
    id: 'small',
    tilePx: 256,
    overlapPx: 64,
    mmPerPx: 0.5,
    classes: [{ name: 'good' }, { name: 'hole', threshold: 0.5 }, { name: 'cut', threshold: 0.5 }],
  });
  const dir = mkdtempSync(join(tmpdir(), 'kerf-pack-'));
  writeFileSync(join(dir, 'model.onnx'), change.model ? change.model(model) : model);
  writeFileSync(join(dir, 'card.json'), JSON.stringify(change.card ? change.card(card) : card));
  return dir;
}
