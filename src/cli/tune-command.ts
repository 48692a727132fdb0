import type { Command } from 'commander';
import { registerEvaluate } from './tune/evaluate-command.ts';
import { registerExport } from './tune/export-command.ts';
import { registerRegistry } from './tune/registry-commands.ts';
import { registerTeach } from './tune/teach-command.ts';
import { registerTrain } from './tune/train-command.ts';

export function register(program: Command): void {
  const tune = program.command('tune').description('teach, train, judge and promote model packs');
  registerTeach(tune);
  registerTrain(tune);
  registerEvaluate(tune);
  registerExport(tune);
  registerRegistry(tune);
}
