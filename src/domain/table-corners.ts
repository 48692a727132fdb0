import { z } from 'zod';
import { finite, isoTime, nonNegative, point, positive } from './shapes.ts';

/** Shortest and longest side of a table, mm: a length in metres or inches makes one that nothing would fit on, or one that
 *  no hall holds. */
export const LEAST_TABLE = 150;
export const MOST_TABLE = 20_000;

/** Corners of a rectangle on the table in this order: lower left, lower right, upper right, upper left. */
export const fourCorners = z.tuple([point, point, point, point]).readonly();
export type FourCorners = z.infer<typeof fourCorners>;

/** A marker as a picture shows it, corners flat, clockwise as printed from the upper left one. */
const markerCorners = z.strictObject({ id: z.int().nonnegative(), corners: finite.array().length(8).readonly() });

/** Where a person saw the four corners of the table in a picture of it: a calibration without printed markers. Pixels are
 *  of the picture as the camera gave it, with the lens's bend in it. */
export const tableCornersSchema = z.strictObject({
  kerf: z.literal(1),
  /** Of the picture; a later one of the same shape is scaled. */
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  corners: fourCorners,
  /** Sides of the rectangle, mm. Its lower left corner is the origin of the table's frame; it is what a scan shows. */
  width: positive,
  height: positive,
  /** Markers that the picture happened to show, and where the four corners put theirs, mm: they say later how far the
   *  camera has moved. Empty: nothing will. */
  landmarks: z.array(markerCorners).readonly(),
  /** Four corners fit exactly, so they have no residual; what was measured beside them, or null. */
  checks: z.strictObject({
    /** Distances between where the table's markers were measured to be and where the corners put them, mm. */
    markers: z.strictObject({ count: z.int().positive(), rms: nonNegative, max: nonNegative }).nullable(),
    /** A length on the table that a person knew, and what the corners make of it, mm. */
    length: z.strictObject({ from: point, to: point, told: positive, measured: nonNegative }).nullable(),
  }),
  source: z.string(),
  takenAt: isoTime,
  setAt: isoTime,
  setBy: z.string(),
});
export type TableCorners = z.infer<typeof tableCornersSchema>;
