import type { Act } from '#store/records.ts';

/** An act as it stands: done, or taken back. */
export interface StandingAct {
  readonly act: Act;
  /** sha256 of the layout that was on the screen before it was last done, or last taken back. */
  readonly layout: string | null;
}

/** What can be taken back and done again: the acts of a job from its start, as they stand now. */
export interface ActHistory {
  /** The latest is last. */
  readonly done: readonly StandingAct[];
  readonly undone: readonly StandingAct[];
}

/** Reads a job's acts in order. A new act ends what had been taken back, as everywhere. */
export function actHistory(acts: readonly Act[]): ActHistory {
  const done: StandingAct[] = [];
  let undone: StandingAct[] = [];
  const move = (from: StandingAct[], to: StandingAct[], layout: string | null) => {
    const last = from.pop();
    if (last) to.push({ act: last.act, layout });
  };
  for (const act of acts)
    if (act.action === 'undo') move(done, undone, act.layout);
    else if (act.action === 'redo') move(undone, done, act.layout);
    else {
      done.push({ act, layout: act.layout });
      undone = [];
    }
  return { done, undone };
}
