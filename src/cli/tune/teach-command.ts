import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '#station/system-clock.node.ts';
import { teachPack } from '#tune/teach-pack.node.ts';
import { numberOption, requiredOption, runs } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { KERF_ROOT } from '../pack-path.ts';
import { commitOf, tail } from './made-by.ts';
import { DEFAULT_MM_PER_PX, trainingScale } from './training-scale.ts';

export function registerTeach(tune: Command): void {
  const teach = tune
    .command('teach')
    .argument('<good>', 'folder with 1 to 20 pictures of the material without any defect')
    .description('learn what good material looks like; under a minute, no network, no labels')
    .option('--mm-per-px <number>', `scale of the pictures, default ${DEFAULT_MM_PER_PX}`)
    .option('--seed <number>', 'seed of the drawn defects that the threshold is chosen with', '1')
    .requiredOption('--out <pack>', 'folder of the pack');
  runs(teach, async ({ terminal, signal }, [folder], options) => {
    const out = requiredOption(options, 'out');
    const seed = numberOption(options, 'seed', { least: 0, isWhole: true }) ?? 1;
    const mmPerPx = trainingScale(terminal, options);
    const card = await teachPack({
      folder: resolve(folder!),
      out: resolve(out),
      id: basename(resolve(out)),
      mmPerPx,
      seed,
      command: `kerf tune teach ${tail(folder!)} --mm-per-px ${mmPerPx} --seed ${seed} --out ${tail(out)}`,
      commit: commitOf(KERF_ROOT),
      clock: systemClock,
      signal,
      onProgress: terminal.progress,
    });
    const { items } = card.data[0]!;
    const f1 = card.scores[0]?.pixelF1 ?? null;
    terminal.say(
      `learnt from ${items} good picture${items === 1 ? '' : 's'} in ${card.training.seconds} s; ` +
        `${f1 === null ? 'nothing could be left out to judge by: give more pictures, or larger ones' : `drawn defects pasted on left-out ones: pixel F1 ${f1.toFixed(2)}`}; threshold ${card.classes[1]!.threshold!.toFixed(2)}`,
    );
    terminal.say(resolve(out));
    terminal.document(card);
    return EXIT.done;
  });
}
