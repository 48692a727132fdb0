import type { App, BrowserWindow, BrowserWindowConstructorOptions, IpcMain, Menu, PowerSaveBlocker } from 'electron';
import { VERSION_ARGUMENT, type BridgeChannel } from './bridge.ts';
import { guardContents, guardSession, isOwnAddress, type GuardedSession } from './guard-contents.ts';
import { restartLimit } from './restart-limit.ts';
import type { Trial } from './update.ts';
import type { StationProcess, StationProcessOptions } from './station-process.ts';

/** The part of Electron that the kiosk uses: handed in, so that tests can stand in for it. */
export interface ElectronParts {
  readonly app: Pick<
    App,
    'requestSingleInstanceLock' | 'whenReady' | 'on' | 'quit' | 'exit' | 'relaunch' | 'getVersion'
  >;
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly session: () => GuardedSession;
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start'>;
  readonly menu: Pick<typeof Menu, 'setApplicationMenu'>;
  readonly makeWindow: (options: BrowserWindowConstructorOptions) => BrowserWindow;
}

export interface KioskOptions {
  readonly startStation: (
    told: Pick<StationProcessOptions, 'onAddress' | 'onGivenUp'>,
  ) => Pick<StationProcess, 'close'>;
  /** Absolute path of the preload script: CommonJS, plain JavaScript. */
  readonly preload: string;
  /** false: an ordinary window, for development. */
  readonly isKiosk: boolean;
  /** Takes up an update before the station is started, and watches over its trial; none where nothing is updated.
   *  @param restart starts the kiosk again, with the version that is current then */
  readonly takeUpdates?: (restart: () => void) => Promise<Trial>;
  /** A unit starts the kiosk again when it exits otherwise than with 0, and kills whatever it left behind: a kiosk that it
   *  started itself as well. */
  readonly isSupervised: boolean;
  readonly log: (line: string) => void;
  readonly nowMs: () => number;
}

/** What the process says when it gives up: someone outside (systemd) may start it again. */
export const GIVEN_UP_EXIT = 3;
/** Before a page that did not load is asked for again, ms. */
const RELOAD_MS = 1000;

export function windowOptions({ preload, isKiosk }: KioskOptions, version: string): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 800,
    kiosk: isKiosk,
    fullscreen: isKiosk,
    autoHideMenuBar: true,
    show: false,
    // As the page's frame: no white flash on a dark shop floor's panel.
    backgroundColor: '#1f2427',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
      devTools: !isKiosk,
      // A kiosk's window may lie behind nothing, but the shop's screen saver must not slow the page.
      backgroundThrottling: false,
      additionalArguments: [VERSION_ARGUMENT + version],
    },
  };
}

/** Starts the station, opens its page as a kiosk and keeps both alive. Decides nothing else. */
export async function runKiosk(parts: ElectronParts, options: KioskOptions): Promise<void> {
  const { app } = parts;
  const { log } = options;
  if (!app.requestSingleInstanceLock()) {
    log('another kiosk runs already');
    app.quit();
    return;
  }
  // Before it is ready, or Electron makes its own: hidden, but its keys reload, zoom, close and quit all the same.
  if (options.isKiosk) parts.menu.setApplicationMenu(null);
  let window: BrowserWindow | null = null;
  let address: string | null = null;
  let isQuitting = false;
  let trial: Trial | null = null;
  const crashes = restartLimit();
  const ownOrigin = () => (address === null ? null : new URL(address).origin);

  app.on('second-instance', () => window?.focus());
  app.on('web-contents-created', (_event, contents) => guardContents(contents, ownOrigin));
  app.on('window-all-closed', () => app.quit());
  await app.whenReady();
  guardSession(parts.session(), ownOrigin);
  // A panel that goes dark in the middle of a cut; ends with the process.
  parts.powerSaveBlocker.start('prevent-display-sleep');

  // The station ends in good order first: `exit` alone would leave it running, and the next one without its port.
  const leave = (code: number) => {
    if (isQuitting) return;
    isQuitting = true;
    trial?.close();
    station.close().then(
      () => app.exit(code),
      (error: unknown) => {
        log(`station not closed: ${String(error)}`);
        app.exit(GIVEN_UP_EXIT);
      },
    );
  };
  const restart = () => {
    if (options.isSupervised) return leave(GIVEN_UP_EXIT);
    app.relaunch();
    leave(0);
  };
  const giveUp = (what: string) => {
    log(`${what} ended too often; giving up`);
    const end = () => leave(GIVEN_UP_EXIT);
    if (!trial) return end();
    // A version on trial hands over to the one before, which restarts the kiosk.
    trial.fail(`${what} ended too often`).then(
      (isHandedOver) => isHandedOver || end(),
      (error: unknown) => {
        log(`not rolled back: ${String(error)}`);
        end();
      },
    );
  };
  const load = () => {
    const shown = window;
    if (!shown || shown.isDestroyed() || address === null) return;
    // A failed load is told by did-fail-load as well; it is answered there.
    shown.loadURL(address).catch((error: unknown) => log(`page not loaded: ${String(error)}`));
  };
  const open = () => {
    const made = parts.makeWindow(windowOptions(options, app.getVersion()));
    window = made;
    made.once('ready-to-show', () => made.show());
    made.on('closed', () => {
      if (window === made) window = null;
    });
    // Told after a failed load as well, for the error page: that is not the station's.
    made.webContents.on('did-finish-load', () => {
      if (isOwnAddress(made.webContents.getURL(), ownOrigin())) trial?.prove();
    });
    made.webContents.on('did-fail-load', (_event, code, description, _url, isMainFrame) => {
      // -3 (aborted): a newer load took this one's place.
      if (!isMainFrame || code === -3 || isQuitting) return;
      log(`page not loaded: ${description}`);
      setTimeout(load, RELOAD_MS);
    });
    const revive = (what: string) => {
      if (isQuitting) return;
      const waitMs = crashes.next(options.nowMs());
      if (waitMs === null) giveUp(what);
      else setTimeout(load, waitMs);
    };
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      log(`page process gone: ${reason}`);
      if (reason !== 'clean-exit') revive('the page');
    });
    made.on('unresponsive', () => {
      log('page does not respond');
      // Ends in render-process-gone, which loads it anew.
      made.webContents.forcefullyCrashRenderer();
    });
    load();
  };

  // After the lock: a second kiosk must not switch under the first.
  trial = (await options.takeUpdates?.(restart)) ?? null;
  const station = options.startStation({
    onAddress: (url) => {
      address = url;
      log(`station at ${url}`);
      if (window) load();
      else open();
    },
    onGivenUp: (reason) => {
      if (!isQuitting) giveUp(`the station (${reason})`);
    },
  });

  const handle = (channel: BridgeChannel, act: () => void) =>
    parts.ipcMain.handle(channel, (event, ...args: unknown[]) => {
      const frame = event.senderFrame;
      const isOwn = frame !== null && frame.parent === null && isOwnAddress(frame.url, ownOrigin());
      if (!isOwn || args.length > 0) throw new Error(`refused ${channel}`);
      act();
    });
  handle('kerf:quit', () => app.quit());

  app.on('before-quit', (event) => {
    if (isQuitting) return;
    // The station ends in good order first; then quitting goes on.
    event.preventDefault();
    isQuitting = true;
    trial?.close();
    station.close().then(
      () => app.quit(),
      (error: unknown) => {
        log(`station not closed: ${String(error)}`);
        app.exit(GIVEN_UP_EXIT);
      },
    );
  });
}
