import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMainInvokeEvent } from 'electron';
import type { ElectronParts } from '../../electron/kiosk.ts';

/** A double of the part of Electron that the kiosk uses, faithful in what its documentation says of order and events:
 *  `web-contents-created` comes before the window is returned, `quit` asks `before-quit` first and goes no further when
 *  that is prevented, a failed load rejects and tells `did-fail-load`. */
export class FakeContents extends EventEmitter {
  url = '';
  getURL(): string {
    return this.url;
  }
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }
  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  }
  /** Emits an event that can be prevented. @returns whether it was */
  tryNavigation(name: 'will-navigate' | 'will-redirect' | 'will-attach-webview', url: string): boolean {
    let isPrevented = false;
    this.emit(name, { url, preventDefault: () => (isPrevented = true) });
    return isPrevented;
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: BrowserWindowConstructorOptions;
  readonly loads: string[] = [];
  isShown = false;
  focusCount = 0;
  /** The next loads fail. */
  isFailing = false;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  async loadURL(url: string): Promise<void> {
    this.loads.push(url);
    if (this.isFailing) {
      this.webContents.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', url, true);
      throw new Error('ERR_CONNECTION_REFUSED (-102)');
    }
    this.webContents.url = url;
    this.webContents.emit('did-finish-load');
    this.emit('ready-to-show');
  }
  show(): void {
    this.isShown = true;
  }
  focus(): void {
    this.focusCount += 1;
  }
  isDestroyed(): boolean {
    return false;
  }
}

type Answer = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;
type RequestHandler = (
  contents: null,
  permission: string,
  answer: (isAllowed: boolean) => void,
  details: object,
) => void;
type CheckHandler = (contents: null, permission: string, origin: string, details: object) => boolean;

export class FakeElectron extends EventEmitter {
  readonly windows: FakeWindow[] = [];
  readonly handlers = new Map<string, Answer>();
  isFirst = true;
  hasQuit = false;
  exitCode: number | null = null;
  /** Starts itself again after it has ended. */
  isRelaunched = false;
  requestHandler: RequestHandler | null = null;
  checkHandler: CheckHandler | null = null;
  deviceHandler: (() => boolean) | null = null;
  downloadHandler: ((event: { preventDefault(): void }) => void) | null = null;
  readonly blockers: string[] = [];
  /** Whether the windows have Electron's own menu and its keys: it is made when the app gets ready, unless one was set. */
  hasMenu = false;
  #isMenuSet = false;
  #makeReady: () => void = () => undefined;
  readonly #ready = new Promise<void>((done) => (this.#makeReady = done));

  ready(): void {
    this.hasMenu = !this.#isMenuSet;
    this.#makeReady();
  }

  quit(): void {
    let isPrevented = false;
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.hasQuit = true;
  }

  parts(): ElectronParts {
    const app = {
      requestSingleInstanceLock: () => this.isFirst,
      whenReady: () => this.#ready,
      on: this.on.bind(this),
      quit: () => this.quit(),
      exit: (code: number) => (this.exitCode = code),
      relaunch: () => (this.isRelaunched = true),
      getVersion: () => '0.1.0',
    };
    const session = {
      setPermissionRequestHandler: (handler: RequestHandler) => (this.requestHandler = handler),
      setPermissionCheckHandler: (handler: CheckHandler) => (this.checkHandler = handler),
      setDevicePermissionHandler: (handler: () => boolean) => (this.deviceHandler = handler),
      on: (name: string, handler: (event: { preventDefault(): void }) => void) => {
        if (name === 'will-download') this.downloadHandler = handler;
        return session;
      },
    };
    return {
      app: app as unknown as ElectronParts['app'],
      ipcMain: { handle: (channel: string, answer: Answer) => void this.handlers.set(channel, answer) },
      powerSaveBlocker: { start: (kind: string) => this.blockers.push(kind) },
      menu: {
        setApplicationMenu: (menu) => {
          this.#isMenuSet = true;
          this.hasMenu = menu !== null;
        },
      },
      session: () => session as unknown as ReturnType<ElectronParts['session']>,
      makeWindow: (options) => {
        const window = new FakeWindow(options);
        this.windows.push(window);
        this.emit('web-contents-created', {}, window.webContents);
        return window as unknown as BrowserWindow;
      },
    };
  }

  mayUseCamera(permission: string, requestingUrl: string, mediaTypes: readonly string[]): boolean {
    let isAllowed = false;
    this.requestHandler?.(null, permission, (answer) => (isAllowed = answer), { requestingUrl, mediaTypes });
    return isAllowed;
  }
}
