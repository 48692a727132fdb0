import { z } from 'zod';
import { isoTime, personName } from '#domain/shapes.ts';

/** Made by the station: never a path. */
export const backupName = z.string().regex(/^kerf-\d{8}T\d{6}Z(-scans)?$/, 'a name that GET /backups lists');
const nameParams = z.strictObject({ name: backupName });

export const backupView = z.strictObject({
  name: backupName,
  state: z.enum(['running', 'done', 'failed']),
  at: isoTime,
  /** Who asked for it. */
  by: z.string().nullable(),
  withScans: z.boolean(),
  /** Files copied, and files to copy (0: not counted yet). */
  doneCount: z.int().nonnegative(),
  totalCount: z.int().nonnegative(),
  /** Null until it is done. */
  jobCount: z.int().nonnegative().nullable(),
  bytes: z.int().nonnegative().nullable(),
  /** Why it failed: a code with its sentence. */
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type BackupView = z.infer<typeof backupView>;

export const backupCheckView = z.strictObject({
  name: backupName,
  /** Every file is as it was backed up, the database is whole and the chain of its audit log too: it can be restored. */
  isSound: z.boolean(),
  problems: z.array(z.string()).readonly(),
  fileCount: z.int().nonnegative(),
  jobCount: z.int().nonnegative().nullable(),
  checkedAt: isoTime,
});
export type BackupCheckView = z.infer<typeof backupCheckView>;

/** Backups lie in the data folder's `backups/`; `GET /backups/:name.tar` gives one to keep elsewhere. It holds the key that
 *  signs releases. `kerf station restore FOLDER` makes a data folder of it. */
export const BACKUP_ROUTES = {
  backups: {
    method: 'GET',
    path: '/backups',
    summary: 'Backups, newest first; one that is being made among them',
    answer: z.array(backupView).readonly(),
  },
  /** Answers at once; how far it is: the event `backup`, or this list again. One at a time. */
  startBackup: {
    method: 'POST',
    path: '/backups',
    summary: 'Back the station up while it works; with scans the pictures too',
    body: z.strictObject({ withScans: z.boolean().default(false), by: personName }),
    answer: backupView,
  },
  checkBackup: {
    method: 'POST',
    path: '/backups/:name/check',
    summary: 'Whether a backup could be restored: every file read again',
    params: nameParams,
    answer: backupCheckView,
  },
  removeBackup: {
    method: 'POST',
    path: '/backups/:name/remove',
    summary: 'Take a backup away',
    params: nameParams,
    body: z.strictObject({ by: personName }),
    answer: z.array(backupView).readonly(),
  },
} as const;
