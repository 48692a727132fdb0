import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskReason } from '../../src/disk/disk-reason.ts';
import { writeWhole } from '../../src/disk/write-whole.node.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kerf-whole-'));
});
afterEach(() => {
  chmodSync(dir, 0o755);
  rmSync(dir, { recursive: true, force: true });
});

describe('writing a file whole', () => {
  it('makes the folder, writes the bytes and leaves nothing else there', async () => {
    const path = join(dir, 'a', 'b', 'plan.dxf');
    await writeWhole(path, new Uint8Array([1, 2, 3]));
    expect([...readFileSync(path)]).toEqual([1, 2, 3]);
    expect(readdirSync(join(dir, 'a', 'b'))).toEqual(['plan.dxf']);
  });

  it('shows the old file until the new one is safe', async () => {
    const path = join(dir, 'scan.json');
    writeFileSync(path, 'old');
    let seen = '';
    await writeWhole(path, 'new', {
      beforeRename: async () => {
        seen = readFileSync(path, 'utf8');
      },
    });
    expect([seen, readFileSync(path, 'utf8')]).toEqual(['old', 'new']);
  });

  it('keeps the old file and no half one when it fails before the rename', async () => {
    const path = join(dir, 'scan.json');
    writeFileSync(path, 'old');
    const failing = writeWhole(path, 'new', { beforeRename: () => Promise.reject(new Error('pulled the plug')) });
    await expect(failing).rejects.toThrow('pulled the plug');
    expect(readdirSync(dir)).toEqual(['scan.json']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('leaves nothing where the name is taken by a folder', async () => {
    const path = join(dir, 'taken');
    mkdirSync(path);
    await expect(writeWhole(path, 'x')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(dir)).toEqual(['taken']);
  });
});

describe('the reason in words', () => {
  it('names a full disk, and any other fault by its code', () => {
    expect(diskReason(Object.assign(new Error('x'), { code: 'ENOSPC' }))).toBe('a full disk');
    expect(diskReason(Object.assign(new Error('x'), { code: 'EDQUOT' }))).toBe('a full disk');
    expect(diskReason(Object.assign(new Error('x'), { code: 'EROFS' }))).toBe('EROFS');
    expect(diskReason('odd')).toBe('odd');
  });
});
