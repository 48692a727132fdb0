import { describe, expect, it } from 'vitest';
import { kerf } from './kerf.node.ts';

const COMMANDS = [
  'start',
  'run',
  'station',
  'scan',
  'inspect',
  'nest',
  'check',
  'cut',
  'tune',
  'synth',
  'doctor',
  'bench',
  'schema',
];

describe('help', () => {
  it('lists every command with a word about it, and the exit codes', async () => {
    const { code, stdout, stderr } = await kerf(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} {2,}\\S`, 'm'));
    expect(stdout).toContain('130 cancelled');
  });

  it.each([...COMMANDS, 'tune train', 'tune evaluate', 'tune export', 'order import', 'accept'])(
    'of %s says what it is for and what every option means',
    async (name) => {
      const { code, stdout } = await kerf([...name.split(' '), '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: kerf ${name} `));
      const options = stdout.split('\n').filter((line) => /^ {2}--?[a-z]/.test(line));
      for (const line of options) expect(line).toMatch(/^ {2}(-h, )?--[a-z-]+( <[a-z.]+>)?( {2,}\S|$)/);
      if (name !== 'tune') expect(stdout).toMatch(/--json .*\n(.*\n)*.*--quiet/);
    },
  );

  it('is what `kerf help run` prints', async () => {
    const [asked, plain] = await Promise.all([kerf(['help', 'run']), kerf(['run', '--help'])]);
    expect(asked).toMatchObject({ code: 0, stdout: plain.stdout });
  });
});
