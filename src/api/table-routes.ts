import { z } from 'zod';
import { lensSchema } from '#domain/calibration.ts';
import { finite, isoTime, personName, point, positive } from '#domain/shapes.ts';
import { fourCorners, tableCornersSchema } from '#domain/table-corners.ts';

/** Where the table lies in the camera's picture, told by its four corners. Places are pixels of that picture, lengths mm. */

/** A picture of the table as the camera gave it. */
export const tablePicture = z.strictObject({
  takenAt: isoTime,
  source: z.string(),
  widthPx: z.int().positive(),
  heightPx: z.int().positive(),
  /** null: the lens's bend is not known. */
  lens: lensSchema.nullable(),
  /** Markers that it shows: corners flat, clockwise as printed from the upper left one. */
  seen: z.array(z.strictObject({ id: z.int(), corners: finite.array().length(8).readonly() })).readonly(),
  /** Markers whose places on the table were measured. */
  known: z.array(z.strictObject({ id: z.int(), x: finite, y: finite, size: positive })).readonly(),
});
export type TablePicture = z.infer<typeof tablePicture>;

export const tableView = z.strictObject({
  /** The machine's, mm. */
  tableWidth: z.number(),
  tableHeight: z.number(),
  /** By which the next scan is straightened; null: by the markers of the calibration, or as it is. */
  corners: tableCornersSchema.nullable(),
  /** What was set before can be brought back. */
  hasBefore: z.boolean(),
  picture: tablePicture.nullable(),
});
export type TableView = z.infer<typeof tableView>;

const byBody = z.strictObject({ by: personName });
const pixels = z.coerce.number().int().min(0).max(100_000);

/** Which part of the picture, px, and how large at most; without a part all of it. */
export const tablePictureQuery = z.strictObject({
  max: z.coerce.number().int().min(16).max(4096).default(1600),
  left: pixels.default(0),
  top: pixels.default(0),
  width: pixels.default(0),
  height: pixels.default(0),
  /** Another address, another picture. */
  at: z.string().optional(),
});

export const TABLE_ROUTES = {
  table: {
    method: 'GET',
    path: '/table',
    summary: "The table's four corners, and the picture in which they are set",
    answer: tableView,
  },
  takeTablePicture: {
    method: 'POST',
    path: '/table/picture',
    summary: 'Take a picture of the table to set its corners in',
    body: byBody,
    answer: tableView,
  },
  endTablePicture: {
    method: 'POST',
    path: '/table/picture/end',
    summary: 'Give up the picture of the table that is being taken; the one before stays',
    answer: z.strictObject({ ok: z.literal(true) }),
  },
  setTable: {
    method: 'POST',
    path: '/table/corners',
    summary: "Keep the table's four corners: the next scan is straightened by them",
    /** `takenAt` names the picture that they were set in; corners: lower left, lower right, upper right, upper left. */
    body: z.strictObject({
      takenAt: isoTime,
      corners: fourCorners,
      width: positive,
      height: positive,
      length: z.strictObject({ from: point, to: point, told: positive }).nullable().default(null),
      by: personName,
    }),
    answer: tableView,
  },
  forgetTable: {
    method: 'POST',
    path: '/table/corners/forget',
    summary: "Go by the calibration's markers again",
    body: byBody,
    answer: tableView,
  },
  takeBackTable: {
    method: 'POST',
    path: '/table/corners/undo',
    summary: 'Bring back what was set before the latest change; once more: what that change set',
    body: byBody,
    answer: tableView,
  },
} as const;
