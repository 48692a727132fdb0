/** A hand scanner types like a keyboard: one key right after the other, then Enter. The slowest leave 100 ms between keys;
 *  slower keys are a person's, ms. */
const MOST_BETWEEN_KEYS_MS = 120;
/** Shorter is a slip of somebody's hand. */
const LEAST_LENGTH = 3;
/** What an id may be made of (#domain/shapes.ts, wireId). */
const CODE = /^[A-Za-z0-9._-]{1,40}$/;
/** So much of a tag that is no code is shown. */
const MOST_SHOWN = 60;

/** What a key comes to among those before it. */
export type Heard =
  /** A person's key, or the first of a burst: whoever it was meant for may have it. */
  | { readonly kind: 'key' }
  /** Amid a burst: nobody else's. A space would press the button that has the focus. */
  | { readonly kind: 'burst' }
  /** The Enter that ends a burst, which would press it too. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'no-code'; readonly tag: string };

/** Hears codes among pressed keys. Give it every key with its time, none twice that is held down. */
export function scannerEar(): (key: string, atMs: number) => Heard {
  let heard = '';
  let lastMs = -Infinity;
  return (key, atMs) => {
    const isQuick = atMs - lastMs <= MOST_BETWEEN_KEYS_MS;
    lastMs = atMs;
    // Whoever presses a button by two keys in a row is no scanner.
    const isBurst = isQuick && heard.trim() !== '';
    if (key === 'Enter') {
      const tag = heard;
      heard = '';
      if (!isBurst) return { kind: 'key' };
      if (tag.length >= LEAST_LENGTH && CODE.test(tag)) return { kind: 'code', code: tag };
      return { kind: 'no-code', tag: tag.slice(0, MOST_SHOWN) };
    }
    // Shift and its like are pressed on the way to a capital.
    if (key.length !== 1) return { kind: 'key' };
    heard = isQuick ? heard + key : key;
    return { kind: isBurst ? 'burst' : 'key' };
  };
}

/** A code as it may be kept, or null: spaces round it off, all else refused. */
export function codeFrom(typed: string): string | null {
  const code = typed.trim();
  return CODE.test(code) ? code : null;
}
