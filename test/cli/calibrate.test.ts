import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kerf } from './kerf.node.ts';

const dir = mkdtempSync(join(tmpdir(), 'kerf-sheet-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('kerf calibrate', () => {
  it('writes a sheet and says what to do with it', async () => {
    const out = join(dir, 'sheet.pdf');
    const ran = await kerf(['calibrate', 'sheet', '--square', '25', '--out', out]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('kerf calibrate camera PICTURES --board 10x7 --square 25');
    expect(readFileSync(out).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it.each([
    [['sheet', '--paper', 'B5', '--out', 'x.pdf'], 'ACQUIRE_PAPER_UNKNOWN'],
    [['sheet', '--square', '200', '--out', 'x.pdf'], 'ACQUIRE_BOARD_UNFIT'],
    [['camera', '.', '--board', '8', '--out', 'x.json'], 'CLI_BAD_OPTION'],
    [['camera', 'nothing.png', '--board', '8x6', '--out', 'x.json'], 'ACQUIRE_'],
    [
      ['table', 'nothing.png', '--camera', 'none.json', '--markers', 'none.json', '--out', 'x.json'],
      'CLI_FILE_UNREADABLE',
    ],
  ])('refuses %j by name and leaves nothing', async (args, code) => {
    const ran = await kerf([
      'calibrate',
      ...args.map((a) => (a.endsWith('x.pdf') || a.endsWith('x.json') ? join(dir, a) : a)),
    ]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(code);
    expect(readdirSync(dir).filter((name) => name.startsWith('x.'))).toEqual([]);
  });
});
