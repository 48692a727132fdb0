/** Dilates, then erodes, by a square of 2 r + 1. */
export function closeMask(mask: Uint8Array, widthPx: number, heightPx: number, r: number): Uint8Array {
  return spread(spread(mask, widthPx, heightPx, r, 1), widthPx, heightPx, r, 0);
}

/** Spreads pixels of `value` over their neighbours within r, across then down. */
function spread(mask: Uint8Array, widthPx: number, heightPx: number, r: number, value: 0 | 1): Uint8Array {
  const across = line(mask, heightPx, widthPx, widthPx, 1, r, value);
  return line(across, widthPx, heightPx, 1, widthPx, r, value);
}

function line(
  mask: Uint8Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  r: number,
  value: 0 | 1,
): Uint8Array {
  const out = mask.slice();
  for (let l = 0; l < lines; l += 1) {
    let last = -Infinity;
    let next = 0;
    for (let i = 0; i < length; i += 1) {
      while (next < length && next <= i + r) {
        if (mask[l * lineStep + next * step] === value) last = next;
        next += 1;
      }
      // `last` is the farthest match ahead; a match within r behind was `last` at most 2 r steps ago.
      if (last >= i - r) out[l * lineStep + i * step] = value;
    }
  }
  return out;
}
