/** The angle in [0, full) that is the same direction. */
export function wrapAngle(angle: number, full = 360): number {
  const wrapped = ((angle % full) + full) % full;
  return wrapped === full ? 0 : wrapped;
}

/** The angle between two directions, 0 to full / 2, where `full` degrees are the same direction again (180 for a line
 *  without direction, such as grain). */
export function angleBetween(a: number, b: number, full = 360): number {
  const off = wrapAngle(a - b, full);
  return Math.min(off, full - off);
}
