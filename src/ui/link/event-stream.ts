import { API_PREFIX } from '#api/routes.ts';
import { eventSchema, type StationEvent } from '#api/events.ts';

export interface EventStreamOptions {
  /** http(s) origin of the station. */
  readonly origin: string;
  readonly onEvent: (event: StationEvent) => void;
  readonly onLink: (link: 'open' | 'lost') => void;
  readonly onNotUnderstood: (reason: string) => void;
  readonly connect?: (url: string) => WebSocket;
}

/** Waits between attempts, ms; the last repeats. */
const RETRY_MS = [250, 500, 1000, 2000];

/** Keeps one WebSocket to the station open until closed. The first event after each opening is `status`. */
export class EventStream {
  readonly #options: EventStreamOptions;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #attempts = 0;
  #isClosed = false;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#open();
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket?.close();
  }

  #open(): void {
    const url = `${this.#options.origin.replace(/^http/, 'ws')}${API_PREFIX}/events`;
    const socket = this.#options.connect?.(url) ?? new WebSocket(url);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#attempts = 0;
      this.#options.onLink('open');
    });
    socket.addEventListener('message', (message) => this.#read(message.data));
    socket.addEventListener('close', () => this.#lost(socket));
  }

  #read(data: unknown): void {
    const parsed = typeof data === 'string' ? eventSchema.safeParse(parseOrNull(data)) : null;
    if (parsed?.success) this.#options.onEvent(parsed.data);
    else this.#options.onNotUnderstood(parsed?.error?.message ?? 'not text');
  }

  #lost(socket: WebSocket): void {
    if (this.#isClosed || socket !== this.#socket) return;
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
