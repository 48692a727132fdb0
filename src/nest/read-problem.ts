import type { NestProblem } from './nest-problem.ts';
import { readJagua } from './read-jagua.ts';
import { readKerf } from './read-kerf.ts';
import { readOrDatasets } from './read-or-datasets.ts';

/** Reads a parsed problem file of any kind: Kerf's own ("kerf" in it), OR-Datasets ("Objects") or jagua-rs.
 *  @throws KerfError NEST_PROBLEM_REFUSED, NEST_UNSUPPORTED_… */
export function readProblem(document: unknown, where = 'problem'): NestProblem {
  const has = (key: string) => typeof document === 'object' && document !== null && Object.hasOwn(document, key);
  if (has('kerf')) return readKerf(document, where);
  return has('Objects') ? readOrDatasets(document, where) : readJagua(document, where);
}
