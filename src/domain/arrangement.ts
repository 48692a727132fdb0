import { z } from 'zod';

/** What a person decides about the pieces on one hide, and what such a decision is called. */

/** Where a piece of the order (by id) is to lie: mirrored first, then turned, then moved. */
export const lockedPiece = z.strictObject({
  piece: z.string(),
  x: z.number(),
  y: z.number(),
  rotation: z.number(),
  mirrored: z.boolean(),
});
export type LockedPiece = z.infer<typeof lockedPiece>;

/** What a person decides about a hide's pieces, all of it at once. */
export const arrangement = z.strictObject({
  locked: z.array(lockedPiece).max(2000).readonly(),
  /** Pieces of the order, by id, that shall not lie on this hide. */
  banned: z.array(z.string()).max(2000).readonly().default([]),
});
export type Arrangement = z.infer<typeof arrangement>;

/** What can be taken back: of marks (`forbid`: one drawn into a layout, to be kept free) and of pieces. */
export const actKinds = [
  'draw',
  'regrade',
  'erase',
  'forbid',
  'move',
  'turn',
  'swap',
  'lock',
  'unlock',
  'ban',
  'allow',
] as const;
export type ActKind = (typeof actKinds)[number];
