import { KerfError } from '#domain/kerf-error.ts';
import type { NestProblem } from './nest-problem.ts';
import { readJagua } from './read-jagua.ts';
import { readKerf } from './read-kerf.ts';
import { readOrDatasets } from './read-or-datasets.ts';

/** The solver's own limit of pieces, and what it counts sheets with. */
const MOST_PIECES = 20_000;
const MOST_SHEETS = 2 ** 32 - 1;

/** Reads a parsed problem file of any kind: Kerf's own ("kerf" in it), OR-Datasets ("Objects") or jagua-rs.
 *  @throws KerfError NEST_PROBLEM_REFUSED, NEST_TOO_MANY_PIECES, NEST_UNSUPPORTED_… */
export function readProblem(document: unknown, where = 'problem'): NestProblem {
  const problem = readAny(document, where);
  const { pieces, sheets } = problem;
  const ordered = pieces.reduce((sum, { quantity }) => sum + quantity, 0);
  if (ordered === 0)
    throw new KerfError(
      'NEST_PROBLEM_REFUSED',
      `${where}: found no piece that is wanted, every quantity is 0, expected at least one.`,
      { details: { path: 'pieces' } },
    );
  if (ordered > MOST_PIECES) {
    const most = pieces.reduce((a, b) => (b.quantity > a.quantity ? b : a));
    throw new KerfError(
      'NEST_TOO_MANY_PIECES',
      `${where}: found ${ordered} pieces ordered, ${most.quantity} of them "${most.name}", expected ${MOST_PIECES} at most: split the order.`,
      { details: { piece: most.name, ordered, most: MOST_PIECES } },
    );
  }
  const heap = sheets.find(({ quantity }) => quantity > MOST_SHEETS);
  if (heap)
    throw new KerfError(
      'NEST_PROBLEM_REFUSED',
      `${where}: found ${heap.quantity} sheets "${heap.name}", expected ${MOST_SHEETS} at most.`,
      { details: { sheet: heap.name } },
    );
  return problem;
}

function readAny(document: unknown, where: string): NestProblem {
  const has = (key: string) => typeof document === 'object' && document !== null && Object.hasOwn(document, key);
  if (has('kerf')) return readKerf(document, where);
  return has('Objects') ? readOrDatasets(document, where) : readJagua(document, where);
}
