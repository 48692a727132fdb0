import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { nameOption } from '../../src/cli/command.ts';

const cli = join(import.meta.dirname, '../../src/cli');

it('takes the name of a person as the station does', () => {
  expect(nameOption({}, 'by')).toBeUndefined();
  expect(nameOption({ by: ' ann ' }, 'by')).toBe('ann');
  for (const by of ['', ' ', '\u200b', 'ann\nbea', 'x'.repeat(81)])
    expect(() => nameOption({ by }, 'by'), JSON.stringify(by)).toThrow(KerfError);
});

it('asks so wherever a command has --by', () => {
  const asking = readdirSync(cli, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(cli, file), 'utf8') }))
    .filter(({ text }) => text.includes("ption('--by <name>'"));
  expect(asking.map(({ file }) => file).length).toBeGreaterThan(4);
  for (const { file, text } of asking) {
    expect(text, file).toContain("nameOption(options, 'by')");
    expect(text, file).not.toMatch(/(textOption|requiredOption)\(options, 'by'\)/);
  }
});
