import { resolve } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '#station/system-clock.node.ts';
import { backUp, restore } from '#store/backup.node.ts';
import { requiredOption, runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';

/** `kerf station backup` and `kerf station restore`. */
export function registerBackup(station: Command): void {
  const backup = station
    .command('backup')
    .description('copy the data folder, also while its station runs')
    .option('--data <dir>', 'the data folder; default $XDG_DATA_HOME/kerf')
    .requiredOption('--out <dir>', 'folder to make')
    .option('--scans', 'the pictures too');
  runs(backup, async ({ terminal, signal }, _args, options) => {
    const out = resolve(requiredOption(options, 'out'));
    const manifest = await backUp({
      dataDir: dataFolder(textOption(options, 'data')),
      out,
      withScans: options['scans'] === true,
      at: systemClock.now(),
      signal,
    });
    const fileCount = Object.keys(manifest.files).length;
    terminal.say(
      `${out}: ${manifest.jobCount} jobs, ${fileCount} files${manifest.withScans ? '' : ', without pictures'}`,
    );
    terminal.note('It holds the key that signs releases: keep it as you keep the station.');
    terminal.document({ out, jobCount: manifest.jobCount, fileCount, withScans: manifest.withScans });
    return EXIT.done;
  });

  const back = station
    .command('restore')
    .argument('<backup>', 'what `kerf station backup` made')
    .description('make a data folder of a backup; jobs that were under way then are ended')
    .option('--data <dir>', 'the data folder to make; default $XDG_DATA_HOME/kerf');
  runs(back, async ({ terminal }, [given], options) => {
    const dataDir = dataFolder(textOption(options, 'data'));
    const { manifest, endedJobs } = await restore(resolve(given!), dataDir, systemClock.now());
    terminal.say(`${dataDir}: ${manifest.jobCount} jobs as of ${manifest.madeAt}`);
    for (const job of endedJobs) terminal.say(`  ${job} was under way and is ended: look at the table and the cutter`);
    terminal.document({ data: dataDir, madeAt: manifest.madeAt, jobCount: manifest.jobCount, endedJobs });
    return EXIT.done;
  });
}
