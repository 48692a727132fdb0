import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { PackageRefused } from './update-package.ts';
import { isOnTrial, proved, rollBack, stageUpdate, switchTo, versionToStart, type Versions } from './versions.ts';

/** Packages are put here by whoever serves the panel; the next start takes them up. Never in the middle of a cut. */
const INCOMING = 'incoming';
const PACKAGE = /\.kerfpkg$/;
/** A version that does not answer with its page there by then has failed, ms: a first start compiles and migrates. */
export const PROOF_MS = 180_000;

export interface UpdateOptions extends Versions {
  readonly log: (line: string) => void;
  /** Starts the kiosk again, with the version that is current then. */
  readonly restart: () => void;
}

/** Takes up what lies in `incoming/`, if anything, and says which version to start. A package that is refused stays where it
 *  is, named in the log, and the running version goes on. */
export async function takeUpdates(options: UpdateOptions): Promise<string | null> {
  const { disk, dir, log } = options;
  const incoming = join(dir, INCOMING);
  const names = (await disk.readdir(incoming).catch(() => [])).filter((name) => PACKAGE.test(name)).sort();
  // One at a time: a trial that has not ended yet comes first.
  const name = (await isOnTrial(options)) ? undefined : names.at(-1);
  if (name !== undefined) {
    const path = join(incoming, name);
    try {
      const key = createPublicKey(await disk.readFile(join(dir, 'update-key.pem'), 'utf8'));
      const version = await stageUpdate(options, path, key);
      // Gone before the switch: a version that fails must not be taken up again by the start that rolled it back.
      await disk.rm(path);
      await switchTo(options, version);
      log(`update ${version} is on trial`);
    } catch (error) {
      log(`update ${name} not taken: ${error instanceof PackageRefused ? `${error.code} ` : ''}${String(error)}`);
    }
  }
  return versionToStart(options);
}

export interface Trial {
  /** The station answers and its page is there. Safe to call again. */
  readonly prove: () => void;
  /** It ended too often. @returns whether the version before takes over: else there is none */
  readonly fail: (why: string) => Promise<boolean>;
  readonly close: () => void;
}

/** Watches a version that may be on trial: proved in time it stays, else the one before is started. */
export function watchTrial(options: UpdateOptions): Trial {
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
