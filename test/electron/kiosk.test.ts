import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GIVEN_UP_EXIT, runKiosk } from '../../electron/kiosk.ts';
import { FakeElectron } from './fake-electron.ts';

const URL_A = 'http://127.0.0.1:8480';
const URL_B = 'http://127.0.0.1:9999';

let electron: FakeElectron;
let told: { onAddress: (url: string) => void; onGivenUp: (reason: string) => void };
let closed: number;
let nowMs: number;

beforeEach(() => {
  vi.useFakeTimers();
  electron = new FakeElectron();
  closed = 0;
  nowMs = 0;
});
afterEach(() => vi.useRealTimers());

async function start(isKiosk = true): Promise<void> {
  const running = runKiosk(electron.parts(), {
    startStation: (listeners) => {
      told = listeners;
      return {
        close: async () => {
          closed += 1;
        },
      };
    },
    preload: '/app/preload.cjs',
    isKiosk,
    isSupervised: false,
    log: () => undefined,
    nowMs: () => nowMs,
  });
  electron.ready();
  await running;
}

async function open() {
  await start();
  told.onAddress(URL_A);
  await vi.advanceTimersByTimeAsync(0);
  return electron.windows[0]!;
}

describe('an update on trial', () => {
  let restartKiosk: () => void;
  async function onTrial(isHandedOver: boolean, isSupervised = false) {
    const said: string[] = [];
    const running = runKiosk(electron.parts(), {
      startStation: (listeners) => {
        said.push('station started');
        told = listeners;
        return { close: async () => void said.push('station closed') };
      },
      takeUpdates: async (restart) => {
        restartKiosk = restart;
        said.push('updates taken');
        return {
          prove: () => void said.push('proved'),
          fail: async (why) => {
            said.push(why);
            return isHandedOver;
          },
          close: () => void said.push('closed'),
        };
      },
      ...{ preload: '/app/preload.cjs', isKiosk: true, isSupervised, log: () => undefined, nowMs: () => nowMs },
    });
    electron.ready();
    await running;
    return said;
  }

  it('is taken up before the station starts, and proves itself by its page, not by an error page', async () => {
    const said = await onTrial(true);
    expect(said).toEqual(['updates taken', 'station started']);
    told.onAddress(URL_A);
    await vi.advanceTimersByTimeAsync(0);
    expect(said.at(-1)).toBe('proved');
    said.length = 0;
    const { webContents } = electron.windows[0]!;
    webContents.url = 'chrome-error://chromewebdata/';
    webContents.emit('did-finish-load');
    expect(said).toEqual([]);
    electron.quit();
    expect(said).toEqual(['closed', 'station closed']);
  });

  it('hands over to the version before when its station gives up; without one the kiosk ends as ever', async () => {
    expect(await onTrial(true)).toHaveLength(2);
    told.onGivenUp('exit code 1');
    await vi.advanceTimersByTimeAsync(0);
    expect(electron.exitCode).toBeNull();
    const said = await onTrial(false);
    told.onGivenUp('exit code 1');
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toContainEqual(expect.stringMatching(/exit code 1.*too often/));
    expect(electron.exitCode).toBe(GIVEN_UP_EXIT);
  });

  it('that is rolled back starts the kiosk again, with the station before ended first', async () => {
    const said = await onTrial(true);
    restartKiosk();
    expect(electron.exitCode).toBeNull();
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(['updates taken', 'station started', 'closed', 'station closed']);
    expect([electron.isRelaunched, electron.exitCode]).toEqual([true, 0]);
  });

  it('that is rolled back under a unit leaves the start to the unit: what it started itself would be killed with it', async () => {
    await onTrial(true, true);
    restartKiosk();
    await vi.advanceTimersByTimeAsync(0);
    // Restart=on-failure takes 0 for an end that was wished.
    expect([electron.isRelaunched, electron.exitCode]).toEqual([false, GIVEN_UP_EXIT]);
  });

  it('is not touched by a second kiosk', async () => {
    electron.isFirst = false;
    expect(await onTrial(true)).toEqual([]);
  });
});

describe('the kiosk', () => {
  it('opens one window at the station’s address, once that is known', async () => {
    await start();
    expect(electron.windows).toHaveLength(0);
    told.onAddress(URL_A);
    expect(electron.windows[0]!.loads).toEqual([URL_A]);
    await vi.advanceTimersByTimeAsync(0);
    expect(electron.windows[0]!.isShown).toBe(true);
  });

  it('keeps the page from Node: isolation and sandbox on, everything else off', async () => {
    const { options } = await open();
    expect(options).toMatchObject({ kiosk: true, fullscreen: true });
    expect(options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      devTools: false,
      preload: '/app/preload.cjs',
    });
  });

  it('has no menu, and so none of the keys that reload, zoom or close; a developer’s window has', async () => {
    await start();
    expect(electron.hasMenu).toBe(false);
    electron = new FakeElectron();
    await start(false);
    expect(electron.hasMenu).toBe(true);
  });

  it('saves no file from the page', async () => {
    await open();
    let isPrevented = false;
    electron.downloadHandler!({ preventDefault: () => (isPrevented = true) });
    expect(isPrevented).toBe(true);
  });

  it('keeps the panel awake', async () => {
    await open();
    expect(electron.blockers).toEqual(['prevent-display-sleep']);
  });

  it('lets the second instance go and brings the first one’s window forward', async () => {
    const window = await open();
    electron.emit('second-instance');
    expect(window.focusCount).toBe(1);
    const second = new FakeElectron();
    second.isFirst = false;
    const startStation = vi.fn();
    await runKiosk(second.parts(), {
      startStation,
      preload: '',
      isKiosk: true,
      isSupervised: false,
      log: () => undefined,
      nowMs: () => 0,
    });
    expect(startStation).not.toHaveBeenCalled();
    expect(second.hasQuit).toBe(true);
  });

  it('refuses other sites, new windows and webviews, and lets the page move at home', async () => {
    const { webContents } = await open();
    expect(webContents.tryNavigation('will-navigate', `${URL_A}/orders`)).toBe(false);
    expect(webContents.tryNavigation('will-navigate', 'https://example.com/')).toBe(true);
    expect(webContents.tryNavigation('will-redirect', 'https://example.com/')).toBe(true);
    expect(webContents.tryNavigation('will-navigate', 'file:///etc/passwd')).toBe(true);
    expect(webContents.tryNavigation('will-navigate', 'http://127.0.0.1:8480.example.com/')).toBe(true);
    expect(webContents.tryNavigation('will-navigate', 'not an address')).toBe(true);
    expect(webContents.tryNavigation('will-attach-webview', URL_A)).toBe(true);
    expect(webContents.openHandler?.({ url: URL_A })).toEqual({ action: 'deny' });
  });

  it('gives the camera to its own page, and nothing else to anyone', async () => {
    await open();
    expect(electron.mayUseCamera('media', `${URL_A}/`, ['video'])).toBe(true);
    expect(electron.mayUseCamera('media', `${URL_A}/`, ['video', 'audio'])).toBe(false);
    expect(electron.mayUseCamera('media', `${URL_A}/`, [])).toBe(false);
    expect(electron.mayUseCamera('media', 'https://example.com/', ['video'])).toBe(false);
    expect(electron.mayUseCamera('geolocation', `${URL_A}/`, ['video'])).toBe(false);
    const check = electron.checkHandler!;
    expect(check(null, 'media', URL_A, { mediaType: 'video' })).toBe(true);
    expect(check(null, 'media', URL_A, { mediaType: 'audio' })).toBe(false);
    expect(check(null, 'media', '', { mediaType: 'video' })).toBe(false);
    expect(check(null, 'notifications', URL_A, { mediaType: 'video' })).toBe(false);
    expect(electron.deviceHandler?.()).toBe(false);
  });

  it('loads the page again when it could not be reached', async () => {
    const window = await open();
    window.isFailing = true;
    told.onAddress(URL_B);
    await vi.advanceTimersByTimeAsync(2500);
    window.isFailing = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(window.loads).toEqual([URL_A, URL_B, URL_B, URL_B, URL_B]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(window.loads).toHaveLength(5);
  });

  it('follows a station that came back at another address', async () => {
    const window = await open();
    told.onAddress(URL_B);
    expect(electron.windows).toHaveLength(1);
    expect(window.loads).toEqual([URL_A, URL_B]);
    expect(window.webContents.tryNavigation('will-navigate', `${URL_A}/`)).toBe(true);
    expect(window.webContents.tryNavigation('will-navigate', `${URL_B}/`)).toBe(false);
  });

  it('revives a crashed or hanging page, five times in a minute, then gives up', async () => {
    const window = await open();
    for (let i = 0; i < 4; i += 1) {
      window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
      await vi.advanceTimersByTimeAsync(9000);
    }
    window.emit('unresponsive');
    await vi.advanceTimersByTimeAsync(9000);
    expect(window.loads).toHaveLength(6);
    expect(electron.exitCode).toBeNull();
    window.webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 1 });
    await vi.advanceTimersByTimeAsync(0);
    // Nothing watches over a station that is left behind, and it keeps the port.
    expect(closed).toBe(1);
    expect(electron.exitCode).toBe(GIVEN_UP_EXIT);
  });

  it('forgets crashes after a quiet minute', async () => {
    const window = await open();
    for (let i = 0; i < 20; i += 1) {
      nowMs += 61_000;
      window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
      await vi.advanceTimersByTimeAsync(300);
    }
    expect(electron.exitCode).toBeNull();
  });

  it('gives up when the station does', async () => {
    await open();
    told.onGivenUp('exit code 2');
    await vi.advanceTimersByTimeAsync(0);
    expect(electron.exitCode).toBe(GIVEN_UP_EXIT);
  });

  it('ends the station in good order before it quits, once', async () => {
    await open();
    electron.quit();
    expect(electron.hasQuit).toBe(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(closed).toBe(1);
    expect(electron.hasQuit).toBe(true);
  });

  it('takes "quit" from its own page’s main frame alone, without arguments', async () => {
    await open();
    const quit = electron.handlers.get('kerf:quit')!;
    const frame = (url: string, parent: object | null = null) => ({ senderFrame: { url, parent } }) as never;
    expect(() => quit(frame('https://example.com/'))).toThrow('refused kerf:quit');
    expect(() => quit(frame(`${URL_A}/`, {}))).toThrow('refused');
    expect(() => quit({ senderFrame: null } as never)).toThrow('refused');
    expect(() => quit(frame(`${URL_A}/`), 'now')).toThrow('refused');
    expect(closed).toBe(0);
    quit(frame(`${URL_A}/`));
    await vi.advanceTimersByTimeAsync(0);
    expect(electron.hasQuit).toBe(true);
    expect([...electron.handlers.keys()]).toEqual(['kerf:quit']);
  });
});
