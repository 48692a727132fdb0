import { KerfError } from '#domain/kerf-error.ts';
import type { Region } from '#domain/ring.ts';
import type { NestPlacement, NestProblem, NestSheet } from './nest-problem.ts';

/** What a person changes while a search runs. `sheet` and `piece` are positions in the problem; areas are in its unit.
 *  A sheet of several copies is changed in all of them, and locked pieces lie on its first. */
export type NestEdit =
  | { readonly kind: 'lock' | 'unlock'; readonly sheet: number; readonly placement: NestPlacement }
  /** Nothing of any grade may lie there. */
  | { readonly kind: 'forbid'; readonly sheet: number; readonly area: Region }
  | { readonly kind: 'addDefect'; readonly sheet: number; readonly quality: number; readonly area: Region }
  /** Of one or more (default 1) that are ordered; those not placed go first. */
  | { readonly kind: 'removePiece'; readonly piece: number; readonly count?: number }
  | { readonly kind: 'raiseDemand'; readonly piece: number; readonly count?: number }
  /** Any change at all, as long as sheets and pieces stay as many. */
  | { readonly kind: 'become'; readonly problem: NestProblem };

/** The problem with one change in it; positions stay what they are.
 *  @throws KerfError NEST_EDIT_REFUSED for what is not there, or where the objective has no sheets */
export function editProblem(problem: NestProblem, edit: NestEdit): NestProblem {
  switch (edit.kind) {
    case 'lock':
      pieceOf(problem, edit.placement.piece);
      return withSheet(problem, edit.sheet, (s) => ({ ...s, locked: [...s.locked, edit.placement] }));
    case 'unlock':
      return withSheet(problem, edit.sheet, (s) => ({
        ...s,
        locked: without(s.locked, edit.placement),
      }));
    case 'forbid': {
      // A hole keeps the sheet's margin from it, and a hole of a hole is no hole: a zone of quality 0 says just this.
      return withSheet(problem, edit.sheet, (s) => ({ ...s, zones: [...s.zones, { quality: 0, shape: edit.area }] }));
    }
    case 'addDefect': {
      const { quality, area } = edit;
      if (!(Number.isInteger(quality) && quality >= 0))
        refuse(`quality ${quality}`, 'a whole number of at least 0 (0: a hole)');
      return withSheet(problem, edit.sheet, (s) => ({ ...s, zones: [...s.zones, { quality, shape: area }] }));
    }
    case 'removePiece':
      return withQuantity(problem, edit.piece, -countOf(edit.count));
    case 'raiseDemand':
      return withQuantity(problem, edit.piece, countOf(edit.count));
    case 'become': {
      const { pieces, sheets } = edit.problem;
      if (pieces.length !== problem.pieces.length) refuse(`${pieces.length} pieces`, String(problem.pieces.length));
      if (sheets.length !== problem.sheets.length) refuse(`${sheets.length} sheets`, String(problem.sheets.length));
      return edit.problem;
    }
  }
}

function refuse(found: string, expected: string): never {
  throw new KerfError('NEST_EDIT_REFUSED', `edit: found ${found}, expected ${expected}.`);
}

function countOf(count = 1): number {
  return Number.isInteger(count) && count >= 1 ? count : refuse(`count ${count}`, 'a whole number of at least 1');
}

function pieceOf(problem: NestProblem, piece: number): NestProblem['pieces'][number] {
  return problem.pieces[piece] ?? refuse(`piece ${piece}`, `a position below ${problem.pieces.length}`);
}

function withSheet(problem: NestProblem, sheet: number, change: (sheet: NestSheet) => NestSheet): NestProblem {
  const changed = problem.sheets[sheet];
  if (!changed) return refuse(`sheet ${sheet}`, `a position below ${problem.sheets.length}`);
  return { ...problem, sheets: problem.sheets.with(sheet, change(changed)) };
}

function withQuantity(problem: NestProblem, piece: number, by: number): NestProblem {
  const changed = pieceOf(problem, piece);
  const quantity = changed.quantity + by;
  if (quantity < 0) return refuse(`${-by} to remove`, `at most the ${changed.quantity} that are ordered`);
  return { ...problem, pieces: problem.pieces.with(piece, { ...changed, quantity }) };
}

/** Locks are known by piece and place: a locked piece comes back from the search with its rotation in [0, 360). */
function without(locked: readonly NestPlacement[], placement: NestPlacement): NestPlacement[] {
  const left = locked.filter(
    (l) => l.piece !== placement.piece || Math.hypot(l.x - placement.x, l.y - placement.y) > 1e-6,
  );
  return left.length < locked.length ? left : refuse('a piece that is not locked', 'one that is');
}
