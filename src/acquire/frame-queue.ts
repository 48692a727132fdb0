import type { CameraFrame } from './camera.ts';

/** Pictures that wait to be taken, at most `capacity`: the oldest go first when a live camera outruns its reader. */
export class FrameQueue {
  readonly #capacity: number;
  readonly #onDrop: (count: number) => void;
  readonly #frames: CameraFrame[] = [];
  #end: { readonly cause: unknown } | null = null;
  #wake: (() => void)[] = [];

  constructor(capacity: number, onDrop: (count: number) => void) {
    this.#capacity = capacity;
    this.#onDrop = onDrop;
  }

  push(frame: CameraFrame): void {
    if (this.#end) return;
    this.#frames.push(frame);
    if (this.#frames.length > this.#capacity) {
      this.#frames.shift();
      this.#onDrop(1);
    }
    this.#awaken();
  }

  /** No more will come; with a cause: because of it. */
  end(cause: unknown = null): void {
    this.#end ??= { cause };
    this.#awaken();
  }

  async next(signal: AbortSignal | undefined): Promise<CameraFrame | null> {
    for (;;) {
      signal?.throwIfAborted();
      const frame = this.#frames.shift();
      if (frame) return frame;
      if (this.#end?.cause) throw this.#end.cause;
      if (this.#end) return null;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.#wake.push(wake);
        signal?.addEventListener('abort', wake, { once: true });
      });
    }
  }

  #awaken(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
