import type { Command } from 'commander';
import { KerfError } from '#domain/kerf-error.ts';
import { EXIT, exitCodeOf, isAbort } from './exit-code.ts';
import { Terminal } from './terminal.ts';

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
        abort.abort(Object.assign(new Error('stopped by a signal'), { name: 'AbortError' }));
      };
      process.on('SIGINT', stop(EXIT.cancelled));
      process.on('SIGTERM', stop(EXIT.terminated));
      try {
        const code = await action({ terminal, signal: abort.signal }, self.args, options);
        process.exitCode = stopped ?? code;
      } catch (error) {
        process.exitCode = stopped ?? exitCodeOf(error);
        report(terminal, error);
      }
      // Worker threads and native handles of libraries must not keep a finished command alive; what stdout still
      // holds (a pipe that reads slowly) goes out first.
      await new Promise<void>((done) => process.stdout.write('', () => done()));
      process.exit();
    });
}

function report(terminal: Terminal, error: unknown): void {
  if (isAbort(error)) {
    terminal.error('cancelled: nothing half-written is left.');
    return;
  }
  if (error instanceof KerfError) {
    terminal.error(`${error.message} [${error.code}]`);
    terminal.document({ error: { code: error.code, message: error.message, details: error.details } });
    return;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.error(`a defect of Kerf's own: ${text}`);
  terminal.document({
    error: { code: 'CLI_DEFECT', message: error instanceof Error ? error.message : String(error), details: {} },
  });
}

/** A number option. @throws KerfError naming the option */
export function numberOption(
  options: Record<string, unknown>,
  name: string,
  { least = -Infinity, isWhole = false } = {},
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
    (isWhole && !Number.isInteger(value))
  )
    throw new KerfError(
      'CLI_BAD_OPTION',
      `${flag}: found ${String(text)}, expected ${isWhole ? 'a whole number' : 'a number'}${least > -Infinity ? ` of at least ${least}` : ''}.`,
    );
  return value;
}

export function textOption(options: Record<string, unknown>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredOption(options: Record<string, unknown>, name: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new KerfError('CLI_MISSING_OPTION', `--${name} is missing: see --help.`);
  return value;
}
