import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { writeWhole } from '#disk/write-whole.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { DEFAULT_SETTINGS } from '#domain/settings.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { comparePacksOn } from '#tune/evaluate-on.node.ts';
import { enterPack, openPack, readRegistry, rollBack, runningPack } from '#tune/pack-registry.node.ts';
import type { RegistryEntry } from '#tune/pack-registry.node.ts';
import {
  accuracyChecks,
  confidenceChecks,
  measurePack,
  refuseUnlessPassed,
  ruleChecks,
} from '#tune/promotion-gate.node.ts';
import type { GateCheck } from '#tune/promotion-gate.node.ts';
import { nameOption, numberOption, requiredOption, runs, textOption } from '../command.ts';
import { dataFolder } from '../data-folder.ts';
import { EXIT } from '../exit-code.ts';
import { providerOption } from '../inspect-command.ts';
import { packPath } from '../pack-path.ts';
import { lineOf } from '../report-error.ts';
import { noteDataset } from './note-dataset.ts';

export function registerRegistry(tune: Command): void {
  const promote = tune
    .command('promote')
    .argument('<pack>', 'model pack: a shipped name or a folder')
    .description('make a pack the one that the station runs, if it passes the gate')
    .requiredOption(
      '--dataset <folder>',
      'pictures that neither pack learnt from (of good ones alone: defects are drawn into them), or synth:leather',
    )
    .option('--mm-per-px <number>', 'scale of the pictures, default that of the pack to promote')
    .option('--most-seconds <number>', 'what 36 megapixels may take here', '25')
    .option('--by <name>', 'who promotes, for the history')
    .option('--provider <name>', 'execution provider', 'auto');
  withData(promote);
  runs(promote, async ({ terminal, signal }, [path], options) => {
    const dir = dataFolder(textOption(options, 'data'));
    const models = join(dir, 'models');
    const given = requiredOption(options, 'dataset');
    const dataset = given.startsWith('synth:') ? given : resolve(given);
    await noteDataset(terminal, dataset);
    const settings = await readSettings(dir);
    const pack = await openPack(packPath(path!));
    const { running, broken } = await rivalOf(models, settings.model);
    if (broken !== null)
      terminal.error(`The running pack is broken, so ${running.card.id} is compared with instead: ${lineOf(broken)}`);
    const provider = providerOption(options);
    const shared = { provider, clock: systemClock, signal, onProgress: terminal.progress };
    const comparison = await comparePacksOn(running.dir, pack.dir, dataset, {
      ...shared,
      drawsDefects: true,
      mmPerPx: numberOption(options, 'mmPerPx', { least: 0.01 }),
    });
    const speedSeconds = numberOption(options, 'mostSeconds', { above: 0 });
    const checks = [
      ...(broken === null ? [] : [insteadOf(broken, running)]),
      ...accuracyChecks(comparison),
      ...confidenceChecks(pack.card, comparison),
      ...ruleChecks(running.card, pack.card),
      ...(await measurePack(pack, { ...shared, speedSeconds })),
    ];
    terminal.table([
      ['check', 'found', 'wanted', ''],
      ...checks.map((c) => [c.check, c.found, c.wanted, c.passed ? 'passed' : 'failed']),
    ]);
    refuseUnlessPassed(pack, checks);
    const gate = checks.map(({ check, found, wanted }) => ({ check, found, wanted }));
    const by = nameOption(options, 'by') ?? null;
    const ranBefore = broken === null ? running : null;
    const entry = await enterPack(models, pack, { at: systemClock.now(), by, gate }, ranBefore);
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
    const entry = await rollBack(models, systemClock.now(), nameOption(options, 'by') ?? null);
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

/** The pack to beat: the running one, or, where that is broken, the one that ships. A broken pack keeps none out that mends it. */
async function rivalOf(models: string, model: string): Promise<{ running: Pack; broken: KerfError | null }> {
  try {
    return { running: (await runningPack(models)) ?? (await openPack(packPath(model))), broken: null };
  } catch (cause) {
    if (!(cause instanceof KerfError) || !/^(?:TUNE_PACK_TAMPERED$|INSPECT_PACK_)/.test(cause.code)) throw cause;
    return { running: await openPack(packPath(DEFAULT_SETTINGS.model)), broken: cause };
  }
}

/** As the history keeps it: what the gate went by. */
function insteadOf(broken: KerfError, rival: Pack): GateCheck {
  const file = broken.details?.['file'];
  return {
    check: 'the running pack',
    found: `broken: ${broken.code}${typeof file === 'string' ? ` (${file})` : ''}`,
    wanted: `none; ${rival.card.id} ${rival.card.version} is compared with instead`,
    passed: true,
  };
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
