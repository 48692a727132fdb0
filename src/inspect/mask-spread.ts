/** Dilates by a square of 2 r + 1. */
export function widenMask(mask: Uint8Array, widthPx: number, heightPx: number, r: number): Uint8Array {
  return spread(mask, widthPx, heightPx, r, 1);
}

/** Dilates, then erodes, by a square of 2 r + 1. */
export function closeMask(mask: Uint8Array, widthPx: number, heightPx: number, r: number): Uint8Array {
  return spread(widenMask(mask, widthPx, heightPx, r), widthPx, heightPx, r, 0);
}

/** Spreads pixels of `value` over their neighbours within r, across then down. */
function spread(mask: Uint8Array, widthPx: number, heightPx: number, r: number, value: 0 | 1): Uint8Array {
  return spreadDown(spreadAcross(mask, widthPx, heightPx, r, value), widthPx, heightPx, r, value);
}

function spreadAcross(mask: Uint8Array, widthPx: number, heightPx: number, r: number, value: 0 | 1): Uint8Array {
  const out = new Uint8Array(mask.length).fill(1 - value);
  for (let row = 0; row < heightPx * widthPx; row += widthPx) {
    const end = row + widthPx;
    for (let i = row; i < end; i += 1) {
      if (mask[i] !== value) continue;
      const first = i;
      while (i < end && mask[i] === value) i += 1;
      out.fill(value, Math.max(row, first - r), Math.min(end, i + r));
    }
  }
  return out;
}

/** Row by row, so that memory is walked in its order. */
function spreadDown(mask: Uint8Array, widthPx: number, heightPx: number, r: number, value: 0 | 1): Uint8Array {
  const out = new Uint8Array(mask.length).fill(1 - value);
  // The last row at or above the one that has come in where a column has the value.
  const last = new Int32Array(widthPx).fill(-r - 1 - heightPx);
  let next = 0;
  for (let y = 0; y < heightPx; y += 1) {
    for (; next < heightPx && next <= y + r; next += 1) {
      const row = next * widthPx;
      for (let x = 0; x < widthPx; x += 1) if (mask[row + x] === value) last[x] = next;
    }
    const row = y * widthPx;
    for (let x = 0; x < widthPx; x += 1) if (last[x]! >= y - r) out[row + x] = value;
  }
  return out;
}
