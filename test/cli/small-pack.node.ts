import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { graphBuilder, intAttribute } from '#tune/onnx-graph.ts';
import { untrainedCard } from '../inspect/untrained-card.ts';

/** A model of one 1 x 1 convolution that takes near-black for a hole: runs in a millisecond, on anything. `input` gives
 *  its input another name than the card says. */
export function smallModel({ input = 'pixels' } = {}): Uint8Array {
  const g = graphBuilder('small');
  const pixels = g.input(input, ['n', 3, 'h', 'w']);
  const logits = g.op('Conv', [
    pixels,
    g.floats([0, 0, 0, -20, -20, -20], [2, 3, 1, 1]),
    // A hole below 0.1 a channel.
    g.floats([0, 6], [2]),
  ]);
  g.output('scores', g.op('Softmax', [logits], [intAttribute('axis', 1)]), ['n', 2, 'h', 'w']);
  g.output('doubt', g.op('Conv', [pixels, g.floats([0, 0, 0], [1, 3, 1, 1])]), ['n', 1, 'h', 'w']);
  return g.encode();
}

/** Writes a pack of `model`; its card names the hash of `hashed` (default: the model). */
export async function writeSmallPack(dir: string, model = smallModel(), hashed: Uint8Array = model): Promise<string> {
  const card = untrainedCard(hashed, {
    id: 'small',
    tilePx: 256,
    overlapPx: 16,
    mmPerPx: 2,
    classes: [{ name: 'good' }, { name: 'hole', threshold: 0.5, quality: 0, margin: 2, minAreaMm2: 1 }],
  });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'model.onnx'), model);
  await writeFile(join(dir, 'card.json'), JSON.stringify(card));
  return dir;
}
