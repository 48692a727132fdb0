import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '#disk/write-whole.node.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { comparePacksOn } from '#tune/evaluate-on.node.ts';
import { enterPack, readRegistry, rollBack, runningPack } from '#tune/pack-registry.node.ts';
import type { RegistryEntry } from '#tune/pack-registry.node.ts';
import { accuracyChecks, measurePack, refuseUnlessPassed, ruleChecks } from '#tune/promotion-gate.node.ts';
import { numberOption, requiredOption, runs, textOption } from '../command.ts';
import { dataFolder } from '../data-folder.ts';
import { EXIT } from '../exit-code.ts';
import { providerOption } from '../inspect-command.ts';
import { packPath } from '../pack-path.ts';

export function registerRegistry(tune: Command): void {
  const promote = tune
    .command('promote')
    .argument('<pack>', 'model pack: a shipped name or a folder')
    .description('make a pack the one that the station runs, if it passes the gate')
    .requiredOption(
      '--dataset <folder>',
      'pictures that neither pack learnt from (of good ones alone: defects are drawn into them), or synth:leather',
    )
    .option('--mm-per-px <number>', 'scale of the pictures, default the pack’s')
    .option('--most-seconds <number>', 'what 36 megapixels may take here', '25')
    .option('--by <name>', 'who promotes, for the history')
    .option('--provider <name>', 'execution provider', 'auto');
  withData(promote);
  runs(promote, async ({ terminal, signal }, [path], options) => {
    const dir = dataFolder(textOption(options, 'data'));
    const models = join(dir, 'models');
    const dataset = requiredOption(options, 'dataset');
    const settings = await readSettings(dir);
    const pack = await loadPack(packPath(path!));
    const running = (await runningPack(models)) ?? (await loadPack(packPath(settings.model)));
    const provider = providerOption(options);
    const shared = { provider, clock: systemClock, signal, onProgress: terminal.progress };
    const comparison = await comparePacksOn(
      running.dir,
      pack.dir,
      dataset.startsWith('synth:') ? dataset : resolve(dataset),
      { ...shared, drawsDefects: true, mmPerPx: numberOption(options, 'mmPerPx', { least: 0.01 }) },
    );
    const speedSeconds = numberOption(options, 'mostSeconds', { above: 0 });
    const checks = [
      ...accuracyChecks(comparison),
      ...ruleChecks(running.card, pack.card),
      ...(await measurePack(pack, { ...shared, speedSeconds })),
    ];
    terminal.table([
      ['check', 'found', 'wanted', ''],
      ...checks.map((c) => [c.check, c.found, c.wanted, c.passed ? 'passed' : 'failed']),
    ]);
    refuseUnlessPassed(pack, checks);
    const gate = checks.map(({ check, found, wanted }) => ({ check, found, wanted }));
    const by = textOption(options, 'by') ?? null;
    const entry = await enterPack(models, pack, { at: systemClock.now(), by, gate });
    await useModel(dir, join(models, entry.folder));
    terminal.say(`${entry.folder} runs from the station's next start on`);
    terminal.document(entry);
    return EXIT.done;
  });

  const rollback = tune
    .command('rollback')
    .description('go back to the pack that ran before')
    .option('--by <name>', 'who rolls back, for the history');
  withData(rollback);
  runs(rollback, async ({ terminal }, _, options) => {
    const dir = dataFolder(textOption(options, 'data'));
    const models = join(dir, 'models');
    const entry = await rollBack(models, systemClock.now(), textOption(options, 'by') ?? null);
    await useModel(dir, join(models, entry.folder));
    terminal.say(`${entry.folder} runs from the station's next start on`);
    terminal.document(entry);
    return EXIT.done;
  });

  const history = tune.command('history').description('what was promoted and rolled back, oldest first');
  withData(history);
  runs(history, async ({ terminal }, _, options) => {
    const models = join(dataFolder(textOption(options, 'data')), 'models');
    const entries = await readRegistry(models);
    if (entries.length === 0) terminal.say('nothing was promoted here yet');
    else terminal.table([['when', 'what', 'pack', 'by'], ...entries.map(row)]);
    // What runs is checked as well: a changed file is said here, too.
    if (entries.length > 0) await runningPack(models);
    terminal.document(entries);
    return EXIT.done;
  });
}

function row(entry: RegistryEntry): string[] {
  return [entry.at, entry.act, entry.folder, entry.by ?? ''];
}

function withData(command: Command): void {
  command.option('--data <folder>', 'data folder of the station');
}

/** Writes the pack into the station's settings. */
async function useModel(dir: string, model: string): Promise<void> {
  const settings = await readSettings(dir);
  await writeWhole(join(dir, 'settings.json'), `${JSON.stringify({ ...settings, model }, null, 2)}\n`);
}
