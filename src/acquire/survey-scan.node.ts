import type { TableMarkers } from '#domain/calibration.ts';
import type { Scan } from '#domain/scan.ts';
import { edgesOf, sharpestEdges, type RgbPicture } from './frame-look.ts';
import { blurOf, darkOf, surveyWhole } from './scan-survey.ts';
import { sharp } from './sharp-limits.node.ts';
import type { Plane } from './straighten-views.node.ts';

/** Longer side of the overview. */
const OVERVIEW_PX = 320;

/** Shorter side below which a picture is a cut-out or a swatch, of which nothing is said. */
const LEAST_PX = 256;

/** Share of the sharpest edges that say how sharp a scan is: material with a strong soft grain has few others than the
 *  hide's own and the markers'. */
const SHARPEST_SHARE = 0.04;

/** Tiles in which edges are measured, and their side. */
const TILES = 16;
const TILE_PX = 512;

/** Looks at a scan that was just made, at its whole reduced and at some of it in full: a quarter of a second for 36
 *  megapixels, and a megabyte or two. @returns flags for what is doubtful */
export async function surveyScanImage(
  image: string,
  plane: Plane,
  { markers, isWhole }: { readonly markers: TableMarkers['tableMarkers']; readonly isWhole: boolean },
): Promise<Scan['flags']> {
  const { widthPx, heightPx, toMm, mmPerPx, seenMmPerPx } = plane;
  if (Math.min(widthPx, heightPx) < LEAST_PX) return [];
  const { data, info } = await sharp(image, { limitInputPixels: false })
    .resize(OVERVIEW_PX, OVERVIEW_PX, { fit: 'inside', withoutEnlargement: true, kernel: 'mitchell' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const overview = { rgb: data, widthPx: info.width, heightPx: info.height };
  const corner = { minX: toMm[2]!, minY: toMm[5]! - heightPx * mmPerPx };
  const whole = isWhole ? [] : surveyWhole({ overview, mmPerPx: (mmPerPx * widthPx) / info.width, ...corner, markers });
  const [across, down]: [number[], number[]] = [[], []];
  for (const [left, top] of liveliestTiles(overview, plane)) {
    const [width, height] = [Math.min(TILE_PX, widthPx - left), Math.min(TILE_PX, heightPx - top)];
    const rgb = await sharp(image, { limitInputPixels: false }).extract({ left, top, width, height }).raw().toBuffer();
    edgesOf({ rgb, widthPx: width, heightPx: height }, across, down);
  }
  const blurred = blurOf(sharpestEdges(across, down, SHARPEST_SHARE), mmPerPx / seenMmPerPx, mmPerPx);
  return [...blurred, ...darkOf(overview), ...whole];
}

/** Upper left corners of the tiles with the greatest contrast in the overview: the edge of the hide, markers. */
function liveliestTiles(overview: RgbPicture, { widthPx, heightPx }: Plane): [number, number][] {
  const scale = overview.widthPx / widthPx;
  const tiles: { at: [number, number]; contrast: number }[] = [];
  for (let top = 0; top < heightPx; top += TILE_PX)
    for (let left = 0; left < widthPx; left += TILE_PX) {
      let [least, most] = [255, 0];
      const right = Math.min(overview.widthPx, Math.ceil((left + TILE_PX) * scale));
      const bottom = Math.min(overview.heightPx, Math.ceil((top + TILE_PX) * scale));
      for (let v = Math.floor(top * scale); v < bottom; v += 1)
        for (let u = Math.floor(left * scale); u < right; u += 1) {
          const level = overview.rgb[3 * (v * overview.widthPx + u) + 1]!;
          least = Math.min(least, level);
          most = Math.max(most, level);
        }
      tiles.push({ at: [left, top], contrast: most - least });
    }
  tiles.sort((a, b) => b.contrast - a.contrast);
  return tiles.slice(0, TILES).map(({ at }) => at);
}
