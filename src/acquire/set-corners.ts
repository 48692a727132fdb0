import type { Lens, TableMarkers } from '#domain/calibration.ts';
import type { Clock } from '#domain/ports.ts';
import { fourCorners, tableCornersSchema, type TableCorners } from '#domain/table-corners.ts';
import { lengthBetween, toTable } from '#geometry/corner-plane.ts';
import { measuredOff, straightMarkers, type SeenMarker } from '#geometry/marker-places.ts';
import { toMmOf } from './corner-pose.ts';

/** What a person says of the table in a picture of it; places in the picture's pixels, lengths in mm. */
export interface CornersWish {
  readonly corners: TableCorners['corners'];
  readonly width: number;
  readonly height: number;
  /** A length on the table that is known. */
  readonly length: { readonly from: Place; readonly to: Place; readonly told: number } | null;
  readonly by: string;
}
type Place = readonly [number, number];

/** A picture of the table as the camera gave it. */
export interface PictureOfTable {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly source: string;
  readonly takenAt: string;
  /** Of this picture's size; null: its bend is not known. */
  readonly lens: Lens | null;
  /** As the picture shows them. */
  readonly seen: readonly SeenMarker[];
  /** Those whose places were measured. */
  readonly known: TableMarkers['tableMarkers'];
}

/** Makes a calibration of four corners, with what can be checked of it.
 *  @throws KerfError ACQUIRE_CORNERS_REFUSED with what is wrong (see CornersFault) */
export function setCorners(wish: CornersWish, picture: PictureOfTable, clock: Clock): TableCorners {
  const { corners, width, height, length, by } = wish;
  const { widthPx, heightPx, source, takenAt, lens, known } = picture;
  const toMm = toMmOf({ corners, width, height }, picture, lens);
  const seen = straightMarkers(picture.seen, lens);
  return tableCornersSchema.parse({
    kerf: 1,
    widthPx,
    heightPx,
    corners: fourCorners.parse(corners),
    width,
    height,
    landmarks: seen.map(({ id, corners: at }) => ({
      id,
      corners: [0, 2, 4, 6].flatMap((i) => toTable(toMm, null, [at[i]!, at[i + 1]!])),
    })),
    checks: {
      markers: measuredOff(known, seen, toMm),
      length: length && { ...length, measured: lengthBetween(toMm, lens, length.from, length.to) },
    },
    source,
    takenAt,
    setAt: clock.now(),
    setBy: by,
  });
}
