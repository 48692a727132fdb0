import { z } from 'zod';
import { homography, isoTime, nonNegative, positive, sha256, finite, rings } from './shapes.ts';

/** A rectified picture of the table. Pixel (u, v): u right, v down, centre of the first pixel (0.5, 0.5). */
export const scanSchema = z.strictObject({
  kerf: z.literal(1),
  /** File name beside scan.json: tiled sRGB TIFF, 8 bit. */
  image: z.string(),
  sha256,
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  toMm: homography,
  mmPerPx: positive,
  takenAt: isoTime,
  source: z.string(),
  calibration: z.string().nullable(),
  /** Distance between where the table's markers are and where calibration saw them, mm; null without calibration. */
  drift: nonNegative.nullable(),
  thickness: nonNegative.nullable(),
  flags: z
    .array(
      z.strictObject({ kind: z.string(), message: z.string(), outline: rings.optional(), value: finite.optional() }),
    )
    .readonly(),
});
export type Scan = z.infer<typeof scanSchema>;

/** What `--mm-per-px s` means (docs/contracts.md, "Units and frames"). */
export function uniformToMm(mmPerPx: number, heightPx: number): number[] {
  return [mmPerPx, 0, 0, 0, -mmPerPx, mmPerPx * heightPx, 0, 0, 1];
}
