import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadPack } from '#inspect/load-pack.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { labelPack } from '#tune/label-pack.node.ts';
import type { KeptTraining } from '#tune/label-pack.node.ts';
import { trainPack } from '#tune/train-pack.node.ts';
import { numberOption, requiredOption, runs, textOption } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { KERF_ROOT, packPath } from '../pack-path.ts';
import { StoppedMidway } from '../report-error.ts';
import { commitOf, tail } from './made-by.ts';
import { noteDataset } from './note-dataset.ts';
import { DEFAULT_MM_PER_PX, trainingScale } from './training-scale.ts';

/** Knows what defects look like from drawn leather alone (docs/decisions/0040). */
const DEFAULT_BASE = 'leather-base';

export function registerTrain(tune: Command): void {
  const train = tune
    .command('train')
    .argument('<dataset>', 'a folder with labelled pictures, one with good pictures alone, or synth:leather')
    .description('train a pack; the same data and seed give the same model byte for byte')
    .option('--seed <number>', 'seed of drawing and training', '1')
    .option('--steps <number>', 'most steps; training stops before when held-back hides get no better')
    .option('--base <pack>', 'pack whose net is the start, or "none" to begin by chance', DEFAULT_BASE)
    .option('--resume', 'go on where a stopped training of the same data, hides, scale, seed and steps left off')
    .option('--mm-per-px <number>', `scale of the pictures, default ${DEFAULT_MM_PER_PX}`)
    .option(
      '--evaluate-on <folder...>',
      'for synth:leather: data sets to score on when done; nothing is learnt from them',
    )
    .requiredOption('--out <pack>', 'folder of the pack');
  runs(train, async ({ terminal, signal }, [dataset], options) => {
    const seed = numberOption(options, 'seed', { least: 0, isWhole: true }) ?? 1;
    const out = requiredOption(options, 'out');
    const shared = {
      out: resolve(out),
      id: basename(resolve(out)),
      seed,
      commit: commitOf(KERF_ROOT),
      clock: systemClock,
      signal,
      onProgress: terminal.progress,
    };
    const words = ['kerf tune train', tail(dataset!), `--seed ${seed}`];
    if (dataset!.startsWith('synth:')) {
      const evaluateOn = (options['evaluateOn'] as string[] | undefined) ?? [];
      const extra = evaluateOn.length > 0 ? [`--evaluate-on ${evaluateOn.map(tail).join(' ')}`] : [];
      const card = await trainPack({
        ...shared,
        dataset: dataset!,
        command: [...words, `--out ${tail(out)}`, ...extra].join(' '),
        evaluateOn: evaluateOn.map((dir) => resolve(dir)),
      });
      for (const s of card.scores)
        terminal.say(`${s.set}: pixel F1 ${s.pixelF1?.toFixed(3) ?? '?'}, AP ${s.ap?.toFixed(3) ?? '?'}`);
      terminal.say(shared.out);
      terminal.document(card);
      return EXIT.done;
    }
    await noteDataset(terminal, resolve(dataset!));
    const steps = numberOption(options, 'steps', { least: 50, isWhole: true });
    const mmPerPx = trainingScale(terminal, options);
    const wanted = textOption(options, 'base');
    const base = wanted === 'none' ? undefined : wanted;
    let kept: KeptTraining | null = null;
    const isResumed = options['resume'] === true;
    const card = await labelPack({
      ...shared,
      dataset: resolve(dataset!),
      steps,
      mmPerPx,
      base: base === undefined ? undefined : await loadPack(packPath(base)),
      isResumed,
      onKept: (now) => {
        if (now.isFound && !isResumed)
          terminal.note(
            `${now.dir}: a training of the same was stopped at step ${now.step} of ${now.steps}. This one begins anew and takes its place; to go on with that one, stop now (Ctrl-C) and add --resume`,
          );
        kept = now;
      },
      command: [
        ...words,
        ...(steps === undefined ? [] : [`--steps ${steps}`]),
        ...(base === undefined ? [] : [`--base ${tail(base)}`]),
        `--mm-per-px ${mmPerPx}`,
        `--out ${tail(out)}`,
      ].join(' '),
      onEstimate: (e) =>
        terminal.note(
          `${e.pictures} pictures (${e.heldBack === 0 ? 'nothing held back: they show one hide, or are one run of neighbours, and the same ones teach and choose' : `${e.heldBack} held back`}), classes ${e.classes.join(', ')}: at most ${e.steps} steps, about ${Math.ceil(e.minutes)} min as busy as this machine is now, ${e.memoryMb} MB`,
        ),
    }).catch((error: unknown) => {
      throw kept !== null && signal.aborted ? stoppedMidway(kept) : error;
    });
    const [held] = card.scores;
    const judged =
      typeof held?.pixelF1 === 'number'
        ? `held back: pixel F1 ${held.pixelF1.toFixed(3)}, calibration error ${held.ece?.toFixed(3) ?? '?'}`
        : 'nothing was held back, so no figure says how well it finds: judge it on other hides (kerf tune evaluate)';
    terminal.say(
      `${card.training.steps} steps in ${card.training.seconds} s; ${judged}; ${card.task === 'fused' ? 'fused with normality' : 'normality did not help'}`,
    );
    terminal.say(shared.out);
    terminal.document(card);
    return EXIT.done;
  });
}

function stoppedMidway({ dir, step, steps }: KeptTraining): StoppedMidway {
  return new StoppedMidway(
    `${step} of ${steps} steps are kept in ${dir}. Go on by the same command with --resume, or take that folder away.`,
  );
}
