import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { planCuts } from '#cut/plan-cuts.ts';
import { refuseUnwritten } from '#cut/served-profile.ts';
import { writeCutFile } from '#cut/write-cut-file.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { problemSchema } from '#domain/problem.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { inFile } from '#nest/in-file.ts';
import type { Verdict } from '#nest/validate-layout.ts';
import { numberOption, requiredOption, runs, textOption } from './command.ts';
import { EXIT } from './exit-code.ts';
import { judgeFiles } from './judge-files.ts';
import { noteControl } from './note-control.ts';
import { readMachine, readText } from './read-document.ts';

export function register(program: Command): void {
  const command = program
    .command('cut')
    .argument('<layout>', 'a nest result')
    .description('plan the cuts of one layout and write the cut file')
    .requiredOption('--machine <profile>', 'machine profile: a file, or simulated')
    .requiredOption('--out <file>', 'cut file to write')
    .option('--problem <file>', 'the problem that was nested; default: problem.json beside the layout')
    .option('--layout <number>', 'which layout of the result, from 0', '0')
    .option('--force', 'write the file although kerf check refuses the layout');
  runs(command, async ({ terminal }, [layoutFile], options) => {
    const profile = requiredOption(options, 'machine');
    const machine = await readMachine(profile);
    refuseUnwritten(machine, profile);
    noteControl(terminal, machine);
    const path = resolve(layoutFile!);
    const problemFile = resolve(textOption(options, 'problem') ?? join(dirname(path), 'problem.json'));
    const [said, asked] = [await readJson(path), await readJson(problemFile)];
    const result = parseDocument(nestResultSchema, said, { name: 'result', where: path });
    const problem = inMillimetres(parseDocument(problemSchema, asked, { name: 'problem', where: problemFile }));
    const verdict = judgeFiles({ file: problemFile, document: asked }, { file: path, document: said });
    if (!verdict.valid) {
      const refusal = notValid(path, problemFile, verdict);
      if (options['force'] !== true) throw refusal;
      terminal.note(`forced: ${refusal.message}`);
    }
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

async function readJson(path: string): Promise<unknown> {
  return parseJson(await readText(path), path);
}

function notValid(path: string, problemFile: string, { faults, fault_count: faultCount }: Verdict): KerfError {
  const more = faultCount > faults.length ? `; and ${faultCount - faults.length} more` : '';
  return new KerfError(
    'CLI_LAYOUT_NOT_VALID',
    `${path}: found a layout that breaks the rules of ${problemFile} (${faults.join('; ')}${more}), expected a valid one. ` +
      `Nest again, give the problem that was nested (--problem), or write the file all the same (--force).`,
    { fault: 'answer', details: { faultCount } },
  );
}
