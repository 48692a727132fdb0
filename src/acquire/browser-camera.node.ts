import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';
import { contentPolicy } from '#domain/content-policy.ts';
import {
  FEED_CLOSED,
  FEED_PATH,
  FEED_READY,
  FEED_TROUBLES,
  FEED_WITHOUT_CAMERA,
  OWN_HOSTS,
  type FeedQuestion,
} from '#domain/frame-feed.ts';
import type { Camera, CameraFrame, CameraHealth } from './camera.ts';
import type { RgbPicture } from './frame-look.ts';
import { LiveFrames, type LiveFramesOptions } from './live-frames.node.ts';
import { openFeedPage } from './source-address.ts';
import { sharp } from './sharp-limits.node.ts';

export interface BrowserCameraOptions extends Omit<LiveFramesOptions, 'capacity'> {
  /** At 127.0.0.1, for the page and its pictures. */
  readonly port: number;
  /** Of the pictures that are asked for, px; null: the largest that the camera gives. */
  readonly size: readonly [number, number] | null;
  /** Folder of the built screens, of which one is the page. */
  readonly uiDir?: string;
}

const HOST = '127.0.0.1';
/** From one picture to the next, ms: a dead camera is told within two seconds, and half a core is left. */
const PERIOD_MS = 300;
/** A window that goes, for it is loaded anew, may come back within this before the camera is lost. */
const GONE_MS = 1200;
/** Before the first window comes: a person has to open it. */
const FIRST_GONE_MS = 10_000;
/** A person has to find the address and allow the camera. */
const FIRST_WAIT_MS = 120_000;
/** A window that owes a picture for so long has hung. */
const HUNG_MS = 6000;
/** A port that is taken is tried again. */
const LISTEN_AGAIN_MS = 2000;
/** Browsers give pictures up to 7680 x 4320; decoded that is 100 MB, and some of them lie in memory at a time. */
const MOST_PIXELS = 7680 * 4320;
/** A byte a pixel: a JPEG at full quality of what a sensor gives has less. */
const MOST_BYTES = MOST_PIXELS;
/** Windows beside the one that gives pictures are turned away; a flood of them is not even heard. */
const MOST_SOCKETS = 32;

/** A camera of a browser on this machine: a window (the station's own, or the page that this serves) is asked for one
 *  JPEG picture after another. Nothing but this machine reaches it, and no page but one of this machine. */
export class BrowserCamera implements Camera {
  readonly name: string;
  readonly kind = 'live';
  readonly firstWaitMs = FIRST_WAIT_MS;
  readonly #options: BrowserCameraOptions;
  readonly #frames: LiveFrames;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES, clientTracking: true });
  readonly #server = createServer((request, response) => void this.#servePage(request, response));
  readonly #timers = new Set<NodeJS.Timeout>();
  #window: WebSocket | null = null;
  #hasStarted = false;
  #isClosed = false;
  #why = '';
  #gone: NodeJS.Timeout | null = null;

  constructor(options: BrowserCameraOptions) {
    this.name = options.name;
    this.#options = options;
    this.#frames = new LiveFrames(options);
    this.#server.maxConnections = MOST_SOCKETS;
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#admit(request, socket, head),
    );
    this.#server.on('error', (cause) => this.#listenLater(cause));
    this.#server.on('listening', () => {
      // Closed while the port was being taken.
      if (this.#isClosed) this.#server.close();
      else this.#lostAfter(FIRST_GONE_MS);
    });
  }

  start(): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#listen();
  }

  next({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<CameraFrame | null> {
    return this.#frames.next(signal);
  }

  health(): CameraHealth {
    return this.#frames.health();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#frames.end();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listen(): void {
    this.#server.listen(this.#options.port, HOST);
  }

  #listenLater(cause: Error): void {
    const { port } = this.#options;
    const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
    this.#frames.watch.noteLost(
      isTaken
        ? `port ${port} is in use: name another, browser:PORT`
        : `cannot listen on port ${port}: ${cause.message}`,
    );
    this.#later(LISTEN_AGAIN_MS, () => this.#listen());
  }

  /** The only window that gives pictures is lost when none comes in its place. */
  #lostAfter(ms: number): void {
    this.#gone ??= this.#later(ms, () => {
      this.#gone = null;
      this.#noteLost();
    });
  }

  #noteLost(): void {
    const open = openFeedPage(this.#options.port);
    this.#frames.watch.noteLost([this.#why, `no window gives pictures: ${open}`].filter(Boolean).join('; '));
  }

  #later(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isClosed) work();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #cancel(timer: NodeJS.Timeout | null): null {
    if (timer === null) return null;
    clearTimeout(timer);
    this.#timers.delete(timer);
    return null;
  }

  #admit(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (this.#isClosed || request.url !== FEED_PATH || !isOfThisMachine(request, this.#options.port)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (window) => this.#welcome(window));
  }

  #welcome(window: WebSocket): void {
    window.on('error', () => window.terminate());
    window.on('close', (code, reason) => {
      if (code !== FEED_WITHOUT_CAMERA || this.#window) return;
      this.#why = troubleOf(reason.toString());
      // No wait for another window runs: it is lost already.
      if (!this.#gone && !this.#isClosed) this.#noteLost();
    });
    if (this.#window) {
      window.close(FEED_CLOSED.taken, 'another window gives the pictures');
      return;
    }
    say(window, { kind: 'hello', size: this.#options.size });
    // Its browser asks a person first; meanwhile another may be quicker.
    window.once('message', (bytes: Buffer, isBinary) => {
      if (isBinary || bytes.toString() !== FEED_READY) window.close(FEED_CLOSED.notAPicture, 'not ready');
      else if (this.#window) window.close(FEED_CLOSED.taken, 'another window gives the pictures');
      else this.#takeFrom(window);
    });
  }

  #takeFrom(window: WebSocket): void {
    this.#window = window;
    this.#why = '';
    this.#gone = this.#cancel(this.#gone);
    let owed: NodeJS.Timeout | null = null;
    let askedMs = 0;
    const ask = () => {
      if (window.readyState !== window.OPEN) return;
      askedMs = this.#options.clock.monotonicMs();
      owed = this.#later(HUNG_MS, () => window.terminate());
      say(window, { kind: 'picture' });
    };
    window.on('message', (bytes: Buffer, isBinary) => {
      // Unasked for: another program's words.
      if (owed === null || !isBinary) return window.close(FEED_CLOSED.notAPicture, 'one picture for each question');
      owed = this.#cancel(owed);
      decode(bytes).then(
        (picture) => {
          if (this.#isClosed) return;
          this.#frames.take(picture);
          this.#later(Math.max(0, askedMs + PERIOD_MS - this.#options.clock.monotonicMs()), ask);
        },
        () => {
          this.#why = 'the window gave no JPEG picture that can be read';
          window.close(FEED_CLOSED.notAPicture, 'no picture');
        },
      );
    });
    window.on('close', (code, reason) => {
      owed = this.#cancel(owed);
      this.#window = null;
      if (code === FEED_WITHOUT_CAMERA) this.#why = troubleOf(reason.toString());
      if (!this.#isClosed) this.#lostAfter(GONE_MS);
    });
    ask();
  }

  /** The page, its scripts, words and fonts; nothing else of the folder. */
  async #servePage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { port, uiDir = BUILT_SCREENS } = this.#options;
    const path = request.url === '/' ? PAGE : (/^\/(assets\/[\w.-]+)$/.exec(request.url ?? '')?.[1] ?? null);
    const type = path === null ? undefined : TYPES[extname(path)];
    if (request.method !== 'GET' || path === null || type === undefined || !isOfThisMachine(request, port)) {
      response.writeHead(404, HEADERS).end();
      return;
    }
    const file = join(uiDir, path);
    const found = await stat(file).catch(() => null);
    if (!found) {
      response
        .writeHead(404, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' })
        .end('The screens are not built: run npm start, which builds them.');
      return;
    }
    response.writeHead(200, { ...HEADERS, 'content-type': type, 'cache-control': 'no-cache' });
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  }
}

const BUILT_SCREENS = fileURLToPath(new URL('../../dist/ui/', import.meta.url));
const PAGE = 'camera.html';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};
const HEADERS = {
  'content-security-policy': contentPolicy(),
  'permissions-policy': 'camera=(self)',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

function troubleOf(reason: string): string {
  const known = Object.entries(FEED_TROUBLES).find(([trouble]) => trouble === reason);
  return known ? `a window was there, but ${known[1]}` : '';
}

function say(window: WebSocket, question: FeedQuestion): void {
  window.send(JSON.stringify(question));
}

/** A page of another machine, or one whose name was made to resolve here (DNS rebinding), names itself in one of the two
 *  headers. */
function isOfThisMachine({ headers: { host, origin } }: IncomingMessage, port: number): boolean {
  const isNamed = host !== undefined && OWN_HOSTS.some((name) => host.toLowerCase() === `${name}:${port}`);
  if (!isNamed) return false;
  if (origin === undefined) return true;
  return URL.canParse(origin) && OWN_HOSTS.includes(new URL(origin).hostname);
}

/** @throws where the bytes are no JPEG that can be read whole */
async function decode(bytes: Buffer): Promise<RgbPicture> {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error('no JPEG');
  const { data, info } = await sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error('no colours');
  return { widthPx: info.width, heightPx: info.height, rgb: data };
}
