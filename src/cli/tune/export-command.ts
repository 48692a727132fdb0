import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exportCoco } from '#tune/write-coco.node.ts';
import { requiredOption, runs } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { noteDataset } from './note-dataset.ts';

export function registerExport(tune: Command): void {
  const command = tune
    .command('export')
    .argument('<dataset>', 'a folder with masks, a COCO document or YOLO labels')
    .description('write a data set as COCO, as Label Studio and CVAT open it')
    .requiredOption('--out <folder>', 'folder for images/ and annotations.json; must not hold a data set');
  runs(command, async ({ terminal, signal }, [dataset], options) => {
    const out = resolve(requiredOption(options, 'out'));
    await noteDataset(terminal, resolve(dataset!));
    const written = await exportCoco(resolve(dataset!), out, { signal, onProgress: terminal.progress });
    terminal.say(
      `${written.pictures} pictures, ${written.annotations} patches of ${written.classes.join(', ') || 'no class'}`,
    );
    terminal.say(out);
    terminal.document(written);
    return EXIT.done;
  });
}
