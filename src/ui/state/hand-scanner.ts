/** A hand scanner types like a keyboard: one key right after the other, then Enter. Slower keys are a person's, ms. */
const MOST_BETWEEN_KEYS_MS = 60;
/** Shorter is a slip of somebody's hand. */
const LEAST_LENGTH = 3;
/** What an id may be made of (#domain/shapes.ts, wireId). */
const CODE = /^[A-Za-z0-9._-]{1,40}$/;

/** Hears codes among pressed keys. Give it every key with its time; it answers with a code when one is complete. */
export function scannerEar(): (key: string, atMs: number) => string | null {
  let heard = '';
  let lastMs = -Infinity;
  return (key, atMs) => {
    const isQuick = atMs - lastMs <= MOST_BETWEEN_KEYS_MS;
    lastMs = atMs;
    if (key === 'Enter') {
      const code = heard;
      heard = '';
      return isQuick && code.length >= LEAST_LENGTH && CODE.test(code) ? code : null;
    }
    // Shift and its like are pressed on the way to a capital.
    if (key.length === 1) heard = isQuick ? heard + key : key;
    return null;
  };
}

/** A code as it may be kept, or null: spaces round it off, all else refused. */
export function codeFrom(typed: string): string | null {
  const code = typed.trim();
  return CODE.test(code) ? code : null;
}
