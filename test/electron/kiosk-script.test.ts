import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { KioskBridge } from '../../src/ui/link/kiosk-bridge.ts';
import type { KerfBridge } from '../../electron/bridge.ts';

const root = join(import.meta.dirname, '../..');
const script = join(root, 'scripts/kiosk.mjs');
const run = promisify(execFile);
let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-kiosk-test-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('npm run kiosk', () => {
  /** Starts the kiosk with a browser that writes down how it was started and ends. */
  async function startKiosk(...args: readonly string[]): Promise<{ stdout: string; flags: readonly string[] }> {
    const browser = join(dir, 'browser');
    await writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(dir, 'flags')}\n`, { mode: 0o755 });
    const { stdout } = await run(process.execPath, [script, ...args], {
      env: { ...process.env, CHROMIUM_PATH: browser, XDG_DATA_HOME: join(dir, 'share') },
    });
    return { stdout, flags: (await readFile(join(dir, 'flags'), 'utf8')).split('\n') };
  }
  const profileOf = (flags: readonly string[]) =>
    flags.find((flag) => flag.startsWith('--user-data-dir='))!.slice('--user-data-dir='.length);

  it('opens Chromium as an app over the whole screen where Electron’s binary is not, and says which and why', async () => {
    const { stdout, flags } = await startKiosk('--url', 'http://127.0.0.1:8480');
    expect(stdout).toMatch(/kiosk in Chromium \(.*\): .+\./);
    expect(flags).toContain('--app=http://127.0.0.1:8480');
    expect(flags).toContain('--kiosk');
    expect(profileOf(flags)).toBe(join(dir, 'share', 'kerf', 'kiosk-127.0.0.1-8480'));
  });

  it('keeps what the page wrote from one start to the next, and lets its page alone use the camera', async () => {
    const data = join(dir, 'data');
    const address = 'http://127.0.0.1:8480/projector';
    const { flags } = await startKiosk('--url', address, '--data', data);
    const profile = profileOf(flags);
    expect(profile).toBe(join(data, 'kiosk-127.0.0.1-8480-projector'));
    const preferences = join(profile, 'Default', 'Preferences');
    // As Chromium leaves it behind when the power goes, with a camera that a page elsewhere was once allowed.
    const left = {
      browser: { enabled_labs_experiments: ['x'] },
      profile: {
        exit_type: 'Crashed',
        content_settings: {
          exceptions: { media_stream_camera: { 'http://192.0.2.1:80,*': { setting: 1 } }, sound: { y: 1 } },
        },
      },
    };
    await writeFile(preferences, JSON.stringify(left));
    await writeFile(join(profile, 'Default', 'kept'), 'name');
    await symlink('another-host-4711', join(profile, 'SingletonLock'));
    expect((await startKiosk(`--url=${address}`, `--data=${data}`)).flags).toEqual(flags);
    expect(await readFile(join(profile, 'Default', 'kept'), 'utf8')).toBe('name');
    expect(JSON.parse(await readFile(preferences, 'utf8'))).toMatchObject({
      browser: left.browser,
      profile: {
        exit_type: 'Normal',
        content_settings: {
          exceptions: { media_stream_camera: { 'http://127.0.0.1:8480,*': { setting: 1 } }, sound: { y: 1 } },
        },
      },
    });
    expect(await readFile(preferences, 'utf8')).not.toContain('192.0.2.1');
    await expect(lstat(join(profile, 'SingletonLock'))).rejects.toMatchObject({ code: 'ENOENT' });
    // Cut short in its last write: a kiosk that starts without its settings, not none.
    await writeFile(preferences, '{"browser":');
    await startKiosk('--url', address, '--data', data);
    expect(JSON.parse(await readFile(preferences, 'utf8'))).toMatchObject({ profile: { exit_type: 'Normal' } });
  });

  it('compiles electron/ to what Electron can load', async () => {
    await run(process.execPath, [script, '--compile-only']);
    const out = join(root, 'dist/electron');
    expect((await readdir(out)).toSorted()).toEqual(
      [
        'bridge.js',
        'guard-contents.js',
        'kiosk.js',
        'main.js',
        'preload.cjs',
        'restart-limit.js',
        'station-process.js',
        'station-watch.js',
        'update-disk.js',
        'update-package.js',
        'update.js',
        'versions.js',
      ].toSorted(),
    );
    // All but main, which needs Electron itself, load in Node as they are.
    const { runKiosk } = (await import(join(out, 'kiosk.js'))) as { runKiosk: unknown };
    expect(runKiosk).toBeTypeOf('function');
    expect(await readFile(join(out, 'main.js'), 'utf8')).not.toMatch(/from ["']\.\/[^"']*\.ts["']/);
  });

  it('gives the preload script nothing to require but electron, and the page a frozen bridge', async () => {
    const code = await readFile(join(root, 'dist/electron/preload.cjs'), 'utf8');
    const asked: string[] = [];
    const invoked: unknown[][] = [];
    // As the page takes it (src/ui/link/kiosk-bridge.ts).
    const exposed: Record<string, KioskBridge> = {};
    runInNewContext(code, {
      exports: {},
      process: { argv: ['electron', '--kerf-version=0.1.0'] },
      require: (name: string) => {
        asked.push(name);
        return {
          contextBridge: { exposeInMainWorld: (key: string, bridge: never) => (exposed[key] = bridge) },
          ipcRenderer: { invoke: async (...args: unknown[]) => void invoked.push(args) },
        };
      },
    });
    expect(asked).toEqual(['electron']);
    expect(Object.keys(exposed)).toEqual(['kerf']);
    expect(Object.keys(exposed['kerf']!)).toEqual(['version', 'quit']);
    expect(Object.isFrozen(exposed['kerf'])).toBe(true);
    expectTypeOf<KerfBridge>().toEqualTypeOf<KioskBridge>();
    expect(exposed['kerf']!.version).toBe('0.1.0');
    await exposed['kerf']!.quit();
    expect(invoked).toEqual([['kerf:quit']]);
  });
});
