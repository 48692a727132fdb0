import type { Command } from 'commander';
import { registerEvaluate } from './tune/evaluate-command.ts';
import { registerTeach } from './tune/teach-command.ts';
import { registerTrain } from './tune/train-command.ts';

export function register(program: Command): void {
  const tune = program.command('tune').description('teach, train and judge model packs');
  registerTeach(tune);
  registerTrain(tune);
  registerEvaluate(tune);
}
