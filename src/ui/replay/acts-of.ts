import type { JobEventView } from '#api/engineer-views.ts';
import { readPieces } from '#domain/act-pieces.ts';
import { actKinds, type ActKind } from '#domain/arrangement.ts';
import type { SaidAct } from '../views/act-words.ts';

export interface ReplayedAct {
  readonly way: 'done' | 'undone' | 'redone';
  readonly act: SaidAct;
}

/** What people did to marks and pieces, by the id of the event: an undo or redo is of the act that it takes back or does
 *  again, as the history of the job had it (last in, first out; a new act ends what was taken back). An event that does
 *  not say what was done is left out. */
export function actsOf(events: readonly JobEventView[]): ReadonlyMap<number, ReplayedAct> {
  const done: SaidAct[] = [];
  let undone: SaidAct[] = [];
  const named = new Map<number, ReplayedAct>();
  const move = (id: number, way: ReplayedAct['way'], from: SaidAct[], to: SaidAct[]) => {
    const act = from.pop();
    if (!act) return;
    to.push(act);
    named.set(id, { way, act });
  };
  for (const { id, kind, details } of events) {
    const { action } = details;
    if (kind !== 'corrected') continue;
    if (action === 'undo') move(id, 'undone', done, undone);
    else if (action === 'redo') move(id, 'redone', undone, done);
    else if (isActKind(action)) {
      const act = { action, ...readPieces(details) };
      done.push(act);
      undone = [];
      named.set(id, { way: 'done', act });
    }
  }
  return named;
}

function isActKind(action: unknown): action is ActKind {
  return actKinds.some((kind) => kind === action);
}
