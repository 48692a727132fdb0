import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Ring } from '#domain/ring.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { invertHomography, mapPoint } from '#geometry/plane-homography.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import type { HideMask } from './find-hide.ts';
import { readMarks, type InspectOptions } from './inspect-scan.ts';
import type { ScanPixels } from './pixel-source.ts';
import { fileRing, ringToMm } from './ring-to-mm.ts';
import { surveyScan, type PackView } from './survey-scan.ts';

/** A hide on the table after cutting: pieces may lie in their places or be gone. */
export interface CutLook {
  readonly scan: Inspection['scan'];
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  /** Rims of parts that hang together with the rest no more. */
  readonly parts: readonly Ring[];
  readonly defects: readonly Defect[];
  /** Which pixels are hide; as a picture of the whole scan. */
  readonly material: HideMask;
}

/** Largest distance of a part's polygon from its pixels, mm. */
const PART_TOLERANCE = 0.5;

/** Looks for material and defects only: evenness and grain of leather that is cut no longer matter.
 *  @throws KerfError INSPECT_NO_HIDE, INSPECT_TABLE_NOT_SEEN (fault answer) */
export async function lookAtCut(pixels: ScanPixels, pack: PackView, options: InspectOptions): Promise<CutLook> {
  const survey = await surveyScan(pixels, pack, { ...options, isCut: true, isModelOnly: true });
  const { scan, material, outline, holes } = survey;
  const { defects } = readMarks(survey, pack, options.grading, { isCut: true });
  const regions = maskToContours((i) => material.mask[i] !== 0, material.widthPx, material.heightPx);
  const largest = regions.reduce((a, b) => (b.areaPx > a.areaPx ? b : a));
  const scale = [scan.widthPx / material.widthPx, scan.heightPx / material.heightPx] as const;
  const parts = regions
    .filter((region) => region !== largest)
    .map((region) => fileRing(simplifyRings([ringToMm(region.outline, scan.toMm, scale)], PART_TOLERANCE)[0]!, true));
  const { sha256, widthPx, heightPx, toMm } = scan;
  return { scan: { sha256, widthPx, heightPx, toMm }, outline, holes, parts, defects, material };
}

/** Whether a point of the table (mm) shows hide; null: it is out of the picture. */
export function materialAt({
  scan,
  material,
}: Pick<CutLook, 'scan' | 'material'>): (x: number, y: number) => boolean | null {
  const toPx = invertHomography(scan.toMm);
  const [across, down] = [material.widthPx / scan.widthPx, material.heightPx / scan.heightPx];
  return (x, y) => {
    const [u, v] = mapPoint(toPx, x, y);
    const [column, row] = [Math.floor(u * across), Math.floor(v * down)];
    if (column < 0 || row < 0 || column >= material.widthPx || row >= material.heightPx) return null;
    return material.mask[row * material.widthPx + column] !== 0;
  };
}

/** Width of a pixel of the material's picture, mm. */
export function materialStep({ scan, material }: Pick<CutLook, 'scan' | 'material'>): number {
  const [ax, ay] = mapPoint(scan.toMm, scan.widthPx / 2, scan.heightPx / 2);
  const [bx, by] = mapPoint(scan.toMm, scan.widthPx / 2 + scan.widthPx / material.widthPx, scan.heightPx / 2);
  return Math.hypot(bx - ax, by - ay);
}
