import { z } from 'zod';

/** What a camera of kind `browser:` and the window that gives its pictures say to each other: one WebSocket on this
 *  machine. The camera asks for each picture, the window answers with the bytes of a JPEG and sends nothing unasked. */

export const FEED_PATH = '/frames';
/** Hosts of pages that stand on this machine, as URLs write them. */
export const OWN_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];
/** Where the camera listens when its address names no port. */
export const FEED_PORT = 8482;

/** Why the camera ends a connection, as WebSocket close codes. */
export const FEED_CLOSED = {
  /** Another window gives the pictures already; one that asks later may take its place. */
  taken: 4409,
  /** What came was no JPEG picture that can be read. */
  notAPicture: 4415,
} as const;

/** A window that has no camera leaves with this code and with one of these words, which the camera's health then says. */
export const FEED_WITHOUT_CAMERA = 4410;
export const FEED_TROUBLES = {
  refused: 'its browser may not use the camera',
  none: 'it finds no camera',
  busy: 'another program uses its camera',
  unsafe: 'browsers give it no camera under this address',
} as const;
export type FeedTrouble = keyof typeof FEED_TROUBLES;

/** The window's only word: it has a camera. Until then it is not asked, and another may be quicker. */
export const FEED_READY = 'ready';

/** The camera's words. `hello` comes first, with the size of pictures that is wanted, px; null: the largest. */
export const feedQuestion = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), size: z.tuple([z.int(), z.int()]).readonly().nullable() }),
  z.strictObject({ kind: z.literal('picture') }),
]);
export type FeedQuestion = z.infer<typeof feedQuestion>;
