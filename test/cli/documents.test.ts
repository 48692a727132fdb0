import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readText } from '../../src/cli/read-document.ts';
import { writeBytes } from '../../src/cli/write-document.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kerf-documents-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe.skipIf(process.platform === 'win32')('a document that is written', () => {
  it('goes to where a link leads, and the link stays', async () => {
    writeFileSync(join(dir, 'real.json'), 'old');
    symlinkSync('real.json', join(dir, 'link.json'));
    await writeBytes(join(dir, 'link.json'), 'new');
    expect(readlinkSync(join(dir, 'link.json'))).toBe('real.json');
    expect(readFileSync(join(dir, 'real.json'), 'utf8')).toBe('new');
  });

  it('goes into a pipe, which stays one', async () => {
    const pipe = join(dir, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeBytes(pipe, 'through')]);
    expect(read).toBe('through');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });
});

describe('a document that is read', () => {
  it('is refused where it is no UTF-8: letters would be replaced', async () => {
    writeFileSync(join(dir, 'latin.json'), Buffer.from('{"id":"Gr\u00f6\u00dfe"}', 'latin1'));
    await expect(readText(join(dir, 'latin.json'))).rejects.toMatchObject({
      code: 'CLI_NOT_TEXT',
      message: expect.stringContaining('latin.json: found bytes that are no UTF-8 text') as string,
    });
    writeFileSync(join(dir, 'utf8.json'), '{"id":"Gr\u00f6\u00dfe"}');
    expect(await readText(join(dir, 'utf8.json'))).toBe('{"id":"Gr\u00f6\u00dfe"}');
  });
});
