import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { KERF_VERSION } from '#domain/version.ts';
import { mapResults } from '#ledger/map-results.ts';
import { readSheetRecord } from '#ledger/read-sheet-record.ts';
import { shiftPdf } from '#ledger/shift-pdf.node.ts';
import { shiftReport } from '#ledger/shift-report.ts';
import { readSettings } from '#station/settings-file.node.ts';
import { systemClock } from '#station/system-clock.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { runs, textOption } from './command.ts';
import { dataFolder } from './data-folder.ts';
import { EXIT } from './exit-code.ts';
import { readDocument } from './read-document.ts';
import { writeBytes } from './write-document.ts';

const DAY_MS = 24 * 3600_000;

/** What a shift came to: on the terminal, as JSON, as a PDF, or by the columns of a mapping. */
export function register(program: Command): void {
  const command = program
    .command('report')
    .description('what a shift came to; also while its station runs')
    .option('--data <dir>', "the station's data folder; default $XDG_DATA_HOME/kerf")
    .option('--from <time>', 'UTC, 2026-11-22T06:00:00Z; default: a day before --until')
    .option('--until <time>', 'UTC; default: now')
    .option('--map <file>', 'columns of results: a results-mapping.json (kerf schema results-mapping)')
    .option('--out <file>', 'where to: .pdf or .json; with --map what the mapping gives');
  runs(command, async ({ terminal }, _args, options) => {
    const dataDir = dataFolder(textOption(options, 'data'));
    const madeAt = systemClock.now();
    const until = timeOption(options, 'until') ?? madeAt;
    const from = timeOption(options, 'from') ?? new Date(Date.parse(until) - DAY_MS).toISOString();
    const map = textOption(options, 'map');
    const given = textOption(options, 'out');
    const out = given === undefined ? undefined : resolve(given);
    if (out !== undefined && map === undefined && !['.pdf', '.json'].includes(extname(out)))
      throw new KerfError('CLI_BAD_OPTION', `--out: found "${out}", expected a name that ends with .pdf or .json.`);
    if (Date.parse(from) > Date.parse(until))
      throw new KerfError(
        'CLI_BAD_OPTION',
        `--from: found ${from}, expected a time that is not after --until (${until}).`,
      );
    // First of all: settings that are missing are written, and a folder made for them.
    const store = openDatabase(dataDir, { isReader: true });
    const records = store.sheets(from, until).map(readSheetRecord);
    const later = store.sheetsAfter(from, until).map(readSheetRecord);
    const head = store.auditHead();
    store.close();
    const { site, station } = await readSettings(dataDir);
    const report = shiftReport(records, { from, until }, later);
    if (map !== undefined) {
      const mapping = await readDocument(resultsMappingSchema, resolve(map), 'mapping');
      const text = mapResults(records, mapping, later);
      if (out === undefined) process.stdout.write(text);
      else await writeBytes(out, text);
    } else if (out?.endsWith('.pdf')) {
      const paper = { report, records, later, grading: LEATHER_GRADING, site, station };
      await writeBytes(out, await shiftPdf({ ...paper, version: KERF_VERSION, madeAt, head }));
    } else if (out !== undefined) await writeBytes(out, `${JSON.stringify(report)}\n`);
    else {
      terminal.say(`${report.sheetCount} sheets (${report.doneCount} done) from ${from} until ${until}`);
      terminal.say(`cut ${(report.cutMm2 / 1e6).toFixed(3)} m2 of ${(report.grossMm2 / 1e6).toFixed(3)} m2`);
      for (const { order, sheetCount, pieces } of report.byOrder)
        terminal.say(`  ${order}: ${sheetCount} sheets, ${pieces.reduce((sum, p) => sum + p.cut, 0)} pieces`);
      for (const { job, order, grossMm2, next } of report.open)
        terminal.say(
          `open: ${job} (${order}, ${(grossMm2 / 1e6).toFixed(3)} m2) was stopped with nothing counted, and is in no sum. Say what became of the hide: kerf accept ${job} --by NAME --sheet used|unused|${next?.job ?? 'JOB'}`,
        );
      terminal.document(report);
    }
    if (out !== undefined) {
      terminal.say(`${out}: ${report.sheetCount} sheets`);
      terminal.document({ out, sheetCount: report.sheetCount });
    }
    return EXIT.done;
  });
}

function timeOption(options: Record<string, unknown>, name: string): string | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new KerfError('CLI_BAD_OPTION', `--${name}: found "${text}", expected a time like 2026-11-22T06:00:00Z.`);
  return new Date(ms).toISOString();
}
