import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { PackageRefused, compareVersions, readHeader } from './update-package.ts';
import {
  FORCE,
  isOnTrial,
  proved,
  rollBack,
  stageUpdate,
  switchTo,
  versionToStart,
  type Versions,
} from './versions.ts';

/** Packages are put here by whoever serves the panel; the next start takes them up. Never in the middle of a cut. */
const INCOMING = 'incoming';
const PACKAGE = /\.kerfpkg$/;
/** A version that does not answer with its page there by then has failed, ms: a first start compiles and migrates. */
export const PROOF_MS = 180_000;

export interface UpdateOptions extends Versions {
  readonly log: (line: string) => void;
}
export interface TrialOptions extends UpdateOptions {
  /** Starts the kiosk again, with the version that is current then. */
  readonly restart: () => void;
}

/** Takes up the newest of what lies in `incoming/` that can be taken, if anything, and says which version to start. A package
 *  that is refused stays where it is, named in the log, and stands in no other's way; without any the running version goes on. */
export async function takeUpdates(options: UpdateOptions): Promise<string | null> {
  // One at a time: a trial that has not ended yet comes first.
  if (!(await isOnTrial(options)))
    for (const name of await incomingNewestFirst(options)) if (await isTaken(name, options)) break;
  return versionToStart(options);
}

/** By what their headers say: a name is whatever a file server made of it. One that lies about its version comes earlier
 *  and is refused all the same. */
async function incomingNewestFirst({ disk, dir, log }: UpdateOptions): Promise<readonly string[]> {
  const incoming = join(dir, INCOMING);
  const names = (await disk.readdir(incoming).catch(() => [])).filter((name) => PACKAGE.test(name)).sort();
  const found: { readonly name: string; readonly version: string }[] = [];
  for (const name of names)
    try {
      found.push({ name, version: (await readHeader(disk, join(incoming, name))).version });
    } catch (error) {
      log(notTaken(name, error));
    }
  return found.sort((a, b) => compareVersions(b.version, a.version)).map(({ name }) => name);
}

async function isTaken(name: string, options: UpdateOptions): Promise<boolean> {
  const { disk, dir, log } = options;
  const path = join(dir, INCOMING, name);
  try {
    const key = createPublicKey(await disk.readFile(join(dir, 'update-key.pem'), 'utf8'));
    const isForced = (await disk.readdir(join(dir, INCOMING))).includes(name + FORCE);
    const header = await stageUpdate(options, path, key, { isForced });
    // Gone before the switch: a version that fails must not be taken up again by the start that rolled it back.
    await disk.rm(path);
    if (isForced) await disk.rm(path + FORCE);
    await switchTo(options, header);
    log(`update ${header.version} is on trial`);
    return true;
  } catch (error) {
    log(notTaken(name, error));
    return false;
  }
}

function notTaken(name: string, error: unknown): string {
  return `update ${name} not taken: ${error instanceof PackageRefused ? `${error.code} ` : ''}${String(error)}`;
}

export interface Trial {
  /** The station answers and its page is there. Safe to call again. */
  readonly prove: () => void;
  /** It ended too often. @returns whether the version before takes over: else there is none */
  readonly fail: (why: string) => Promise<boolean>;
  readonly close: () => void;
}

/** Watches a version that may be on trial: proved in time it stays, else the one before is started. */
export function watchTrial(options: TrialOptions): Trial {
  const { log, restart } = options;
  let isOver = false;
  const fail = async (why: string): Promise<boolean> => {
    if (isOver || !(await isOnTrial(options))) return false;
    isOver = true;
    clearTimeout(timer);
    const version = await rollBack(options, why);
    log(`update failed (${why}); back to ${version ?? 'what there was'}`);
    restart();
    return true;
  };
  const timer = setTimeout(() => void fail(`no page within ${PROOF_MS / 1000} s`), PROOF_MS);
  return {
    prove() {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      proved(options).catch((error: unknown) => log(`trial not ended: ${String(error)}`));
    },
    fail,
    close() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
