import type { OrderPieceView } from '#api/order-views.ts';
import { callStation } from '../link/station-client.ts';
import { useAnswer } from '../link/use-answer.ts';
import { usePageState } from '../page-context.ts';
import { namePiece } from '../state/name-piece.ts';

const NONE: readonly OrderPieceView[] = [];

/** Says a piece of the order on the hide as people call it. The order is asked for only where there is a piece to say. */
export function usePieceNames(isNeeded: boolean): (id: string) => string {
  const order = usePageState((s) => s.status?.job?.order ?? null);
  // An order whose file is gone has no names: its pieces go by their ids, and no sentence over the screen tells of it.
  const pieces = useAnswer(isNeeded && order !== null ? `names ${order}` : null, () =>
    callStation('order', { params: { name: order ?? '' } })
      .then((detail) => detail.pieces)
      .catch(() => NONE),
  ).value;
  return (id) => namePiece(pieces ?? NONE, id);
}
