import type { Scene } from './scene.ts';

/** The new scene, with every part that says the same as before taken from the old one: what is drawn from it need not
 *  be drawn again. */
export function keepSame(before: Scene | null, next: Scene): Scene {
  if (!before) return next;
  return {
    ...next,
    picture: isSamePicture(before.picture, next.picture) ? before.picture : next.picture,
    marks: sameList(before.marks, next.marks),
    pieces: sameList(before.pieces, next.pieces),
    remnants: sameList(before.remnants, next.remnants),
    path: sameList(before.path, next.path),
  };
}

function isSamePicture(a: Scene['picture'], b: Scene['picture']): boolean {
  if (!a || !b) return a === b;
  return (
    a.job === b.job &&
    a.afterCut === b.afterCut &&
    a.isGrey === b.isGrey &&
    a.place.isGuess === b.place.isGuess &&
    a.place.matrix.every((n, i) => n === b.place.matrix[i]) &&
    a.sizePx?.[0] === b.sizePx?.[0] &&
    a.sizePx?.[1] === b.sizePx?.[1]
  );
}

function sameList<T extends object>(before: readonly T[], next: readonly T[]): readonly T[] {
  return before.length === next.length && before.every((item, i) => isSame(item, next[i]!)) ? before : next;
}

/** Field by field; a ring is the same only where it is the same object. */
function isSame<T extends object>(a: T, b: T): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) return false;
  return (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key] || (isEmpty(a[key]) && isEmpty(b[key])));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
