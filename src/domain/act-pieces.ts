/** Pieces of the order in the details of an event, which hold no lists: the first ones by id, and how many they are. */
export interface ActPieces {
  readonly pieces: readonly string[];
  readonly pieceCount: number;
}

/** As many as are called by their names; a lock of a whole layout has hundreds. */
const MOST_TOLD = 2;
/** No id has it. */
const SEPARATOR = '\n';

/** Nothing of an act that is about no pieces. */
export function toldPieces(pieces: readonly string[]): Readonly<Record<string, string | number>> {
  if (pieces.length === 0) return {};
  return { pieces: pieces.slice(0, MOST_TOLD).join(SEPARATOR), pieceCount: pieces.length };
}

/** Of an act about none, and of one that an earlier version wrote down, there are none. */
export function readPieces({ pieces, pieceCount }: Readonly<Record<string, unknown>>): ActPieces {
  if (typeof pieces !== 'string' || typeof pieceCount !== 'number') return { pieces: [], pieceCount: 0 };
  return { pieces: pieces.split(SEPARATOR), pieceCount };
}
