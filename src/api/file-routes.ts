import { z } from 'zod';
import { backupName } from './backup-routes.ts';
import { spanQuery } from './ledger-routes.ts';
import { tablePictureQuery } from './table-routes.ts';

/** Routes whose answer is no JSON. */
export interface FileRoute {
  readonly path: string;
  readonly summary: string;
  readonly type: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
}

const idParams = z.strictObject({ id: z.string() });
const scanSize = z.strictObject({ max: z.coerce.number().int().min(16).max(8192).default(2048) });
const whole = z.coerce.number().int().min(0).max(9999);

export const FILE_ROUTES = {
  scanPicture: {
    path: '/jobs/:id/scan.jpg',
    summary: 'The scan, at most `max` px a side',
    type: 'image/jpeg',
    params: idParams,
    query: scanSize,
  },
  afterCutPicture: {
    path: '/jobs/:id/after-cut.jpg',
    summary: 'The latest scan of the table after cutting, at most `max` px a side',
    type: 'image/jpeg',
    params: idParams,
    query: scanSize,
  },
  scanTile: {
    path: '/jobs/:id/tiles/:level/:column/:row.jpg',
    summary: 'A tile of the scan (scan-pyramid.ts)',
    type: 'image/jpeg',
    params: z.strictObject({ id: z.string(), level: whole, column: whole, row: whole }),
  },
  cameraPicture: {
    path: '/camera.jpg',
    summary: 'What the live camera sees now, scaled down; 404 where there is none',
    type: 'image/jpeg',
  },
  tablePicture: {
    path: '/table/picture.jpg',
    summary: 'The picture in which the corners of the table are set, or a part of it',
    type: 'image/jpeg',
    query: tablePictureQuery,
  },
  cutFile: {
    path: '/jobs/:id/cut',
    summary: 'The cut file',
    type: 'application/octet-stream',
    params: idParams,
  },
  shiftPaper: {
    path: '/ledger/shift.pdf',
    summary: 'The shift report on paper: sums, grades, orders, jobs, and the hashes that tie it to JSON and audit log',
    type: 'application/pdf',
    query: spanQuery,
  },
  backupFile: {
    path: '/backups/:name.tar',
    summary: 'A backup as one file, to keep elsewhere',
    type: 'application/x-tar',
    params: z.strictObject({ name: backupName }),
  },
} as const satisfies Record<string, FileRoute>;
export type FileRouteName = keyof typeof FILE_ROUTES;
