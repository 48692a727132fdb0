/** Usual length and mean width of a kind of defect: means and deviations of their logarithms, mm. */
interface UsualShape {
  readonly length: readonly [mean: number, deviation: number];
  readonly width: readonly [mean: number, deviation: number];
}

/** Of 430 defects on ten drawn hides (seeds 600100 to 600109); deviations no smaller than .5, because what is found is
 *  never just what was drawn. */
const USUAL: Readonly<Record<string, UsualShape>> = {
  hole: { length: [2.5, 0.7], width: [1.7, 0.65] },
  cut: { length: [3.5, 0.65], width: [1, 0.5] },
  scratch: { length: [4, 0.6], width: [1.1, 0.5] },
  scar: { length: [3.7, 0.5], width: [1.6, 0.5] },
  brand: { length: [4.2, 0.5], width: [2.9, 0.5] },
  tick: { length: [1.1, 0.5], width: [0.5, 0.5] },
  stain: { length: [3.9, 0.6], width: [3.4, 0.65] },
  wrinkle: { length: [4.8, 0.85], width: [1.3, 0.5] },
  vein: { length: [4.3, 1.3], width: [1.5, 0.6] },
  loose: { length: [4, 1.2], width: [2.9, 1.4] },
};

/** No shape speaks more strongly against a class than this, in nats: pixels may still outvote it. */
const STRONGEST = 2.5;

/** How far a shape speaks for a class, in nats: 0 for the usual shape, down to -2.5; 0 for classes that nobody measured.
 *  @param length,width mm */
export function shapeSpeaksFor(className: string, length: number, width: number): number {
  const usual = USUAL[className];
  if (usual === undefined) return 0;
  const far = (value: number, [mean, deviation]: readonly [number, number]) =>
    ((Math.log(Math.max(0.1, value)) - mean) / deviation) ** 2 / 2;
  return -Math.min(STRONGEST, (far(length, usual.length) + far(width, usual.width)) / 2);
}
