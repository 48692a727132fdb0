import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const fixtures = join(here, 'fixtures');
const root = join(here, '../..');

interface Source {
  /** As the linter sees it, from the top of the repository. */
  readonly at: string;
  readonly code: string;
}

/** What each source is refused for, by its place in the list: one run of the linter over a folder for each. */
async function messagesOf(sources: readonly Source[]): Promise<readonly string[][]> {
  const dir = mkdtempSync(join(tmpdir(), 'kerf-architecture-'));
  try {
    const config = {
      categories: { correctness: 'off' },
      jsPlugins: [join(root, 'scripts/architecture-rule.mjs')],
      rules: { 'architecture/imports': 'error' },
    };
    writeFileSync(join(dir, '.oxlintrc.json'), JSON.stringify(config));
    sources.forEach(({ at, code }, k) => {
      const path = join(dir, String(k), at);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, code);
    });
    const output = await new Promise<string>((resolve) => {
      const args = [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', '-c', '.oxlintrc.json'];
      execFile(process.execPath, args, { cwd: dir }, (_error, stdout) => resolve(stdout));
    });
    const { diagnostics } = JSON.parse(output) as {
      diagnostics: { message: string; code: string; filename: string }[];
    };
    return sources.map((_, k) =>
      diagnostics
        .filter(({ filename, code }) => filename.startsWith(`${k}/`) && code === 'architecture(imports)')
        .map(({ message }) => message),
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const names = readdirSync(fixtures).filter((f) => f.endsWith('.ts.txt'));
const refused = names.map((name) => {
  const [at = '', says = '', ...code] = readFileSync(join(fixtures, name), 'utf8').split('\n');
  return { name, at: at.replace('// at: ', ''), says: says.replace('// says: ', ''), code: code.join('\n') };
});
const allowed: readonly Source[] = [
  { at: 'src/nest/a.ts', code: "import { x } from '#geometry/x.ts';\nimport { y } from './y.ts';" },
  { at: 'src/nest/native-solver.node.ts', code: "import x from '../../native/kerf-native.node';" },
  { at: 'src/station/a.node.ts', code: "import { x } from '#publish/x.node.ts';\nimport 'node:fs';" },
  { at: 'electron/main.ts', code: "import { x } from '#api/routes.ts';" },
];

describe('the import law', () => {
  let found: readonly string[][] = [];
  beforeAll(async () => {
    found = await messagesOf([...refused, ...allowed]);
  });

  it('has its fixtures', () => {
    expect(names.length).toBeGreaterThanOrEqual(19);
  });

  it.each(refused.map(({ name, says }, k) => ({ name, says, k })))('refuses $name', ({ says, k }) => {
    expect(found[k]?.join('\n')).toContain(says);
  });

  it('lets the arrows of the architecture pass', () => {
    expect(found.slice(refused.length)).toEqual(allowed.map(() => []));
  });
});
