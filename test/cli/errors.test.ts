import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { lineOf } from '../../src/cli/report-error.ts';

const root = join(import.meta.dirname, '../..');
const ROOMS = 'ACQUIRE|CLI|CUT|DOMAIN|GEOMETRY|INSPECT|LEDGER|NEST|ORDERS|PLC|PUBLISH|STATION|STORE|SYNTH|TUNE|UI';
const CODE = `(?:${ROOMS})_[A-Z0-9_]*[A-Z0-9]`;

/** Codes whose second half is put together while the program runs; each place has its expression here. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  // A job's final states but done.
  'STATION_JOB_${': ['STATION_JOB_REJECTED', 'STATION_JOB_FAILED', 'STATION_JOB_CANCELLED'],
};

/** Every code that stands in quotes, or in the brackets of a line, in the sources. */
function codesOfSources(): Set<string> {
  const codes = new Set<string>();
  for (const [dir, ending] of [
    ['src', /\.tsx?$/],
    ['native', /\.rs$/],
  ] as const)
    for (const entry of readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })) {
      if (!ending.test(entry) || /node_modules|target\//.test(entry)) continue;
      const text = readFileSync(join(root, dir, entry), 'utf8');
      for (const [, code] of text.matchAll(new RegExp(`['"\`[](${CODE})['"\`\\]]`, 'g'))) codes.add(code!);
      for (const [, made] of text.matchAll(new RegExp(`\`((?:${ROOMS})_[A-Z0-9_]*\\$\\{)`, 'g'))) {
        expect(Object.keys(MADE), `${entry} makes codes: say which in this test`).toContain(made);
        for (const code of MADE[made!] ?? []) codes.add(code);
      }
    }
  return codes;
}

const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
const entries = [...page.matchAll(new RegExp(`^- \`(${CODE})\`: (.+)$`, 'gm'))].map(([, code, text]) => ({
  code: code!,
  text: text!,
}));

describe('docs/errors.md', () => {
  it('has an entry for every code of the sources, and no other', () => {
    const codes = codesOfSources();
    const listed = entries.map((e) => e.code);
    expect(codes.size).toBeGreaterThan(100);
    expect([...codes].filter((code) => !listed.includes(code)).sort(), 'codes without an entry').toEqual([]);
    expect(
      listed.filter((code) => !codes.has(code)),
      'entries without a code',
    ).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('says cause and remedy in one line each', () => {
    const lines = page.split('\n').filter((line) => line.startsWith('- '));
    expect(lines).toHaveLength(entries.length);
    for (const { code, text } of entries) expect(text.match(/[.;:] /g)?.length ?? 0, code).toBeGreaterThan(0);
  });
});

describe('an error', () => {
  it('is one line with its code, whatever the library said', () => {
    expect(lineOf(new KerfError('CUT_NO_TOOL', 'first\n   second'))).toBe('first second [CUT_NO_TOOL]');
  });

  it('of the system is told as found, and what to do', () => {
    const full = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path: '/d/f' });
    expect(lineOf(full)).toMatchInlineSnapshot(
      `"/d/f: found a full disk (write). Free some room, or write elsewhere, then try again. [CLI_SYSTEM_REFUSED]"`,
    );
  });

  it('that nobody foresaw is a defect, with the place but no stack', () => {
    const line = lineOf(new TypeError('x is not y'));
    expect(line).toMatch(/^A defect of Kerf's own, please report it: TypeError: x is not y \(at .*\) \[CLI_DEFECT\]$/);
    expect(line).not.toContain('\n');
  });

  it('of a stop is told as cancelled', () => {
    expect(lineOf(Object.assign(new Error('x'), { name: 'AbortError' }))).toMatchInlineSnapshot(
      `"Cancelled: nothing half-written is left. [CLI_CANCELLED]"`,
    );
  });
});
