import { KerfError } from '#domain/kerf-error.ts';

/** SQLite's primary result codes that have a remedy (https://sqlite.org/rescode.html). A disk that turned read-only under
 *  an open journal is an ioError (SQLITE_IOERR_WRITE), not readOnly. */
const SQLITE = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

/** What the system says of a disk that breaks, is pulled out, or takes no more although it is not full. */
const DISK_GONE: ReadonlySet<string> = new Set(['EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'EFBIG']);

/** Names a failure of SQLite or the file system; anything unknown is passed on as STORE_FAILED with its cause. */
export function storeError(cause: unknown, where: string): KerfError {
  if (cause instanceof KerfError) return cause;
  const errcode = numberField(cause, 'errcode') & 0xff;
  const code = textField(cause, 'code');
  const reason = cause instanceof Error ? cause.message : String(cause);
  const options = { fault: 'device' as const, details: { where }, cause };
  if (errcode === SQLITE.full || code === 'ENOSPC' || code === 'EDQUOT')
    return new KerfError(
      'STORE_DISK_FULL',
      `${where}: the disk is full. Free space there; nothing half-written was kept.`,
      options,
    );
  if (errcode === SQLITE.busy || errcode === SQLITE.locked)
    return new KerfError(
      'STORE_IN_USE',
      `${where}: another station works in this folder. Stop it, or give another one with --data DIR.`,
      options,
    );
  if (errcode === SQLITE.corrupt || errcode === SQLITE.notADatabase)
    return new KerfError(
      'STORE_CORRUPT',
      `${where}: found a damaged file (${reason}), expected Kerf's database. Move the folder away, or put a backup in its place.`,
      options,
    );
  if (errcode === SQLITE.ioError || DISK_GONE.has(code))
    return new KerfError(
      'STORE_DISK_FAILED',
      `${where}: the disk refuses (${reason}). See to its cable, its health and whether the system has put it on read only; nothing half-written was kept.`,
      options,
    );
  if (
    errcode === SQLITE.readOnly ||
    errcode === SQLITE.cannotOpen ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'EROFS'
  )
    return new KerfError(
      'STORE_NOT_WRITABLE',
      `${where}: cannot be written (${reason}). Give the station's user the right to write there, or another folder with --data DIR.`,
      options,
    );
  return new KerfError('STORE_FAILED', `${where}: ${reason}`, options);
}

function numberField(value: unknown, key: string): number {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof field === 'number' ? field : 0;
}

function textField(value: unknown, key: string): string {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof field === 'string' ? field : '';
}
