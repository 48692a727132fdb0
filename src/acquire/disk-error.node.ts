import { KerfError } from '#domain/kerf-error.ts';

/** Runs work that writes below `dir`; a full disk or a refused write becomes a KerfError of the device.
 *  @throws KerfError ACQUIRE_DISK_FULL, ACQUIRE_CANNOT_WRITE; other errors pass through */
export async function writingTo<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw asDiskError(dir, cause) ?? cause;
  }
}

/** The disk error that `cause` stands for, or null. libvips tells its reason in words only. */
export function asDiskError(dir: string, cause: unknown): KerfError | null {
  if (cause instanceof KerfError || !(cause instanceof Error)) return null;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const said = `${code} ${cause.message}`;
  if (/ENOSPC|EDQUOT|No space left|quota exceeded/i.test(said)) {
    return new KerfError(
      'ACQUIRE_DISK_FULL',
      `The disk of ${dir} is full: the scan could not be written. Free some space (a scan takes 3 bytes a pixel) or choose another folder, then scan again.`,
      { fault: 'device', details: { dir }, cause },
    );
  }
  if (/EACCES|EPERM|EROFS|ENOTDIR|EISDIR|EIO|Permission denied|Read-only file system/i.test(said)) {
    return new KerfError(
      'ACQUIRE_CANNOT_WRITE',
      `The scan could not be written below ${dir} (${cause.message.trim()}). Expected a folder that this user may write to: check its rights or choose another.`,
      { fault: 'device', details: { dir }, cause },
    );
  }
  return null;
}
