import type { Inspection } from '#domain/inspection.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { alignOutlines, type AlignAnswer } from '#geometry/align-outlines.ts';
import { invertHomography, mapPoint } from '#geometry/plane-homography.ts';

export type LookOfSheet = Pick<Inspection, 'outline' | 'holes' | 'scan'>;

export interface AlignSheetQuestion {
  readonly before: LookOfSheet;
  /** What was cut out since: where a piece was taken off, the later look has an edge. */
  readonly cuts: readonly Ring[];
  readonly after: LookOfSheet;
}

/** A rim this near to where a picture ends is the picture's, px. */
const BORDER_PX = 3;

/** How a sheet that was looked at twice has moved in between; for the rooms' process. */
export function alignSheet({ before, cuts, after }: AlignSheetQuestion): AlignAnswer {
  const pictures = [before, after].map(({ scan }) => ({ ...scan, toPx: invertHomography(scan.toMm) }));
  return alignOutlines({
    before: [before.outline, ...before.holes, ...cuts].map(flatRing),
    after: [after.outline, ...after.holes].map(flatRing),
    isRim: (x, y) =>
      pictures.every(({ toPx, widthPx, heightPx }) => {
        const [u, v] = mapPoint(toPx, x, y);
        return u > BORDER_PX && v > BORDER_PX && u < widthPx - BORDER_PX && v < heightPx - BORDER_PX;
      }),
  });
}
