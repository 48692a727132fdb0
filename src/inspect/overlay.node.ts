import sharp from 'sharp';
import type { Grading } from '#domain/grading.ts';
import { gradeName } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import { overlaySvg } from './overlay-svg.ts';

/** Longest side of the overlay picture. */
const LONGEST_PX = 2000;

/** Draws an inspection over its scan's picture: outline, openings, defects in their grade's colour and pattern with
 *  the grade's letter. Gives a PNG. */
export async function drawOverlay(
  picturePath: string,
  inspection: Inspection,
  grading: Grading,
  { longestPx = LONGEST_PX }: { readonly longestPx?: number } = {},
): Promise<Buffer> {
  const { widthPx, heightPx } = inspection.scan;
  const scale = Math.min(1, longestPx / Math.max(widthPx, heightPx));
  const size = {
    widthPx: Math.max(1, Math.round(widthPx * scale)),
    heightPx: Math.max(1, Math.round(heightPx * scale)),
  };
  const svg = overlaySvg(inspection, { ...size, grading, letterOf: (quality) => gradeName(quality, grading) });
  return sharp(picturePath, { limitInputPixels: false })
    .resize(size.widthPx, size.heightPx, { fit: 'fill' })
    .removeAlpha()
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
}
