import { KerfError } from '#domain/kerf-error.ts';

/** Exit codes of the contract (docs/contracts.md, "Command line"). */
export const EXIT = { done: 0, no: 1, input: 2, device: 3, cancelled: 130, terminated: 143 } as const;

/** The exit code an error stands for. What is no KerfError is a defect of ours: 3. */
export function exitCodeOf(error: unknown): number {
  if (isAbort(error)) return EXIT.cancelled;
  if (!(error instanceof KerfError)) return EXIT.device;
  switch (error.fault) {
    case 'answer':
      return EXIT.no;
    case 'input':
      return EXIT.input;
    case 'device':
      return EXIT.device;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** For a folder of inputs: the worst of its parts. */
export function worst(codes: readonly number[]): number {
  return codes.reduce((a, b) => Math.max(a, b), 0);
}
