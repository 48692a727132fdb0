import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
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
  it('opens Chromium as an app over the whole screen where Electron’s binary is not, and says which and why', async () => {
    const browser = join(dir, 'browser');
    await writeFile(browser, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(dir, 'flags')}\n`, { mode: 0o755 });
    const { stdout } = await run(process.execPath, [script, '--url', 'http://127.0.0.1:8480'], {
      env: { ...process.env, CHROMIUM_PATH: browser },
    });
    expect(stdout).toMatch(/kiosk in Chromium \(.*\): .+\./);
    const flags = (await readFile(join(dir, 'flags'), 'utf8')).split('\n');
    expect(flags).toContain('--app=http://127.0.0.1:8480');
    expect(flags).toContain('--kiosk');
    expect(flags.some((f) => f.startsWith('--user-data-dir='))).toBe(true);
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
