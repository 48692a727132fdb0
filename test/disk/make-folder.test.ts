import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, makeFolderSync } from '../../src/disk/make-folder.node.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kerf-folder-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('making a folder', () => {
  it('makes those above it too, and says which was the first', async () => {
    expect(await makeFolder(join(dir, 'a', 'b', 'c'))).toBe(join(dir, 'a'));
    expect(statSync(join(dir, 'a', 'b', 'c')).isDirectory()).toBe(true);
    expect(await makeFolder(join(dir, 'a', 'b'))).toBeUndefined();
    makeFolderSync(join(dir, 'd', 'e'));
    expect(existsSync(join(dir, 'd', 'e'))).toBe(true);
  });

  it('is refused where a file stands', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(makeFolder(join(dir, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(makeFolder(join(dir, 'file', 'under'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(process.platform !== 'linux')('ends where a folder that is there takes none', async () => {
    await expect(makeFolder('/proc/kerf/under')).rejects.toMatchObject({ code: 'ENOENT' });
    expect(() => makeFolderSync('/proc/kerf')).toThrow('ENOENT');
  });
});
