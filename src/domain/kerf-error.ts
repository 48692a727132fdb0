/** Whose move it is when an error is reported; decides the exit code (docs/contracts.md, "Command line"). */
export type Fault =
  /** What was given is wrong: a file, an argument, a setting (exit 2). */
  | 'input'
  /** A device, server, disk or library failed (exit 3). */
  | 'device'
  /** The work ran and the answer is no (exit 1). */
  | 'answer';

export interface KerfErrorOptions {
  readonly fault?: Fault;
  /** Numbers and ids, no prose: the operator's sentence is made of code and details in `ui`. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
}

/** The one error class. `code` starts with the room (`NEST_PIECE_EXCEEDS_SHEETS`); code branches on it, never on text.
 *  `message` says what was found, what was expected, what to do, for an engineer. */
export class KerfError extends Error {
  readonly code: string;
  readonly fault: Fault;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;

  constructor(code: string, message: string, options: KerfErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'KerfError';
    this.code = code;
    this.fault = options.fault ?? 'input';
    this.details = options.details ?? {};
  }
}

/** Closes every `switch` over a union: a new variant fails the type check here. */
export function assertNever(value: never): never {
  throw new Error(`unreachable variant: ${JSON.stringify(value)}`);
}
