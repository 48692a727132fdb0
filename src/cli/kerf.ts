import { Command, CommanderError } from 'commander';
import { KERF_VERSION } from '#domain/version.ts';
import { EXIT } from './exit-code.ts';

/** One file a command; each is loaded only when it is called, so that `kerf --help` does not wait for a model runtime. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly register: (program: Command) => void }>>> = {
  synth: () => import('./synth-command.ts'),
  bench: () => import('./bench-command.ts'),
  run: () => import('./run-command.ts'),
  station: () => import('./station-command.ts'),
  start: () => import('./start-command.ts'),
  doctor: () => import('./doctor-command.ts'),
  inspect: () => import('./inspect-command.ts'),
  nest: () => import('./nest-command.ts'),
  check: () => import('./check-command.ts'),
  cut: () => import('./cut-command.ts'),
  scan: () => import('./scan-command.ts'),
  schema: () => import('./schema-command.ts'),
  tune: () => import('./tune-command.ts'),
};

const program = new Command('kerf')
  .description('From a picture of a hide to a cut file and an MQTT message.')
  .version(KERF_VERSION)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text) });

const asked = process.argv[2];
const names = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS);
for (const name of names) (await COMMANDS[name]!()).register(program);
program.commands.forEach(exitsByThrowing);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.input;
}

/** commander hands exitOverride down only to commands made after it, and a subcommand added by a module is not. */
function exitsByThrowing(command: Command): void {
  command.exitOverride();
  command.commands.forEach(exitsByThrowing);
}
