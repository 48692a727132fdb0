import { spawn } from 'node:child_process';
import * as disk from 'node:fs/promises';
import { join } from 'node:path';
import { BrowserWindow, Menu, app, ipcMain, powerSaveBlocker, session } from 'electron';
import { GIVEN_UP_EXIT, runKiosk } from './kiosk.ts';
import { StationProcess } from './station-process.ts';
import { takeUpdates, watchTrial, type UpdateOptions } from './update.ts';
import { folderOfVersion } from './versions.ts';

const log = (line: string) => process.stderr.write(`${line}\n`);
/** Where versions lie beside each other and updates come in (docs/electron.md); unset: the package's own station. */
const installDir = process.env['KERF_INSTALL_DIR'] ?? null;
const updates: UpdateOptions | null = installDir === null ? null : { disk, dir: installDir, log };
// Compiled to dist/electron by scripts/kiosk.mjs, two folders below the repository's root. In a package this code lies in
// the archive, and the station's files beside it (builder.json): another program cannot read an archive.
const packaged = app.isPackaged ? join(process.resourcesPath, 'station') : join(import.meta.dirname, '..', '..');
/** Where the station that is started lies. */
let root = packaged;
const nodeOf = (folder: string) =>
  join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
/** Options of `kerf station`, as a JSON list: Chromium would take flags on the command line for its own. */
const stationArguments = readList(process.env['KERF_STATION_ARGUMENTS'] ?? '[]');
const nowMs = () => performance.now();

// Not awaited here: Electron becomes ready only after this module has run.
runKiosk(
  {
    app,
    ipcMain,
    session: () => session.defaultSession,
    powerSaveBlocker,
    menu: Menu,
    makeWindow: (options) => new BrowserWindow(options),
  },
  {
    startStation: (told) =>
      new StationProcess({
        ...told,
        spawn: () =>
          spawn(
            nodeOf(root),
            ['--max-semi-space-size=4', join(root, 'src', 'cli', 'kerf.ts'), 'station', ...stationArguments],
            {
              stdio: ['ignore', 'pipe', 'pipe'],
            },
          ),
        log,
        nowMs,
        ask: (address, signal) => fetch(new URL('/api/v1/status', address), { signal }),
      }),
    preload: join(import.meta.dirname, 'preload.cjs'),
    ...(updates
      ? {
          takeUpdates: async (restart) => {
            const version = await takeUpdates(updates);
            if (version !== null) root = folderOfVersion(updates, version);
            return watchTrial({ ...updates, restart });
          },
        }
      : {}),
    isKiosk: process.env['KERF_WINDOWED'] !== '1',
    // Said by the unit: systemd's own INVOCATION_ID is there as well in a terminal, or a desktop's autostart, that no unit
    // starts again.
    isSupervised: process.env['KERF_SUPERVISED'] === '1',
    log,
    nowMs,
  },
).catch((error: unknown) => {
  log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  app.exit(GIVEN_UP_EXIT);
});

function readList(text: string): readonly string[] {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.map(String) : [];
}
