import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { architecture } from '../../scripts/architecture-rule.mjs';

const here = import.meta.dirname;
const fixtures = join(here, 'fixtures');

function messagesOf(path: string, code: string): string[] {
  const linter = new Linter({ configType: 'flat', cwd: '/project' });
  const config = [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
      plugins: { architecture },
      rules: { 'architecture/imports': 'error' },
    },
  ];
  return linter.verify(code, config as unknown as Linter.Config[], `/project/${path}`).map((m) => m.message);
}

describe('the import law', () => {
  const names = readdirSync(fixtures).filter((f) => f.endsWith('.ts.txt'));

  it('has its fixtures', () => {
    expect(names.length).toBeGreaterThanOrEqual(19);
  });

  it.each(names)('refuses %s', (name) => {
    const [at, says, ...code] = readFileSync(join(fixtures, name), 'utf8').split('\n');
    const messages = messagesOf(at!.replace('// at: ', ''), code.join('\n'));
    expect(messages.join('\n')).toContain(says!.replace('// says: ', ''));
  });

  it('lets the arrows of the architecture pass', () => {
    expect(messagesOf('src/nest/a.ts', "import { x } from '#geometry/x.ts';\nimport { y } from './y.ts';")).toEqual([]);
    expect(messagesOf('src/nest/native-solver.node.ts', "import x from '../../native/kerf-native.node';")).toEqual([]);
    expect(messagesOf('src/station/a.node.ts', "import { x } from '#publish/x.node.ts';\nimport 'node:fs';")).toEqual(
      [],
    );
    expect(messagesOf('electron/main.ts', "import { x } from '#api/routes.ts';")).toEqual([]);
  });
});
