import { KerfError } from '#domain/kerf-error.ts';
import { isAbort } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Says an error in one line on stderr, and with --json as the one document on stdout. */
export function reportError(terminal: Terminal, error: unknown): void {
  const { code, message, details } = isAbort(error) ? cancelled(error) : knownError(error);
  terminal.error(lineOf(error));
  terminal.document({ error: { code, message, details } });
}

/** An error as one line with its code. */
export function lineOf(error: unknown): string {
  const { code, message } = isAbort(error) ? cancelled(error) : knownError(error);
  return `${message.replaceAll(/\s*\n\s*/g, ' ').trim()} [${code}]`;
}

/** A command that was stopped and left something on purpose: what, where, and how to go on. */
export class StoppedMidway extends Error {
  override readonly name = 'AbortError';
  readonly left: string;

  constructor(left: string) {
    super(left);
    this.left = left;
  }
}

function cancelled(error: unknown) {
  const left = error instanceof StoppedMidway ? error.left : 'nothing half-written is left.';
  return { code: 'CLI_CANCELLED', message: `Cancelled: ${left}`, details: {} };
}

/** The error as it is told: what the system refused gets a code; the rest is a defect of ours. */
export function knownError(error: unknown): KerfError {
  if (error instanceof KerfError) return error;
  const system = systemError(error);
  if (system) return system;
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'thrown', message: String(error), stack: undefined };
  const at = stack?.split('\n').find((line) => /^\s+at .*\.(ts|js|mjs):\d+/.test(line));
  return new KerfError(
    'CLI_DEFECT',
    `A defect of Kerf's own, please report it: ${name}: ${message}${at === undefined ? '' : ` (${at.trim()})`}`,
    { fault: 'device', cause: error },
  );
}

const SYSTEM_WORDS: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  ENOSPC: ['a full disk', 'Free some room, or write elsewhere'],
  EDQUOT: ['no quota left', 'Free some room, or write elsewhere'],
  EACCES: ['no right to it', 'Check its rights, or run as its owner'],
  EPERM: ['no right to it', 'Check its rights, or run as its owner'],
  EROFS: ['a read-only disk', 'Write elsewhere'],
  ENOENT: ['no such file or folder', 'Check the path'],
  ENOTDIR: ['a file where a folder was expected', 'Check the path'],
  EISDIR: ['a folder where a file was expected', 'Check the path'],
  EMFILE: ['too many open files', 'Raise the limit (ulimit -n)'],
};

const MISPATHS: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR']);

/** A refusal of the system that no room has given a name. */
function systemError(error: unknown): KerfError | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  const code = String(error.code);
  const path = 'path' in error && typeof error.path === 'string' ? error.path : null;
  const [found, remedy] = SYSTEM_WORDS[code] ?? [code, 'See to the disk or the network'];
  return new KerfError(
    'CLI_SYSTEM_REFUSED',
    `${path ?? 'The system'}: found ${found} (${String(error.syscall)}). ${remedy}, then try again.`,
    { fault: MISPATHS.has(code) ? 'input' : 'device', details: { code, path }, cause: error },
  );
}
