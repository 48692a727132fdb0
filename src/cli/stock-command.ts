import { resolve } from 'node:path';
import type { Command } from 'commander';
import { gradeName } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Remnant } from '#domain/remnant.ts';
import { stockSheets } from '#ledger/stock-sheets.ts';
import { openDatabase } from '#store/database.node.ts';
import { runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { writeDocument } from './write-document.ts';

const MOST_REMNANTS = 500;

/** Remnants of earlier hides; as sheets they go into `kerf nest --sheet`. */
export function register(program: Command): void {
  const command = program
    .command('stock')
    .description('remnants of earlier hides; also while their station runs')
    .option('--data <dir>', "the station's data folder; default $XDG_DATA_HOME/kerf")
    .option('--out <file>', 'sheet.json of all that are free, for kerf nest --sheet');
  runs(command, async ({ terminal }, _args, options) => {
    const remnants = freeRemnants(dataFolder(textOption(options, 'data')));
    for (const { id, areaMm2, usableMm2, hide, at } of remnants) {
      const grades = Object.entries(usableMm2)
        .sort(([a], [b]) => Number(b) - Number(a))
        .map(([quality, mm2]) => `${gradeName(Number(quality))} ${(mm2 / 1e6).toFixed(3)}`);
      terminal.say(`${id}  ${(areaMm2 / 1e6).toFixed(3)} m2 (${grades.join(', ')})  ${hide ?? 'no code'}  ${at}`);
    }
    if (remnants.length === 0) terminal.say('no remnant is free');
    const out = textOption(options, 'out');
    if (out === undefined) terminal.document(remnants);
    else {
      const sheets = stockSheets(remnants);
      if (!sheets)
        throw new KerfError('CLI_STOCK_EMPTY', 'No remnant is free: nothing was written.', { fault: 'answer' });
      await writeDocument(resolve(out), sheets);
      terminal.say(resolve(out));
      terminal.document({ out: resolve(out), sheetCount: remnants.length });
    }
    return EXIT.done;
  });
}

export function freeRemnants(dataDir: string): readonly Remnant[] {
  const store = openDatabase(dataDir, { isReader: true });
  try {
    return store.remnants('free', MOST_REMNANTS);
  } finally {
    store.close();
  }
}
