const ROWS_A_PIXEL = 4;

/** Share of each pixel inside the ring (flat pixels, even-odd), 0..255: exact along rows, four samples a pixel down. */
export function fillRing(ring: readonly number[], widthPx: number, heightPx: number): Uint8Array {
  const cover = new Float32Array(widthPx * heightPx);
  const count = ring.length / 2;
  const crossings: number[][] = Array.from({ length: heightPx * ROWS_A_PIXEL }, () => []);
  for (let i = 0; i < count; i += 1) {
    const ax = ring[2 * i]!;
    const ay = ring[2 * i + 1]! * ROWS_A_PIXEL;
    const bx = ring[(2 * i + 2) % ring.length]!;
    const by = ring[(2 * i + 3) % ring.length]! * ROWS_A_PIXEL;
    const from = Math.max(0, Math.ceil(Math.min(ay, by) - 0.5));
    const to = Math.min(crossings.length - 1, Math.ceil(Math.max(ay, by) - 0.5) - 1);
    for (let row = from; row <= to; row += 1) crossings[row]!.push(ax + ((row + 0.5 - ay) / (by - ay)) * (bx - ax));
  }
  for (const [row, list] of crossings.entries()) {
    list.sort((a, b) => a - b);
    const base = Math.floor(row / ROWS_A_PIXEL) * widthPx;
    for (let k = 0; k + 1 < list.length; k += 2) {
      const from = Math.max(0, list[k]!);
      const to = Math.min(widthPx, list[k + 1]!);
      for (let u = Math.floor(from); u < to; u += 1) {
        cover[base + u] = cover[base + u]! + (Math.min(to, u + 1) - Math.max(from, u)) / ROWS_A_PIXEL;
      }
    }
  }
  const bytes = new Uint8Array(cover.length);
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.min(255, Math.round(cover[i]! * 255));
  return bytes;
}

/** Box blur of radius `r`, `passes` times; three passes are near a Gaussian. In place, linear in pixels whatever `r`. */
export function boxBlur(plane: Float32Array, widthPx: number, heightPx: number, r: number, passes = 2): void {
  const line = new Float32Array(Math.max(widthPx, heightPx));
  for (let pass = 0; pass < passes; pass += 1) {
    for (let v = 0; v < heightPx; v += 1) slide(plane, v * widthPx, 1, widthPx, r, line);
    for (let u = 0; u < widthPx; u += 1) slide(plane, u, widthPx, heightPx, r, line);
  }
}

function slide(plane: Float32Array, from: number, step: number, count: number, r: number, line: Float32Array): void {
  for (let i = 0; i < count; i += 1) line[i] = plane[from + i * step]!;
  let sum = line[0]! * (r + 1);
  for (let i = 1; i <= r; i += 1) sum += line[Math.min(count - 1, i)]!;
  for (let i = 0; i < count; i += 1) {
    plane[from + i * step] = sum / (2 * r + 1);
    sum += line[Math.min(count - 1, i + r + 1)]! - line[Math.max(0, i - r)]!;
  }
}
