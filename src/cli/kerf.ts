import { Command, CommanderError } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import { KERF_VERSION } from '#domain/version.ts';
import { EXIT } from './exit-code.ts';
import { reportError } from './report-error.ts';
import { Terminal } from './terminal.ts';

interface Entry {
  readonly group: string;
  readonly about: string;
  readonly load: () => Promise<{ readonly register: (program: Command) => void }>;
}

const JOB = 'The main job:';
const STEPS = 'Its steps, one by one:';
const EYES = 'Models and drawn pictures:';
const MACHINE = 'This machine:';

/** One file a command; only the one that is called is loaded, so that nobody waits for a model runtime in vain. */
const COMMANDS: Readonly<Record<string, Entry>> = {
  start: {
    group: JOB,
    about: 'the first run: a sample hide, then the screens',
    load: () => import('./start-command.ts'),
  },
  run: {
    group: JOB,
    about: 'picture and order to cut file: scan, inspect, nest, cut',
    load: () => import('./run-command.ts'),
  },
  station: {
    group: JOB,
    about: 'the daemon beside a cutter: screens, API, MQTT',
    load: () => import('./station-command.ts'),
  },
  order: { group: STEPS, about: "another program's order, by its columns", load: () => import('./order-command.ts') },
  scan: { group: STEPS, about: 'picture to scan', load: () => import('./scan-command.ts') },
  inspect: { group: STEPS, about: 'scan to outline and defects', load: () => import('./inspect-command.ts') },
  nest: { group: STEPS, about: 'sheets and pieces to a layout', load: () => import('./nest-command.ts') },
  check: { group: STEPS, about: 'judge a layout', load: () => import('./check-command.ts') },
  cut: { group: STEPS, about: 'layout to cut file', load: () => import('./cut-command.ts') },
  calibrate: {
    group: EYES,
    about: 'calibration sheet, lens, table',
    load: () => import('./calibrate-command.ts'),
  },
  verify: { group: STEPS, about: 'check the signed release of a job', load: () => import('./verify-command.ts') },
  report: { group: MACHINE, about: 'what a shift came to', load: () => import('./report-command.ts') },
  accept: { group: MACHINE, about: 'what of a cut job is good', load: () => import('./accept-command.ts') },
  hide: { group: MACHINE, about: 'the passport of a hide by its code', load: () => import('./hide-command.ts') },
  stock: { group: MACHINE, about: 'remnants of earlier hides', load: () => import('./stock-command.ts') },
  tune: { group: EYES, about: 'train and evaluate model packs', load: () => import('./tune-command.ts') },
  synth: { group: EYES, about: 'draw a hide with its truth', load: () => import('./synth-command.ts') },
  doctor: {
    group: MACHINE,
    about: 'what it has, what is missing, what to do',
    load: () => import('./doctor-command.ts'),
  },
  bench: { group: MACHINE, about: 'measure it', load: () => import('./bench-command.ts') },
  schema: { group: MACHINE, about: 'JSON Schema of a document', load: () => import('./schema-command.ts') },
};

const AFTER_HELP = `
Try it on a drawn hide:
  kerf synth hide --out hide
  kerf run hide/hide.png --mm-per-px 1 --order test/fixtures/orders/sample-order.json --out job

Every command takes --help, --json (one document on stdout) and --quiet (errors only).
Exit codes: 0 done, 1 the answer is no, 2 bad input, 3 a device or server failed, 130 cancelled, 143 terminated.`;

// ONNX Runtime would send usage figures to its maker and leave a log in the folder for temporary files.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';
// Who reads our output may stop reading (`kerf … | head -1`): no fault of this program.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });

const program = new Command('kerf')
  .description('From a picture of a hide to a cut file and an MQTT message.')
  .version(KERF_VERSION)
  .helpCommand(false)
  // An option behind a subcommand (`station backup --data`) is that one's own.
  .enablePositionalOptions()
  .exitOverride()
  // Errors are said below, in one line, as those of the commands are.
  .configureOutput({ outputError: () => undefined })
  .addHelpText('after', AFTER_HELP);

const words = process.argv.slice(2);
// `kerf help run`, as git has it.
const argv = words[0] === 'help' ? [...words.slice(1), '--help'] : words;
const asked = argv[0];
if (asked !== undefined && Object.hasOwn(COMMANDS, asked)) (await COMMANDS[asked]!.load()).register(program);
else
  for (const [name, { group, about }] of Object.entries(COMMANDS))
    program.command(name).description(about).helpGroup(group);
program.commands.forEach(inherit);

try {
  await program.parseAsync(argv, { from: 'user' });
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.input;
  // commander.help: the command line was empty and the help has been said.
  if (process.exitCode !== EXIT.done && error.code !== 'commander.help') {
    const terminal = new Terminal({ isJson: argv.includes('--json'), isQuiet: true });
    reportError(terminal, usageError(error));
  }
}

/** commander hands its settings down only to commands made after them, and a subcommand added by a module is not. */
function inherit(command: Command): void {
  command.copyInheritedSettings(program);
  command.commands.forEach(inherit);
}

function usageError(error: CommanderError): KerfError {
  const what = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const name = calledName(program, argv);
  return new KerfError('CLI_USAGE', `${name}: ${what}. See ${name} --help.`);
}

/** The command that was called, as a person writes it: "kerf tune train". */
function calledName(command: Command, words: readonly string[]): string {
  const next = command.commands.find((c) => c.name() === words[0]);
  return next ? `${command.name()} ${calledName(next, words.slice(1))}` : command.name();
}
