/** To the nearest thousandth, as files and messages of ours hold numbers: a micrometre where the number is in mm, which no camera
 *  or cutter resolves, and a thousandth of a degree, second or share. The same number is the same text on every machine. */
export function roundToThousandth(value: number): number {
  return Math.round(value * 1000) / 1000;
}
