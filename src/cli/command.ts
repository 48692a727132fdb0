import type { Command } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import { personName } from '#domain/shapes.ts';
import { EXIT, exitCodeOf, isAbort } from './exit-code.ts';
import { keepInputs } from './keep-inputs.ts';
import { knownError, reportError } from './report-error.ts';
import { Terminal } from './terminal.ts';

/** Options that name a file to write, and, besides the arguments, a file to read. A calibration is not among them: it may be
 *  written on into its own file. */
const WRITTEN = ['out', 'overlay', 'report'];
const READ = ['order', 'sheet', 'machine', 'map', 'mapping', 'grading', 'problem'];

/** What an action gets besides its arguments. */
export interface Shell {
  readonly terminal: Terminal;
  /** Aborts on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
}

/** Gives a command the options that each has, and runs its action with one way out: the exit code that the action
 *  returns, or the one of its error, said in one line. */
export function runs(
  command: Command,
  action: (shell: Shell, args: readonly string[], options: Record<string, unknown>) => Promise<number>,
): Command {
  return command
    .option('--json', 'one JSON document on stdout, logs on stderr')
    .option('--quiet', 'say errors only')
    .action(async (...all: unknown[]) => {
      const self = all.at(-1) as Command;
      const options = self.opts() as Record<string, unknown>;
      const terminal = new Terminal({ isJson: options['json'] === true, isQuiet: options['quiet'] === true });
      const abort = new AbortController();
      let stopped: number | null = null;
      const stop = (code: number) => () => {
        // A second Ctrl-C means it.
        if (stopped !== null) process.exit(code);
        stopped = code;
        abort.abort(stoppedBy());
      };
      process.on('SIGINT', stop(EXIT.cancelled));
      process.on('SIGTERM', stop(EXIT.terminated));
      try {
        keepInputs(
          [...self.args, ...READ.map((name) => options[name])],
          WRITTEN.map((name) => options[name]),
        );
        const code = await action({ terminal, signal: abort.signal }, self.args, options);
        process.exitCode = stopped ?? code;
      } catch (error) {
        const told = isAbort(error) ? error : stopped === null ? knownError(error) : stoppedBy();
        process.exitCode = stopped ?? exitCodeOf(told);
        reportError(terminal, told);
      }
      // Worker threads and native handles of libraries must not keep a finished command alive; what stdout still
      // holds (a pipe that reads slowly) goes out first.
      await new Promise<void>((done) => process.stdout.write('', () => done()));
      process.exit();
    });
}

function stoppedBy(): Error {
  return Object.assign(new Error('stopped by a signal'), { name: 'AbortError' });
}

/** A number option. @throws KerfError naming the option */
export function numberOption(
  options: Record<string, unknown>,
  name: string,
  { least = -Infinity, most = Infinity, above = -Infinity, isWhole = false } = {},
): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  const flag = `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
  if (
    typeof text !== 'string' ||
    text.trim() === '' ||
    !Number.isFinite(value) ||
    value < least ||
    value > most ||
    value <= above ||
    (isWhole && !Number.isInteger(value))
  )
    throw new KerfError(
      'CLI_BAD_OPTION',
      `${flag}: found ${JSON.stringify(text)}, expected ${isWhole ? 'a whole number' : 'a number'}${rangeText({ least, most, above })}.`,
    );
  return value;
}

function rangeText({ least, most, above }: { least: number; most: number; above: number }): string {
  const from = above > -Infinity ? ` above ${above}` : least > -Infinity ? ` of at least ${least}` : '';
  return most < Infinity ? `${from}${from === '' ? ' of' : ' and'} at most ${most}` : from;
}

/** `--mm-per-px`. */
export function scaleOption(options: Record<string, unknown>): number | undefined {
  return numberOption(options, 'mmPerPx', { above: 0 });
}

export function textOption(options: Record<string, unknown>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The name of a person, as the station takes it. @throws KerfError naming the option */
export function nameOption(options: Record<string, unknown>, name: string): string | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const read = personName.safeParse(text);
  if (read.success) return read.data;
  throw new KerfError(
    'CLI_BAD_OPTION',
    `--${name}: found ${JSON.stringify(text.slice(0, 80))}, expected a name of 1 to 80 signs that can be read, on one line.`,
  );
}

export function requiredOption(options: Record<string, unknown>, name: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new KerfError('CLI_MISSING_OPTION', `--${name} is missing: see --help.`);
  return value;
}
