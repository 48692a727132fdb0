/** As files and views hold lengths: finer than any camera or cutter tells apart, and short to write. */
export function roundToMicrometre(mm: number): number {
  return Math.round(mm * 1000) / 1000;
}
