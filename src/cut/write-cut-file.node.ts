import { lstat, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { diskReason } from '#disk/disk-reason.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import type { CutPlan } from '#domain/cut-plan.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Machine } from '#domain/machine.ts';
import { unwrittenFormat } from './served-profile.ts';
import { writeDxf } from './write-dxf.ts';
import { writeSvg } from './write-svg.ts';

export interface CutFile {
  readonly file: string;
  /** Of the bytes as read back from the disk. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Writes the plan in the machine's format: under a temporary name in the same folder, synced, renamed, then read back
 *  and compared, so that the name never stands for half a file. The ending of `file` is the caller's.
 *  @throws KerfError CUT_OUTSIDE_MACHINE, CUT_FORMAT_UNKNOWN (see refuseUnwritten), CUT_FILE_UNWRITABLE, CUT_FILE_DIFFERS */
export async function writeCutFile(plan: CutPlan, machine: Machine, file: string): Promise<CutFile> {
  const text = cutText(plan, machine);
  const bytes = new TextEncoder().encode(text);
  let back: Uint8Array;
  try {
    await refuseOther(file);
    await writeWhole(file, bytes);
    back = await readFile(file);
  } catch (cause) {
    const reason = diskReason(cause);
    throw new KerfError(
      'CUT_FILE_UNWRITABLE',
      `${file}: found ${reason}, expected a folder to write the cut file to.`,
      {
        fault: 'device',
        cause,
        details: { file: basename(file), reason },
      },
    );
  }
  const sha256 = sha256Of(back);
  const wanted = sha256Of(bytes);
  if (sha256 !== wanted) {
    throw new KerfError(
      'CUT_FILE_DIFFERS',
      `${file}: found other bytes than were written (sha256 ${sha256}, expected ${wanted}).`,
      {
        fault: 'device',
        details: { file: basename(file), sha256, wanted },
      },
    );
  }
  return { file, sha256, bytes: back.byteLength };
}

/** A pipe or a device cannot be read back, and the file that is renamed would take its place. */
async function refuseOther(file: string): Promise<void> {
  const there = await lstat(file).catch(() => null);
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw Object.assign(new Error('no file'), { code: there.isDirectory() ? 'EISDIR' : 'a device or a pipe' });
}

function cutText(plan: CutPlan, machine: Machine): string {
  switch (machine.format) {
    case 'dxf':
      return writeDxf(plan, machine);
    case 'svg':
      return writeSvg(plan, machine);
    case 'hpgl':
    case 'gcode':
    case 'pdf':
      throw unwrittenFormat(machine, 'profile');
  }
}
