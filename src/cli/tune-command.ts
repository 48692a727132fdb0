import { execFileSync } from 'node:child_process';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '#station/system-clock.node.ts';
import { evaluatePackOn } from '#tune/evaluate-on.node.ts';
import { trainPack } from '#tune/train-pack.node.ts';
import { numberOption, requiredOption, runs } from './command.ts';
import { EXIT } from './exit-code.ts';
import { providerOption } from './inspect-command.ts';
import { KERF_ROOT, packPath } from './pack-path.ts';

export function register(program: Command): void {
  const tune = program.command('tune').description('train and evaluate model packs');
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

  const evaluate = tune
    .command('evaluate')
    .argument('<pack>', 'model pack: a shipped name or a folder')
    .argument('<dataset>', 'a folder, or synth:leather for hides that training does not draw')
    .description('score a pack on pictures with truth')
    .option('--mm-per-px <number>', 'scale of the pictures, default the pack’s')
    .option('--provider <name>', 'execution provider', 'auto');
  runs(evaluate, async ({ terminal, signal }, [pack, dataset], options) => {
    const { evaluation, provider } = await evaluatePackOn(
      packPath(pack!),
      dataset!.startsWith('synth:') ? dataset! : resolve(dataset!),
      {
        provider: providerOption(options),
        mmPerPx: numberOption(options, 'mmPerPx', { least: 0.01 }),
        clock: systemClock,
        signal,
        onProgress: terminal.progress,
      },
    );
    const { pixelF1, pixelF1AtThreshold, ap, aupro30, objectRecall, falsePerM2, images } = evaluation;
    terminal.say(
      `${images} pictures: pixel F1 ${pixelF1.toFixed(3)} (at the card's thresholds ${pixelF1AtThreshold.toFixed(3)}), AP ${ap.toFixed(3)}, ` +
        `AUPRO ${aupro30.toFixed(3)}, objects found ${objectRecall.toFixed(2)}, false per m² ${falsePerM2.toFixed(1)}`,
    );
    for (const [name, s] of Object.entries(evaluation.perClass))
      terminal.say(`  ${name}: pixel F1 ${s.pixelF1.toFixed(3)}, AP ${s.ap.toFixed(3)}`);
    terminal.say(`ran on ${provider.used} (${provider.why})`);
    terminal.document(evaluation);
    return EXIT.done;
  });
}

/** The command as the card keeps it: paths as they were given, unless they are of this machine alone. */
function commandText(dataset: string, seed: number, out: string, evaluateOn: readonly string[]): string {
  const tail = (path: string) => (resolve(path) === path ? basename(path) : path);
  const extra = evaluateOn.length > 0 ? ` --evaluate-on ${evaluateOn.map(tail).join(' ')}` : '';
  return `kerf tune train ${tail(dataset)} --seed ${seed} --out ${tail(out)}${extra}`;
}

function commitOf(root: string): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch (error) {
    // No git, or a copy without history: the card then names no commit.
    if (error instanceof Error) return null;
    throw error;
  }
}
