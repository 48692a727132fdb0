import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kerf } from './kerf.node.ts';

describe('the command line', () => {
  it('exits with 2 on a word it does not know, and says so on stderr', async () => {
    const ran = await kerf(['sing']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("unknown command 'sing'");
    expect(ran.stdout).toBe('');
  });

  it('puts one JSON document on stdout with --json, errors too', async () => {
    const ran = await kerf(['scan', 'not-there.jpg', '--mm-per-px', '1', '--out', 'nowhere', '--json']);
    expect(ran.code).toBe(2);
    expect((JSON.parse(ran.stdout) as { error: { code: string } }).error.code).toMatch(/^ACQUIRE_/);
  });

  it('resolves paths against the folder it was called from', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'kerf-cli-'));
    const ran = await kerf(['synth', 'hide', '--seed', '3', '--mm-per-px', '4', '--out', 'drawn', '--json'], { cwd });
    expect(ran.code).toBe(0);
    expect((JSON.parse(ran.stdout) as { picture: string }).picture).toBe(join(cwd, 'drawn', 'hide.png'));
  });

  it('publishes a JSON Schema for each document', async () => {
    const ran = await kerf(['schema', 'order']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ type: 'object', additionalProperties: false });
  });
});
