import type { ActKind, Arrangement, LockedPiece } from '#domain/arrangement.ts';
import { isSamePlace } from './same-place.ts';

export interface NamedAct {
  readonly action: ActKind;
  /** Pieces of the order that it was about, by id. */
  readonly pieces: readonly string[];
}

/** What a person did to the pieces, told by what is locked and kept off before and after it. Several things at once are
 *  called by what changes most: a ban frees what was locked of the piece.
 *  @param laid pieces of the layout that she saw
 *  @param moved those of them that lie elsewhere now, as far as it is known */
export function arrangingAct(
  before: Arrangement,
  after: Arrangement,
  laid: readonly LockedPiece[],
  moved: readonly LockedPiece[],
): NamedAct {
  const banned = after.banned.filter((id) => !before.banned.includes(id));
  if (banned.length > 0) return { action: 'ban', pieces: banned };
  const allowed = before.banned.filter((id) => !after.banned.includes(id));
  if (allowed.length > 0) return { action: 'allow', pieces: allowed };
  const locked = without(after.locked, before.locked);
  if (locked.length === 0) return { action: 'unlock', pieces: idsOf(without(before.locked, after.locked)) };
  const elsewhere = without(locked, laid);
  const [one] = elsewhere;
  if (!one) return { action: 'lock', pieces: idsOf(locked) };
  if (elsewhere.length > 1) return { action: 'swap', pieces: idsOf(elsewhere) };
  const from = moved.find(({ piece }) => piece === one.piece) ?? nearestCopy(without(laid, after.locked), one);
  return { action: from && !isSameTurn(from, one) ? 'turn' : 'move', pieces: [one.piece] };
}

/** Of the same piece of the order. */
export function nearestCopy<P extends LockedPiece>(laid: readonly P[], lock: LockedPiece): P | null {
  const away = (p: P) => Math.hypot(p.x - lock.x, p.y - lock.y);
  return laid
    .filter(({ piece }) => piece === lock.piece)
    .reduce<P | null>((nearest, p) => (nearest && away(nearest) <= away(p) ? nearest : p), null);
}

/** Those of `some` that are not among `others`, each of these counted once. */
function without(some: readonly LockedPiece[], others: readonly LockedPiece[]): readonly LockedPiece[] {
  const left = [...others];
  return some.filter((lock) => {
    const at = left.findIndex((other) => other.piece === lock.piece && isSamePlace(other, lock));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function idsOf(locks: readonly LockedPiece[]): readonly string[] {
  return [...new Set(locks.map(({ piece }) => piece))];
}

function isSameTurn(a: LockedPiece, b: LockedPiece): boolean {
  return isSamePlace({ ...a, x: 0, y: 0 }, { ...b, x: 0, y: 0 });
}
