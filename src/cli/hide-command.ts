import type { Command } from 'commander';
import { hidePassport } from '#station/hide-passport.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';

/** The passport of one hide: its jobs, defects and remnants. */
export function register(program: Command): void {
  const command = program
    .command('hide')
    .argument('<code>', "of the hide's tag")
    .description('what is known of a hide; also while its station runs')
    .option('--data <dir>', "the station's data folder; default $XDG_DATA_HOME/kerf");
  runs(command, async ({ terminal }, [code], options) => {
    const dataDir = dataFolder(textOption(options, 'data'));
    const store = openDatabase(dataDir, { isReader: true });
    try {
      const passport = await hidePassport(store, dataDir, code!);
      for (const { job, at, state, order, defects, cutCount, pieceCount } of passport.jobs)
        terminal.say(`${at}  ${job}  ${state}, ${order}: ${cutCount} of ${pieceCount} cut, ${defects.length} defects`);
      for (const { id, state, areaMm2 } of passport.remnants)
        terminal.say(`remnant ${id}  ${(areaMm2 / 1e6).toFixed(3)} m2, ${state}`);
      terminal.document(passport);
    } finally {
      store.close();
    }
    return EXIT.done;
  });
}
