import type { LockedPiece } from '#domain/arrangement.ts';

/** Two places this near are the same, mm; turns, sine of half the difference. */
const SAME = 1e-6;

/** Whether a piece lies at both alike: a search tells a lock again as its own arithmetic has it. */
export function isSamePlace(a: Omit<LockedPiece, 'piece'>, b: Omit<LockedPiece, 'piece'>): boolean {
  return (
    a.mirrored === b.mirrored &&
    Math.abs(a.x - b.x) < SAME &&
    Math.abs(a.y - b.y) < SAME &&
    Math.abs(Math.sin(((a.rotation - b.rotation) * Math.PI) / 360)) < SAME
  );
}
