import type { Move } from './box-placer.ts';

/** Ways to spoil a layout, each with the numbers that say how far. */
export const damages: Record<
  string,
  (random: () => number, context: { move: Move; other: Move; side: number }) => Move[]
> = {
  move: (random, { move, side }) => [
    { ...move, x: move.x + (random() - 0.5) * side, y: move.y + (random() - 0.5) * side },
  ],
  nudge: (random, { move, side }) => [
    { ...move, x: move.x + (random() - 0.5) * 0.002 * side, y: move.y + (random() - 0.5) * 0.002 * side },
  ],
  overlap: (_random, { move, other }) => [{ ...move, x: other.x + 0.01, y: other.y + 0.02 }],
  spill: (random, { move, side }) => [{ ...move, y: move.y + (random() < 0.5 ? -side : side) }],
  turn: (random, { move }) => [{ ...move, rotation: move.rotation + 1 + 300 * random() }],
  halfTurn: (_random, { move }) => [{ ...move, rotation: move.rotation + 180 }],
  mirror: (_random, { move }) => [{ ...move, mirrored: true }],
  twice: (_random, { move }) => [move, move],
  lost: () => [],
  unsound: (_random, { move }) => [{ ...move, piece: 99_999 }],
};
