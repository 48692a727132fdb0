import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GIVEN_UP_EXIT } from '../../electron/kiosk.ts';

/** What can be said of packaging where Electron's binary cannot be had. */

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
interface Resource {
  readonly from: string;
  readonly to: string;
  readonly filter?: readonly string[];
}
const builder = JSON.parse(read('electron/builder.json')) as {
  readonly extraMetadata: { readonly main: string };
  readonly files: readonly string[];
  readonly asar: boolean;
  readonly extraResources: readonly Resource[];
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly executableName: string;
  readonly productName: string;
};

describe('the package', () => {
  it('burns the fuses: no Node by environment or arguments, nothing but the checked archive', () => {
    const { electronFuses: fuses } = builder;
    for (const shut of [
      'runAsNode',
      'enableNodeOptionsEnvironmentVariable',
      'enableNodeCliInspectArguments',
      'grantFileProtocolExtraPrivileges',
    ])
      expect([shut, fuses[shut]]).toEqual([shut, false]);
    for (const open of ['enableCookieEncryption', 'enableEmbeddedAsarIntegrityValidation', 'onlyLoadAppFromAsar'])
      expect([open, fuses[open]]).toEqual([open, true]);
    expect(builder.asar).toBe(true);
  });

  it('holds the compiled kiosk in the archive, and the station beside it where main looks', () => {
    expect(builder.extraMetadata.main).toBe('dist/electron/main.js');
    expect(builder.files).toContain('dist/electron/**');
    expect(read('electron/main.ts')).toContain("join(process.resourcesPath, 'station')");
    const places = builder.extraResources.map(({ to }) => to);
    for (const place of ['package.json', 'src', 'dist/ui', 'models', 'native', 'node_modules'])
      expect(places).toContain(`station/${place}`);
    // What is built is not there in a fresh checkout.
    for (const { from } of builder.extraResources.filter((r) => r.from !== 'dist/ui'))
      expect([from, existsSync(join(root, from))]).toEqual([from, true]);
  });

  it('leaves out no package that the station imports', () => {
    const left = builder.extraResources
      .find((r) => r.from === 'node_modules')!
      .filter!.flatMap((f) => /^!([^*]+)\/\*\*$/.exec(f)?.[1] ?? []);
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const isLeft = (name: string) => left.some((l) => name === l || name.startsWith(`${l}/`));
    expect(Object.keys(dependencies).filter(isLeft)).toEqual([]);
    expect(isLeft('node')).toBe(false);
    const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.startsWith('ui') && !file.includes('.bench.'),
    );
    const imported = sources.flatMap((file) =>
      [...read(join('src', file)).matchAll(/^import (?!type)[^;]*? from '([^.#'][^']*)'/gm)].map((m) => m[1]!),
    );
    expect(imported.length).toBeGreaterThan(50);
    expect([...new Set(imported)].filter((name) => !name.startsWith('node:') && isLeft(name))).toEqual([]);
  });
});

describe('the unit that starts the panel', () => {
  const unit = new Map(
    read('electron/units/kerf-kiosk.service')
      .split('\n')
      .filter((line) => /^[A-Z]\w*=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
  it('runs what the package installs, with the desktop', () => {
    expect(unit.get('ExecStart')).toBe(`/opt/${builder.productName}/${builder.executableName}`);
    expect(unit.get('WantedBy')).toBe('graphical-session.target');
  });
  it('starts it again after it gave up, within limits, and lets the station end its step', () => {
    expect(GIVEN_UP_EXIT).not.toBe(0);
    expect(unit.get('Restart')).toBe('on-failure');
    // Told to the kiosk, which else starts itself again in the unit's own control group.
    expect(unit.get('Environment')).toBe('KERF_SUPERVISED=1');
    expect(read('electron/main.ts')).toContain("isSupervised: process.env['KERF_SUPERVISED'] === '1'");
    const window = Number(unit.get('StartLimitIntervalSec'));
    expect(window / Number(unit.get('StartLimitBurst'))).toBeGreaterThan(Number(unit.get('RestartSec')));
    expect(unit.get('KillMode')).toBe('mixed');
    // Longer than StationProcess waits before it kills.
    expect(Number(unit.get('TimeoutStopSec'))).toBeGreaterThan(10);
  });
});
