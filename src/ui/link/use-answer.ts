import { useCallback, useEffect, useState } from 'react';
import { KerfError } from '#domain/kerf-error.ts';
import { usePage } from '../page-context.ts';
import { askThen } from './ask-then.ts';

export interface Answered<T> {
  /** The latest answer to this key; null before the first. */
  readonly value: T | null;
  /** Asks again; what was there stays until the answer comes. */
  readonly again: () => void;
  /** Nobody is signed in who may ask this. */
  readonly isClosed: boolean;
}

const SIGN_IN_CODES = new Set(['STATION_SIGN_IN_NEEDED', 'STATION_ROLE_TOO_LOW', 'STATION_PIN_NOT_SET']);

/** What the station answers to a question, asked anew whenever `key` changes (null: not asked), `everyMs` after each
 *  answer, and when the station is there again after it was lost. A refusal becomes a sentence over the screen, but for one
 *  that asks who is there; while the station is away it is asked again quietly. */
export function useAnswer<T>(key: string | null, ask: () => Promise<T>, everyMs?: number): Answered<T> {
  const { dispatch } = usePage();
  const [found, setFound] = useState<{ key: string; value: T } | null>(null);
  const [isClosed, setClosed] = useState(false);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((n) => n + 1), []);
  useEffect(() => {
    if (key === null) return undefined;
    return askThen({
      ask,
      again,
      everyMs,
      onAnswer: (value) => {
        setFound({ key, value });
        setClosed(false);
      },
      onRefused: ({ code, details }) => {
        if (SIGN_IN_CODES.has(code)) setClosed(true);
        else dispatch({ kind: 'refused', refusal: { code, details } });
      },
    });
    // The question is what the key says; a new function each render is the same question.
  }, [key, round, everyMs, again, dispatch]);
  useEachReturn(again);
  return { value: found !== null && found.key === key && !isClosed ? found.value : null, again, isClosed };
}

/** Calls whenever the station is there again after it was lost. */
export function useEachReturn(call: () => void): void {
  const { store } = usePage();
  useEffect(() => {
    let wasLost = store.getState().link === 'lost';
    return store.subscribe(({ link }) => {
      const isBack = wasLost && link === 'open';
      if (link !== 'connecting') wasLost = link === 'lost';
      if (isBack) call();
    });
  }, [store, call]);
}

/** Sends a wish of an engineer's screen; `isSending` while it is under way. A refusal becomes a sentence. */
export function useWish(): {
  readonly isSending: boolean;
  readonly send: <T>(call: () => Promise<T>) => Promise<T | null>;
} {
  const { dispatch } = usePage();
  const [isSending, setSending] = useState(false);
  const send = useCallback(
    async <T>(call: () => Promise<T>): Promise<T | null> => {
      setSending(true);
      dispatch({ kind: 'dismiss' });
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof KerfError)) throw error;
        dispatch({ kind: 'refused', refusal: { code: error.code, details: error.details } });
        return null;
      } finally {
        setSending(false);
      }
    },
    [dispatch],
  );
  return { isSending, send };
}
