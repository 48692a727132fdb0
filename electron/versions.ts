import type { KeyObject } from 'node:crypto';
import { basename, join } from 'node:path';
import { syncFolder, type UpdateDisk } from './update-disk.ts';
import {
  PackageRefused,
  compareVersions,
  isVersion,
  unpackInto,
  verifyPackage,
  type PackageHeader,
} from './update-package.ts';

/** The station's versions beside each other, and which of them runs:
 *
 *      versions/0.4.0/  versions/0.5.0/   whole, never changed
 *      current -> versions/0.5.0          switched by one rename
 *      trial.json                         there while the current one has not yet proved itself
 *      failed.json                        those that did not, the latest first, and why: they are not tried again */
export interface Versions {
  readonly disk: UpdateDisk;
  readonly dir: string;
}

interface Trial {
  /** null: the station of the package that brought the kiosk. */
  readonly from: string | null;
  readonly to: string;
  /** Of its package; absent in a trial that an earlier kiosk began. */
  readonly sha256?: string;
  /** Starts of `to` so far. */
  readonly startCount: number;
}

/** A package whose version was rolled back. */
interface Failed {
  readonly version: string;
  /** Of the package; absent where an earlier kiosk wrote it. */
  readonly sha256?: string;
  readonly why: string;
}

/** Packages that are remembered: a stick has one or two. */
const MOST_FAILED = 50;

/** A version that was started so often without proving itself is given up: once may be a power cut. */
const MOST_STARTS = 2;

/** The folder of the running version; null: nothing is installed here. */
export async function currentVersion({ disk, dir }: Versions): Promise<string | null> {
  const target = await disk.readlink(join(dir, 'current')).catch(missing);
  const version = target?.split('/').at(-1) ?? '';
  return isVersion(version) ? version : null;
}

export function folderOfVersion({ dir }: Versions, version: string): string {
  return join(dir, 'versions', version);
}

/** A file of the package's name and this beside it tries it once, whatever became of it before. */
export const FORCE = '.force';

export interface StageOptions {
  /** Somebody wishes a version that was rolled back to be tried again. */
  readonly isForced?: boolean;
}

/** Verifies a package and puts its files beside the running version, under their own name only when all are there.
 *  @throws PackageRefused; UPDATE_NOT_NEWER where an old package, signed once, would bring back what was mended since;
 *  UPDATE_ROLLED_BACK where the same package was tried and rolled back: a stick that was left in brings it at each start */
export async function stageUpdate(
  versions: Versions,
  packagePath: string,
  key: KeyObject,
  { isForced = false }: StageOptions = {},
): Promise<PackageHeader> {
  const { disk, dir } = versions;
  const header = await verifyPackage(disk, packagePath, key);
  const { version, sha256 } = header;
  const failed = (await readFailed(versions)).find((one) => one.version === version && one.sha256 === sha256);
  if (failed && !isForced)
    throw new PackageRefused(
      'UPDATE_ROLLED_BACK',
      `version ${version} was tried and rolled back: ${failed.why}. To try it once more, put a file ${basename(packagePath)}${FORCE} beside it.`,
    );
  const running = await currentVersion(versions);
  if (running !== null && compareVersions(version, running) <= 0)
    throw new PackageRefused('UPDATE_NOT_NEWER', `found version ${version}, expected one after ${running}.`);
  const staging = join(dir, 'versions', `.staging-${version}`);
  // What an earlier try left, half or whole.
  await disk.rm(staging, { recursive: true, force: true });
  await disk.rm(folderOfVersion(versions, version), { recursive: true, force: true });
  await disk.mkdir(staging, { recursive: true });
  await unpackInto(disk, packagePath, staging, header);
  await disk.rename(staging, folderOfVersion(versions, version));
  await syncFolder(disk, join(dir, 'versions'));
  return header;
}

/** Makes a staged version the current one, on trial. Whatever moment the power goes: either version is current, whole,
 *  and a trial that has begun is known. */
export async function switchTo(
  versions: Versions,
  { version: to, sha256 }: Pick<PackageHeader, 'version' | 'sha256'>,
): Promise<void> {
  const from = await currentVersion(versions);
  // The trial is written first: a version that is current without one would never be rolled back.
  await writeWhole(versions, 'trial.json', { from, to, sha256, startCount: 0 } satisfies Trial);
  await link(versions, to);
}

/** To be asked before the station is started: the version to start. One that was on trial and did not prove itself is
 *  rolled back here. */
export async function versionToStart(versions: Versions): Promise<string | null> {
  const current = await currentVersion(versions);
  const trial = await readTrial(versions);
  if (trial === null) return current;
  // The power went after the trial was written and before the switch; or after a roll-back's.
  if (current !== trial.to) {
    await endTrial(versions);
    return current;
  }
  if (trial.startCount >= MOST_STARTS) return rollBack(versions, 'it was started twice and never answered');
  await writeWhole(versions, 'trial.json', { ...trial, startCount: trial.startCount + 1 } satisfies Trial);
  return current;
}

/** The current version answers and its page is there: it stays. Versions other than it and the one before go. */
export async function proved(versions: Versions): Promise<void> {
  const trial = await readTrial(versions);
  if (trial === null) return;
  await endTrial(versions);
  const kept = new Set<string | null>([trial.from, trial.to]);
  const folder = join(versions.dir, 'versions');
  for (const name of await versions.disk.readdir(folder))
    if (!kept.has(name)) await versions.disk.rm(join(folder, name), { recursive: true, force: true });
}

/** Back to the version before. @returns it; the current one where none is on trial */
export async function rollBack(versions: Versions, why: string): Promise<string | null> {
  const trial = await readTrial(versions);
  if (trial === null) return currentVersion(versions);
  const { to: version, sha256 } = trial;
  const earlier = (await readFailed(versions)).filter((one) => one.version !== version || one.sha256 !== sha256);
  const failed: Failed = { version, ...(sha256 === undefined ? {} : { sha256 }), why };
  await writeWhole(versions, 'failed.json', [failed, ...earlier].slice(0, MOST_FAILED));
  await link(versions, trial.from);
  await endTrial(versions);
  return trial.from;
}

/** Whether the current version has still to prove itself. */
export async function isOnTrial(versions: Versions): Promise<boolean> {
  return (await readTrial(versions)) !== null;
}

/** `current` points there: a link beside it that takes its place, so that there is never none. null: to nothing. */
async function link({ disk, dir }: Versions, version: string | null): Promise<void> {
  if (version === null) {
    await disk.rm(join(dir, 'current'), { force: true });
    return syncFolder(disk, dir);
  }
  const fresh = join(dir, 'current.new');
  await disk.rm(fresh, { force: true });
  await disk.symlink(`versions/${version}`, fresh);
  await disk.rename(fresh, join(dir, 'current'));
  await syncFolder(disk, dir);
}

async function endTrial({ disk, dir }: Versions): Promise<void> {
  await disk.rm(join(dir, 'trial.json'), { force: true });
  await syncFolder(disk, dir);
}

async function readTrial({ disk, dir }: Versions): Promise<Trial | null> {
  const text = await disk.readFile(join(dir, 'trial.json'), 'utf8').catch(missing);
  return text === null ? null : (JSON.parse(text) as Trial);
}

/** An earlier kiosk wrote one alone. What cannot be read keeps no update away. */
async function readFailed({ disk, dir }: Versions): Promise<readonly Failed[]> {
  const text = await disk.readFile(join(dir, 'failed.json'), 'utf8').catch(missing);
  try {
    const found = [JSON.parse(text ?? '[]') as Failed | readonly Failed[] | null].flat();
    return found.filter((one) => one !== null);
  } catch {
    return [];
  }
}

async function writeWhole({ disk, dir }: Versions, name: string, value: unknown): Promise<void> {
  const fresh = join(dir, `${name}.new`);
  const file = await disk.open(fresh, 'w');
  try {
    await file.writeFile(JSON.stringify(value));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(fresh, join(dir, name));
  await syncFolder(disk, dir);
}

function missing(cause: unknown): null {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
  throw cause;
}
