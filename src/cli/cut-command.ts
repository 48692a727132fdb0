import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { planCuts } from '#cut/plan-cuts.ts';
import { refuseUnwritten } from '#cut/served-profile.ts';
import { writeCutFile } from '#cut/write-cut-file.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { problemSchema } from '#domain/problem.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { inFile } from '#nest/in-file.ts';
import { numberOption, requiredOption, runs, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';
import { readDocument, readMachine } from './read-document.ts';

export function register(program: Command): void {
  const command = program
    .command('cut')
    .argument('<layout>', 'a nest result')
    .description('plan the cuts of one layout and write the cut file')
    .requiredOption('--machine <profile>', 'machine profile: a file, or simulated')
    .requiredOption('--out <file>', 'cut file to write')
    .option('--problem <file>', 'the problem that was nested; default: problem.json beside the layout')
    .option('--layout <number>', 'which layout of the result, from 0', '0');
  runs(command, async ({ terminal }, [layoutFile], options) => {
    const path = resolve(layoutFile!);
    const result = await readDocument(nestResultSchema, path, 'result');
    const problemFile = resolve(textOption(options, 'problem') ?? join(dirname(path), 'problem.json'));
    const problem = inMillimetres(await readDocument(problemSchema, problemFile, 'problem'));
    const profile = requiredOption(options, 'machine');
    const machine = await readMachine(profile);
    refuseUnwritten(machine, profile);
    const index = numberOption(options, 'layout', { least: 0, isWhole: true }) ?? 0;
    const layout = result.layouts[index];
    const sheet = layout && problem.sheets?.[layout.material];
    if (!layout || !sheet)
      throw new KerfError(
        'CLI_NO_SUCH_LAYOUT',
        `${path}: found ${result.layouts.length} layouts on ${problem.sheets?.length ?? 0} sheets, expected a layout ${index} on one of them.`,
      );
    const plan = inFile(problemFile, () => planCuts(layout, problem, sheet, machine));
    const file = await writeCutFile(plan, machine, resolve(requiredOption(options, 'out')));
    terminal.say(
      `${layout.placements.length} pieces, ${(plan.cutLength / 1000).toFixed(1)} m cut, ${(plan.travelLength / 1000).toFixed(1)} m travel, ${Math.round(plan.seconds)} s`,
    );
    terminal.say(file.file);
    terminal.document({
      ...file,
      cutLength: plan.cutLength,
      travelLength: plan.travelLength,
      seconds: plan.seconds,
      pieceCount: layout.placements.length,
    });
    return EXIT.done;
  });
}
