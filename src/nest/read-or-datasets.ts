import type { Field } from './foreign-fields.ts';
import { field, listOf, refuse, refuseMisspelt } from './foreign-fields.ts';
import type { NestProblem } from './nest-problem.ts';
import { foreignPiece, foreignSheet, stripOf } from './read-jagua.ts';

/** Reads an OR-Datasets irregular instance (Baldacci et al.: real hides) in its own unit. Its hides have holes that
 *  cross the rim and each other: rings are handed on as they are, and the solver repairs each ring alone.
 *  @throws KerfError NEST_PROBLEM_REFUSED with the path of what does not fit */
export function readOrDatasets(document: unknown, where = 'problem'): NestProblem {
  const top: Field = { value: document, path: where };
  refuseMisspelt(top, 'problem');
  const pieces = listOf(field(top, 'items')).map(foreignPiece);
  const sheets = listOf(field(top, 'objects')).map(foreignSheet);
  if (pieces.length === 0) refuse(field(top, 'items'), 'at least one item');
  if (stripOf(top).value !== undefined) refuse(top, 'either a strip or Objects');
  if (sheets.length === 0) refuse(field(top, 'objects'), 'at least one object');
  return { objective: 'sheets', stripHeight: 0, spacing: 0, kits: [], pieces, sheets };
}
