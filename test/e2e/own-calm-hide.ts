import { afterAll, beforeAll } from 'vitest';
import { temporaryDir, type TemporaryDir } from '../station/small-station.ts';
import { writeCalmHide } from './calm-hide.ts';

export interface OwnCalmHide {
  /** A folder for the file's tests; removed after them. */
  readonly dir: string;
  readonly picture: string;
  readonly packDir: string;
}

/** A calm hide for all tests of a file, drawn before the first. */
export function ownCalmHide(): OwnCalmHide {
  let dir: TemporaryDir | null = null;
  const own = { dir: '', picture: '', packDir: '' };
  beforeAll(async () => {
    dir = await temporaryDir();
    Object.assign(own, { dir: dir.path }, await writeCalmHide(dir.path));
  });
  afterAll(() => dir?.[Symbol.asyncDispose]());
  return own;
}
