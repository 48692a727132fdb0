import { z } from 'zod';
import { finite, homography, isoTime, nonNegative, positive } from './shapes.ts';
import { tableCornersSchema } from './table-corners.ts';

const matrix3 = finite.array().length(9).readonly();

/** How a lens bends: OpenCV's model (Brown 1966, Conrady 1919). `matrix` is [f_x, 0, c_x, 0, f_y, c_y, 0, 0, 1] in pixels with
 *  the centre of the first pixel at (0.5, 0.5), `distortion` [k1, k2, p1, p2, k3]. */
export const lensSchema = z.object({ matrix: matrix3, distortion: finite.array().length(5).readonly() });
export type Lens = z.infer<typeof lensSchema>;

/** Distances left over after a fit, mm. */
export const residualSchema = z.strictObject({ rms: nonNegative, p95: nonNegative, max: nonNegative });
export type Residual = z.infer<typeof residualSchema>;

/** A ChArUco board as printed: `columns` x `rows` squares of side `square`, markers of side `marker` on the white ones, mm. */
export const boardSchema = z.strictObject({
  dictionary: z.string(),
  columns: z.int().min(3).max(40),
  rows: z.int().min(3).max(40),
  square: positive,
  marker: positive,
});
export type Board = z.infer<typeof boardSchema>;

/** What makes an even white surface even and white: each channel's gain in linear light is exp(Σ a_k P_i(x) P_j(y)) with
 *  Legendre polynomials over i + j <= degree (i outer, j inner), x = 2 u / widthPx - 1, y = 2 v / heightPx - 1. */
export const flatFieldSchema = z.strictObject({
  degree: z.int().min(0).max(8),
  red: finite.array().readonly(),
  green: finite.array().readonly(),
  blue: finite.array().readonly(),
  /** Unevenness of brightness and greatest tint of the reference, shares: as it was taken, and what the gains leave. */
  before: z.strictObject({ unevenness: nonNegative, tint: nonNegative }),
  residual: z.strictObject({ rms: nonNegative, p95: nonNegative, tint: nonNegative, leftOut: nonNegative }),
  source: z.string(),
  takenAt: isoTime,
});
export type FlatField = z.infer<typeof flatFieldSchema>;

/** Least number of the table's markers by which it is found. */
export const LEAST_MARKERS = 4;

/** Centre in table mm, and the printed side. */
const tableMarker = z.strictObject({ id: z.int().nonnegative(), x: finite, y: finite, size: positive });

/** calibration.json: what a camera's lens does and where the table lies. A camera that has not met its table yet has no
 *  pose, no homography and no markers. */
export const calibrationSchema = z.strictObject({
  kerf: z.literal(1),
  id: z.string(),
  source: z.string(),
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  ...lensSchema.shape,
  /** Camera from table: [R | t], row by row, t in mm. */
  pose: finite.array().length(12).readonly().nullable(),
  /** Pixels of the picture freed of its lens's bend to table mm. */
  toMm: homography.nullable(),
  planeHeight: finite,
  board: boardSchema,
  tableMarkers: z.array(tableMarker).readonly(),
  /** Of the lens and the markers; four corners leave none. */
  residual: residualSchema,
  /** Of the lens alone, in pixels: what it leaves on any plane. Missing in calibrations of contract 1.2 and before. */
  lensResidualPx: residualSchema.optional(),
  takenAt: isoTime,
  /** The table was told by its four corners: scans go by them, and by the markers only to check. */
  tableCorners: tableCornersSchema.optional(),
  /** Made by `kerf calibrate flat`; without it pictures stay as bright as they were taken. */
  flat: flatFieldSchema.optional(),
});
export type Calibration = z.infer<typeof calibrationSchema>;

/** Known places of the table's markers (centre in table mm, printed side) or its four corners, with what else of a
 *  calibration is known: the part that rectification needs. A whole calibration.json will do. */
export const tableMarkersSchema = z
  .looseObject({
    kerf: z.literal(1),
    id: z.string(),
    tableMarkers: z.array(tableMarker).readonly(),
    tableCorners: tableCornersSchema.optional(),
    widthPx: z.int().positive().optional(),
    heightPx: z.int().positive().optional(),
    matrix: matrix3.optional(),
    distortion: finite.array().length(5).readonly().optional(),
    toMm: homography.nullish(),
    flat: flatFieldSchema.optional(),
  })
  .refine(({ tableMarkers, tableCorners }) => tableCorners !== undefined || tableMarkers.length >= LEAST_MARKERS, {
    path: ['tableMarkers'],
    message: `at least ${LEAST_MARKERS} markers, or tableCorners`,
  });
export type TableMarkers = z.infer<typeof tableMarkersSchema>;
