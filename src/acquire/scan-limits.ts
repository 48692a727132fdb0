import type { TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { MOST_THICKNESS } from '#domain/material.ts';
import { LEAST_TABLE, MOST_TABLE } from '#domain/table-corners.ts';
import { LEAST_SIDE_PX, MOST_PIXELS } from './picture-limits.ts';

/** Largest side of a scan: no table is that long, so the scale must be wrong. */
export const MOST_EXTENT = MOST_TABLE;

/** Side of the tiles of scan.tif, pixels: libvips writes tiles larger than the picture, and then refuses to read them. */
export function tileSide(header: Size): number {
  return Math.min(header.widthPx, header.heightPx) >= 512 ? 512 : 64;
}

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** @throws KerfError ACQUIRE_THICKNESS_INVALID, ACQUIRE_THICKNESS_NEEDS_CAMERA */
export function checkThickness(thickness: number | undefined, isCalibrated: boolean): void {
  if (thickness === undefined) return;
  if (!(thickness >= 0 && thickness <= MOST_THICKNESS))
    throw new KerfError(
      'ACQUIRE_THICKNESS_INVALID',
      `The material's thickness is ${thickness} mm; expected 0 to ${MOST_THICKNESS} mm.`,
      { details: { thickness: Number.isFinite(thickness) ? thickness : null } },
    );
  if (thickness > 0 && !isCalibrated)
    throw new KerfError(
      'ACQUIRE_THICKNESS_NEEDS_CAMERA',
      `The material is ${thickness} mm thick, and without a calibration nothing says where its upper side is seen. Calibrate camera and table (kerf calibrate camera, table), or leave the thickness out.`,
      { details: { thickness } },
    );
}

export function checkScale(mmPerPx: number | undefined): void {
  if (mmPerPx === undefined) {
    throw new KerfError(
      'ACQUIRE_SCALE_MISSING',
      'The picture has no scale: neither mm per pixel nor a calibration of the table was given. Give --mm-per-px or calibrate the table.',
    );
  }
  if (!Number.isFinite(mmPerPx) || mmPerPx <= 0) {
    throw new KerfError(
      'ACQUIRE_SCALE_INVALID',
      `mm per pixel is ${mmPerPx}; expected a number above 0 (0.5 is usual for a hide of 2 m at 4000 px). Measure a known length in the picture.`,
      { details: { mmPerPx: Number.isFinite(mmPerPx) ? mmPerPx : null } },
    );
  }
}

export function checkPixels(size: Size, mmPerPx: number): void {
  if (size.widthPx * size.heightPx <= MOST_PIXELS && Math.min(size.widthPx, size.heightPx) >= LEAST_SIDE_PX) return;
  throw new KerfError(
    'ACQUIRE_SCALE_INVALID',
    `At ${mmPerPx} mm per pixel the straightened scan would be ${size.widthPx} x ${size.heightPx} px; expected sides of at least ${LEAST_SIDE_PX} px and at most ${MOST_PIXELS / 1e6} megapixels. Choose another mm per pixel.`,
    { details: { ...size, mmPerPx } },
  );
}

export function checkExtent(header: Size, mmPerPx: number): void {
  const extent = Math.max(header.widthPx, header.heightPx) * mmPerPx;
  if (extent <= MOST_EXTENT) return;
  throw new KerfError(
    'ACQUIRE_EXTENT_ABSURD',
    `The picture would be ${Math.round(extent / 100) / 10} m long (${Math.max(header.widthPx, header.heightPx)} px at ${mmPerPx} mm per pixel); at most ${MOST_EXTENT / 1000} m are taken. Check mm per pixel.`,
    { details: { extent, mmPerPx, mostExtent: MOST_EXTENT } },
  );
}

/** Refuses places of markers that no table has, before a picture is measured by them. @throws KerfError
 *  ACQUIRE_EXTENT_ABSURD */
export function checkTable({ id, tableMarkers }: TableMarkers): void {
  const spanOf = (places: readonly number[]) => Math.max(...places) - Math.min(...places);
  const extent = Math.max(spanOf(tableMarkers.map(({ x }) => x)), spanOf(tableMarkers.map(({ y }) => y)));
  if (extent >= LEAST_TABLE && extent <= MOST_EXTENT) return;
  throw new KerfError(
    'ACQUIRE_EXTENT_ABSURD',
    `The markers of calibration "${id}" lie ${extent.toPrecision(3)} mm apart at most; a table of ${LEAST_TABLE} mm to ${MOST_EXTENT / 1000} m is taken. Their places are in mm: check the unit.`,
    { details: { extent, mostExtent: MOST_EXTENT } },
  );
}
