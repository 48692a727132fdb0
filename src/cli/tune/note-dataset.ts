import { openDataset } from '#tune/read-dataset.node.ts';
import type { Terminal } from '../terminal.ts';

/** Says what of a data set is read otherwise than one might expect. Drawn data ("synth:…") has nothing to say. */
export async function noteDataset(terminal: Terminal, dataset: string): Promise<void> {
  if (dataset.startsWith('synth:')) return;
  for (const note of (await openDataset(dataset)).notes) terminal.note(`${dataset}: ${note}`);
}
