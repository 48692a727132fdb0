import { API_PREFIX } from '#api/routes.ts';
import { eventSchema, statusVersion, type StationEvent } from '#api/events.ts';

export interface EventStreamOptions {
  /** http(s) origin of the station. */
  readonly origin: string;
  readonly onEvent: (event: StationEvent) => void;
  readonly onLink: (link: 'open' | 'lost') => void;
  readonly onNotUnderstood: (reason: string) => void;
  /** The version of the station, of each status; before the status itself, which a page of another version may not
   *  understand. */
  readonly onVersion?: (version: string) => void;
  readonly connect?: (url: string) => WebSocket;
}

/** Waits between attempts, ms; the last repeats. */
const RETRY_MS = [250, 500, 1000, 2000];

/** The station says its status every 2 s: after so many seconds without a word it hangs, or a cable is out; neither
 *  closes a socket. Seconds are counted one by one, so that a page that was itself busy or asleep takes nothing amiss. */
const MOST_SILENT_SECONDS = 6;

/** Keeps one WebSocket to the station open until closed. The first event after each opening is `status`. */
export class EventStream {
  readonly #options: EventStreamOptions;
  readonly #watch: ReturnType<typeof setInterval>;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #attempts = 0;
  #silentSeconds = 0;
  #isClosed = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#watch = setInterval(() => this.#listen(), 1000);
    this.#open();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#socket?.close();
  }

  #open(): void {
    const url = `${this.#options.origin.replace(/^http/, 'ws')}${API_PREFIX}/events`;
    const socket = this.#options.connect?.(url) ?? new WebSocket(url);
    this.#socket = socket;
    this.#silentSeconds = 0;
    const isOwn = () => socket === this.#socket && !this.#isClosed;
    socket.addEventListener('open', () => {
      if (!isOwn()) return;
      this.#attempts = 0;
      this.#options.onLink('open');
    });
    socket.addEventListener('message', (message) => isOwn() && this.#read(message.data));
    socket.addEventListener('close', () => isOwn() && this.#lost());
  }

  #read(data: unknown): void {
    this.#silentSeconds = 0;
    const json = typeof data === 'string' ? parseOrNull(data) : null;
    const version = statusVersion.safeParse(json);
    if (version.success) this.#options.onVersion?.(version.data);
    const parsed = eventSchema.safeParse(json);
    if (parsed.success) this.#options.onEvent(parsed.data);
    else this.#options.onNotUnderstood(parsed.error.message);
  }

  #listen(): void {
    if (this.#socket === null) return;
    this.#silentSeconds += 1;
    if (this.#silentSeconds < MOST_SILENT_SECONDS) return;
    const silent = this.#socket;
    this.#lost();
    // Its own end may take the browser a minute.
    silent.close();
  }

  #lost(): void {
    this.#socket = null;
    this.#options.onLink('lost');
    const wait = RETRY_MS[Math.min(this.#attempts, RETRY_MS.length - 1)]!;
    this.#attempts += 1;
    this.#timer = setTimeout(() => this.#open(), wait);
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
