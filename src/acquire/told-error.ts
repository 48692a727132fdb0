import { KerfError } from '#domain/kerf-error.ts';

/** An error on its way between threads, which take code and class from it. */
export interface ToldError {
  readonly code: string | null;
  readonly message: string;
  readonly fault: KerfError['fault'];
  readonly details: KerfError['details'];
}

export function toldError(cause: unknown): ToldError {
  if (cause instanceof KerfError) {
    const { code, message, fault, details } = cause;
    return { code, message, fault, details };
  }
  return { code: null, message: cause instanceof Error ? cause.message : String(cause), fault: 'device', details: {} };
}

export function heardError({ code, message, fault, details }: ToldError): Error {
  return code === null ? new Error(message) : new KerfError(code, message, { fault, details });
}
