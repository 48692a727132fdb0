import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { figureSection, median, recordFigures } from '../../src/cli/bench/figures.ts';

const table = (value: string) => ({
  title: 'Speed',
  about: 'Median of 3.',
  columns: ['what', 's'],
  rows: [['tile', value]],
});

it('renews one section of the page and keeps the others', () => {
  const root = mkdtempSync(join(tmpdir(), 'kerf-figures-'));
  recordFigures(root, figureSection(root, 'nest', 'npm run bench nest', [table('1.0')]));
  recordFigures(root, figureSection(root, 'job', 'npm run bench job', [table('2.0')]));
  recordFigures(root, figureSection(root, 'nest', 'npm run bench nest', [table('3.0')]));
  const page = readFileSync(join(root, 'docs', 'figures.md'), 'utf8');
  expect(page).toContain('| tile | 3.0 |');
  expect(page).toContain('| tile | 2.0 |');
  expect(page).not.toContain('| tile | 1.0 |');
  expect(page.indexOf('## job')).toBeLessThan(page.indexOf('## nest'));
});

it('takes the median of even and odd counts', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
