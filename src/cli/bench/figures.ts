import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';

/** One table of docs/figures.md. Sections are kept one by one, so that `npm run bench nest` renews only its own. */
export interface FigureTable {
  readonly title: string;
  /** What was measured, on what, how often; limits of the figure. */
  readonly about: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface FigureSection {
  readonly section: string;
  readonly command: string;
  readonly commit: string;
  readonly date: string;
  readonly machine: string;
  readonly tables: readonly FigureTable[];
}

/** Stamps tables with what they were measured on. */
export function figureSection(
  root: string,
  section: string,
  command: string,
  tables: readonly FigureTable[],
): FigureSection {
  return {
    section,
    command,
    commit: commitOf(root),
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    tables,
  };
}

/** Keeps the section in docs/figures/ and writes docs/figures.md anew from all sections there. */
export function recordFigures(root: string, section: FigureSection): string {
  const folder = join(root, 'docs', 'figures');
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, `${section.section}.json`), `${JSON.stringify(section, null, 1)}\n`);
  const sections = readdirSync(folder)
    .filter((f) => f.endsWith('.json'))
    .sort()
    .map((f) => JSON.parse(readFileSync(join(folder, f), 'utf8')) as FigureSection);
  const file = join(root, 'docs', 'figures.md');
  writeWhole(file, figuresPage(sections));
  return file;
}

/** The page of all sections. */
export function figuresPage(sections: readonly FigureSection[]): string {
  const head =
    '# Figures\n\nWritten by `npm run bench`; do not edit. Each section says what it was measured on and the command that repeats it. Timings on a shared machine are noisy: compare ratios within one table.\n';
  return head + sections.map(sectionText).join('');
}

function sectionText(s: FigureSection): string {
  const tables = s.tables.map(
    (t) =>
      `\n### ${t.title}\n\n${t.about}\n\n| ${t.columns.join(' | ')} |\n|${t.columns.map(() => '---|').join('')}\n${t.rows.map((r) => `| ${r.join(' | ')} |`).join('\n')}\n`,
  );
  return `\n## ${s.section}\n\n\`${s.command}\`, ${s.date}, commit ${s.commit}, ${s.machine}.\n${tables.join('')}`;
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function commitOf(root: string): string {
  try {
    const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--', 'src', 'native', 'models') === '' ? '' : ' with changes'}`;
  } catch {
    // A tarball without git has figures as well, only without a commit.
    return 'unknown';
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
