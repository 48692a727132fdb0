import { KerfError } from '#domain/kerf-error.ts';

/** What `work` gives; where it is refused at a place in Kerf's own problem (`details.path`: `pieces[1].path`), the file
 *  stands before that. */
export function inFile<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof KerfError ? refusedIn(where, cause) : cause;
  }
}

function refusedIn(where: string, error: KerfError): KerfError {
  const { path } = error.details;
  if (typeof path !== 'string' || !error.message.startsWith(path)) return error;
  return new KerfError(error.code, `${where}: problem.${error.message}`, {
    fault: error.fault,
    details: { ...error.details, where, path: `problem.${path}` },
    cause: error,
  });
}
