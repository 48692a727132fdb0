import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { SearchRecord } from '#domain/search-record.ts';
import type { NestQuestion, Rooms } from './rooms.ts';

/** A search of one job that outlives a correction: the work that is dropped leaves it running, and the next one goes on
 *  with it. */
export interface LiveSearch {
  readonly job: string;
  /** Whether it still runs and takes another problem. */
  readonly isChangeable: () => boolean;
  /** Another problem for the rest of the search. */
  change(problem: Problem): void;
  /** Layouts of the latest problem, until somebody else follows. Resolves with the answer to it, or with null when the
   *  search ended before it came to that. */
  follow(onLayout: (result: NestResult) => void): Promise<NestResult | null>;
  /** Keeps the best so far. */
  stop(): void;
  /** Once it has ended: what finds its layouts again, or null where it tells none. */
  record(): Promise<SearchRecord | null>;
}

/** Starts a search. */
export function startSearch(
  rooms: Pick<Rooms, 'nest'>,
  job: string,
  question: Omit<NestQuestion, 'signal' | 'onLayout' | 'onStarted' | 'onRecord'>,
): LiveSearch {
  const stopped = new AbortController();
  let send: ((problem: Problem) => void) | null = null;
  let follower: (result: NestResult) => void = () => undefined;
  let wanted = 0;
  let seen = 0;
  let isOver = false;
  let record: SearchRecord | null = null;
  const result = rooms
    .nest({
      ...question,
      signal: stopped.signal,
      onStarted: (change) => (send = change),
      onRecord: (told) => (record = told),
      onLayout: (best, changes = 0) => {
        seen = changes;
        if (changes === wanted) follower(best);
      },
    })
    .finally(() => (isOver = true));
  // Whoever follows hears of it.
  result.catch(() => undefined);
  return {
    job,
    isChangeable: () => send !== null && !isOver && !stopped.signal.aborted,
    change: (problem) => {
      wanted += 1;
      send?.(problem);
    },
    follow: async (onLayout) => {
      follower = onLayout;
      const answer = await result;
      return seen === wanted ? answer : null;
    },
    stop: () => stopped.abort(),
    record: async () => {
      await result.catch(() => undefined);
      return record;
    },
  };
}
