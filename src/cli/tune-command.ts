import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '#station/system-clock.node.ts';
import { trainPack } from '#tune/train-pack.node.ts';
import { numberOption, requiredOption, runs } from './command.ts';
import { EXIT } from './exit-code.ts';
import { KERF_ROOT } from './pack-path.ts';
import { commitOf, tail } from './tune/made-by.ts';
import { registerEvaluate } from './tune/evaluate-command.ts';
import { registerTeach } from './tune/teach-command.ts';

export function register(program: Command): void {
  const tune = program.command('tune').description('teach, train and judge model packs');
  registerTeach(tune);
  registerEvaluate(tune);
  const train = tune
    .command('train')
    .argument('<dataset>', 'synth:leather, or a folder with images/, masks/ and good/')
    .description('train a pack; the same seed gives the same model byte for byte')
    .option('--seed <number>', 'seed of drawing and training', '1')
    .option('--evaluate-on <folder...>', 'data sets to score on when done; nothing is learnt from them')
    .requiredOption('--out <pack>', 'folder of the pack');
  runs(train, async ({ terminal, signal }, [dataset], options) => {
    const seed = numberOption(options, 'seed', { least: 0, isWhole: true }) ?? 1;
    const out = requiredOption(options, 'out');
    const evaluateOn = (options['evaluateOn'] as string[] | undefined) ?? [];
    const card = await trainPack({
      dataset: dataset!,
      out: resolve(out),
      id: basename(resolve(out)),
      seed,
      command: commandText(dataset!, seed, out, evaluateOn),
      commit: commitOf(KERF_ROOT),
      clock: systemClock,
      evaluateOn: evaluateOn.map((dir) => resolve(dir)),
      signal,
      onProgress: terminal.progress,
    });
    for (const s of card.scores)
      terminal.say(`${s.set}: pixel F1 ${s.pixelF1?.toFixed(3) ?? '?'}, AP ${s.ap?.toFixed(3) ?? '?'}`);
    terminal.say(resolve(out));
    terminal.document(card);
    return EXIT.done;
  });
}

/** The command as the card keeps it. */
function commandText(dataset: string, seed: number, out: string, evaluateOn: readonly string[]): string {
  const extra = evaluateOn.length > 0 ? ` --evaluate-on ${evaluateOn.map(tail).join(' ')}` : '';
  return `kerf tune train ${tail(dataset)} --seed ${seed} --out ${tail(out)}${extra}`;
}
