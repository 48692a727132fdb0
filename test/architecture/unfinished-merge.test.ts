import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
/** Marks of both sides, also as prettier spreads those of a Markdown file. */
const MARK = /^ *(?:<{7}(?: |$)|>{7}(?: |$)|(?:> ){7})/m;
const TEXT = /\.(?:ts|tsx|mjs|mts|js|rs|md|json|css|html|toml|yaml|py)$/;

test('no file holds the marks of an unfinished merge', () => {
  expect(MARK.test('a\n<<<<<<< HEAD\nb')).toBe(true);
  expect(MARK.test('> > > > > > > main')).toBe(true);
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  const texts = files.filter((path) => TEXT.test(path) && path !== 'test/architecture/unfinished-merge.test.ts');
  expect(texts.length).toBeGreaterThan(500);
  expect(texts.filter((path) => MARK.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
});
