import { KerfError } from '#domain/kerf-error.ts';
import { validateLayout, type Verdict } from '#nest/validate-layout.ts';

/** A document, and the file that it was read from. */
export interface FromFile {
  readonly file: string;
  readonly document: unknown;
}

/** The independent verdict on a result; what cannot be read is refused by the name of its file.
 *  @throws KerfError NEST_CHECK_UNREADABLE */
export function judgeFiles(problem: FromFile, result: FromFile): Verdict {
  try {
    return validateLayout(problem.document, result.document);
  } catch (cause) {
    if (!(cause instanceof KerfError)) throw cause;
    const { code, fault, details, message } = cause;
    const where = message.startsWith('result') ? result.file : problem.file;
    throw new KerfError(code, `${where}: ${message}`, { fault, details: { ...details, where }, cause });
  }
}
