import { useCallback, useEffect, useState } from 'react';
import { KerfError } from '#domain/kerf-error.ts';
import { usePage } from '../page-context.ts';

export interface Answered<T> {
  /** The latest answer to this key; null before the first. */
  readonly value: T | null;
  /** Asks again; what was there stays until the answer comes. */
  readonly again: () => void;
  /** Nobody is signed in who may ask this. */
  readonly isClosed: boolean;
}

const SIGN_IN_CODES = new Set(['STATION_SIGN_IN_NEEDED', 'STATION_ROLE_TOO_LOW', 'STATION_PIN_NOT_SET']);

/** What the station answers to a question, asked anew whenever `key` changes (null: not asked) and every `everyMs`. A
 *  refusal becomes a sentence over the screen, but for one that asks who is there; while the station is away it is asked again quietly. */
export function useAnswer<T>(key: string | null, ask: () => Promise<T>, everyMs?: number): Answered<T> {
  const { dispatch } = usePage();
  const [found, setFound] = useState<{ key: string; value: T } | null>(null);
  const [isClosed, setClosed] = useState(false);
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (key === null) return undefined;
    let isWanted = true;
    ask().then(
      (value) => {
        if (!isWanted) return;
        setFound({ key, value });
        setClosed(false);
      },
      (error: unknown) => {
        if (!(error instanceof KerfError)) throw error;
        if (!isWanted) return;
        if (SIGN_IN_CODES.has(error.code)) setClosed(true);
        else if (error.code !== 'UI_STATION_UNREACHABLE')
          dispatch({ kind: 'refused', refusal: { code: error.code, details: error.details } });
      },
    );
    const timer = everyMs === undefined ? null : setTimeout(() => setRound((n) => n + 1), everyMs);
    return () => {
      isWanted = false;
      if (timer !== null) clearTimeout(timer);
    };
    // The question is what the key says; a new function each render is the same question.
  }, [key, round, everyMs, dispatch]);
  const again = useCallback(() => setRound((n) => n + 1), []);
  return { value: found !== null && found.key === key && !isClosed ? found.value : null, again, isClosed };
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
