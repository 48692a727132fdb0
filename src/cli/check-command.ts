import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseJson } from '#domain/parse-document.ts';
import { runs } from './command.ts';
import { EXIT } from './exit-code.ts';
import { judgeFiles } from './judge-files.ts';
import { readText } from './read-document.ts';

export function register(program: Command): void {
  const command = program
    .command('check')
    .argument('<problem>', 'what was to be nested')
    .argument('<result>', 'a nest result')
    .description('judge a nest result by code that shares nothing with the solver');
  runs(command, async ({ terminal }, [problemFile, resultFile]) => {
    const read = async (file: string) => ({ file, document: parseJson(await readText(resolve(file)), file) });
    const [problem, result] = await Promise.all([read(problemFile!), read(resultFile!)]);
    const verdict = judgeFiles(problem, result);
    terminal.say(
      `${verdict.valid ? 'valid' : 'NOT VALID'}: ${verdict.placed} of ${verdict.wanted} pieces on ${verdict.materials} sheets, net yield ${verdict.net_yield_pct} %`,
    );
    for (const fault of verdict.faults) terminal.say(`  ${fault}`);
    if (verdict.fault_count > verdict.faults.length)
      terminal.say(`  … and ${verdict.fault_count - verdict.faults.length} more`);
    terminal.document(verdict);
    return verdict.valid ? EXIT.done : EXIT.no;
  });
}
