import { KerfError } from '#domain/kerf-error.ts';
import type { Refusal } from '../state/page-state.ts';

/** An answer, or why there is none. */
export type Asked<T> =
  | { readonly value: T; readonly refusal: null }
  | { readonly value: null; readonly refusal: Refusal };

/** For a question whose refusal stands on the screen in the place of its answer. That the station could not be asked is no
 *  answer: it is thrown, as by the question itself. */
export async function orRefused<T>(answer: Promise<T>): Promise<Asked<T>> {
  try {
    return { value: await answer, refusal: null };
  } catch (error) {
    if (!(error instanceof KerfError) || error.code === 'UI_STATION_UNREACHABLE') throw error;
    return { value: null, refusal: { code: error.code, details: error.details } };
  }
}
