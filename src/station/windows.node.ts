import type { StationEvent } from '#api/events.ts';
import type { StatusView } from '#api/views.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { every, type Timers } from '#publish/timers.ts';
import { LookedAt } from './looked-at.ts';
import type { StationMessage } from './station-options.node.ts';

/** Windows get states no faster than people can see them. */
const STATUS_PERIOD_MS = 100;
/** A status though nothing has changed: a window that hears none of three knows that the station, or the cable to it, is
 *  gone (#ui/link/event-stream.ts). */
const BEAT_MS = 2000;

/** Who looks at the station: windows, and code that waits for something to become so. */
export class Windows {
  readonly #timers: Timers;
  readonly #status: () => StatusView;
  readonly #listeners = new Set<(message: StationMessage) => void>();
  readonly #waiters = new Set<() => void>();
  readonly #lookedAt = new LookedAt();
  #stopStatus: (() => void) | null = null;
  #stopBeat: (() => void) | null = null;
  #isClosed = false;

  constructor(timers: Timers, status: () => StatusView) {
    this.#timers = timers;
    this.#status = status;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: (message: StationMessage) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#isClosed)
      this.#stopBeat ??= every(this.#timers, BEAT_MS, () => this.tell({ kind: 'status', status: this.#status() }));
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#endBeat();
    };
  }

  #endBeat(): void {
    this.#stopBeat?.();
    this.#stopBeat = null;
  }

  /** Resolves once `isSo` holds; looked at after every change. @throws KerfError STATION_CLOSED */
  async until(isSo: () => boolean, signal?: AbortSignal): Promise<void> {
    while (!isSo()) {
      signal?.throwIfAborted();
      if (this.#isClosed) throw new KerfError('STATION_CLOSED', 'The station was closed.', { fault: 'device' });
      await new Promise<void>((wake) => {
        const done = () => {
          this.#waiters.delete(done);
          signal?.removeEventListener('abort', done);
          wake();
        };
        this.#waiters.add(done);
        signal?.addEventListener('abort', done, { once: true });
      });
    }
  }

  /** Wakes who waits, and tells windows the status soon: at most ten times a second. */
  changed(): void {
    for (const wake of [...this.#waiters]) wake();
    if (this.#isClosed || this.#stopStatus || this.#listeners.size === 0) return;
    this.#stopStatus = this.#timers.after(STATUS_PERIOD_MS, () => {
      this.#stopStatus = null;
      this.tell({ kind: 'status', status: this.#status() });
    });
  }

  /** What windows were told of the hide that this job looks at, for one that opens in the middle of it. */
  lookedAt(job: string | null): readonly StationEvent[] {
    return this.#lookedAt.of(job);
  }

  tell(event: StationEvent): void {
    this.#lookedAt.note(event);
    for (const listener of this.#listeners) listener({ event });
  }

  /** A layout event whose LayoutView was made JSON in another thread. */
  tellLayout(json: string): void {
    const message = { json: `{"kind":"layout","layout":${json}}` };
    for (const listener of this.#listeners) listener(message);
  }

  /** No status from here on; who waits hears that the station was closed. */
  close(): void {
    this.#isClosed = true;
    this.#stopStatus?.();
    this.#stopStatus = null;
    this.#endBeat();
    for (const wake of [...this.#waiters]) wake();
  }
  [Symbol.dispose](): void {
    this.close();
  }
}
