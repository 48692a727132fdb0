import {
  FEED_CLOSED,
  FEED_PATH,
  FEED_READY,
  FEED_WITHOUT_CAMERA,
  feedQuestion,
  type FeedQuestion,
  type FeedTrouble,
} from '#domain/frame-feed.ts';
import { WindowCamera, type HeldLook } from './window-camera.ts';

/** `away`: the station's camera does not listen. `taken`: another window gives the pictures. */
export type GiverState = 'asking' | 'giving' | 'away' | 'taken' | FeedTrouble;

export interface Giving {
  readonly state: GiverState;
  /** Cameras of this browser, by the names that it tells. */
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: string | null;
  readonly stream: MediaStream | null;
  readonly size: { readonly widthPx: number; readonly heightPx: number } | null;
  /** What the camera no longer changes by itself; null: not settled yet. */
  readonly held: readonly HeldLook[] | null;
}

const NOTHING: Giving = { state: 'asking', cameras: [], chosen: null, stream: null, size: null, held: null };
/** From one try to the next, ms. */
const AGAIN_MS = 1000;
const CAMERA_KEY = 'kerf.camera';

/** Gives the pictures of this window's camera to the camera `browser:` of a station or command on this machine, for as
 *  long as it is not stopped: it comes back by itself after either goes away. */
export class FrameGiver {
  readonly #listeners = new Set<() => void>();
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  #giving = NOTHING;
  #address: string | null = null;
  #socket: WebSocket | null = null;
  #camera: WindowCamera | null = null;
  #again: ReturnType<typeof setTimeout> | null = null;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): Giving => this.#giving;

  /** @param host of the camera's listener, with its port */
  start(host: string): void {
    this.stop();
    this.#address = `ws://${host}${FEED_PATH}`;
    this.#connect();
  }

  stop(): void {
    this.#address = null;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
    this.#leave();
    this.#say(NOTHING);
  }

  /** Another camera of this browser, from now on and when this window opens again. */
  choose(id: string): void {
    this.#storage.setItem(CAMERA_KEY, id);
    this.#say({ state: 'asking' });
    this.#socket?.close();
  }

  /** Lets the camera find its light, colours and focus anew, then holds them. */
  settle(): void {
    this.#say({ held: null });
    void this.#camera?.settle();
  }

  #connect(): void {
    if (this.#address === null) return;
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    let hasAnswered = false;
    socket.addEventListener('message', ({ data }) => {
      hasAnswered = true;
      const question = readQuestion(data);
      if (question?.kind === 'hello') void this.#open(socket, question.size);
      else if (question?.kind === 'picture') void this.#answer(socket);
      else socket.close();
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket !== this.#socket) return;
      this.#leave();
      if (code === FEED_CLOSED.taken) this.#say({ state: 'taken' });
      else if (!hasAnswered || this.#giving.state === 'giving') this.#say({ state: 'away' });
      this.#again = setTimeout(() => this.#connect(), AGAIN_MS);
    });
  }

  async #open(socket: WebSocket, size: readonly [number, number] | null): Promise<void> {
    const opened = await WindowCamera.open(this.#storage.getItem(CAMERA_KEY), size);
    if (socket !== this.#socket || socket.readyState !== socket.OPEN) {
      if (typeof opened !== 'string') opened.close();
      return;
    }
    if (typeof opened === 'string') {
      this.#say({ state: opened, stream: null, size: null });
      socket.close(FEED_WITHOUT_CAMERA, opened);
      return;
    }
    this.#camera = opened;
    opened.onEnded = () => {
      this.#say({ state: 'none' });
      socket.close(FEED_WITHOUT_CAMERA, 'none' satisfies FeedTrouble);
    };
    opened.onHeld = (held) => this.#say({ held });
    this.#say({ state: 'giving', stream: opened.stream, chosen: opened.id, cameras: await WindowCamera.list() });
    // Only a window that has a camera takes the place of the one that gives the pictures.
    if (socket.readyState === socket.OPEN) socket.send(FEED_READY);
  }

  async #answer(socket: WebSocket): Promise<void> {
    const taken = await this.#camera?.takeJpeg().catch(() => null);
    // A camera that gives none now owes it; the station waits some seconds, then this window begins anew.
    if (!taken || socket.readyState !== socket.OPEN) return;
    const { jpeg, widthPx, heightPx } = taken;
    socket.send(jpeg);
    const { size } = this.#giving;
    if (size?.widthPx !== widthPx || size.heightPx !== heightPx) this.#say({ size: { widthPx, heightPx } });
  }

  #leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#camera?.close();
    this.#camera = null;
    this.#say({ stream: null, size: null, held: null });
  }

  #say(news: Partial<Giving>): void {
    this.#giving = { ...this.#giving, ...news };
    for (const listener of this.#listeners) listener();
  }
}

function readQuestion(data: unknown): FeedQuestion | null {
  try {
    return feedQuestion.parse(JSON.parse(String(data)));
  } catch {
    return null;
  }
}
