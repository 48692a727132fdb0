/** The second tap of a double tap comes sooner; a hand that has read what a button says now comes later, ms. */
export const SETTLE_MS = 600;

interface Standing {
  count: number;
  isSettled: boolean;
  timer: ReturnType<typeof setTimeout>;
}

/** Which buttons have stood on the screen for so long that a finger can mean them. Every rail puts its main button on the
 *  same pixels: a second tap, or one that was under way when an alarm came, must not do what the new button does. */
export class PressGuard {
  readonly #standing = new Map<string, Standing>();
  readonly #listeners = new Set<() => void>();

  /** Whether a button that does this may be pressed. */
  isSettled(action: string): boolean {
    return this.#standing.get(action)?.isSettled ?? false;
  }

  /** A button that does this stands there from now on; with one that does the same from when that one came.
   *  @returns a function for when it goes: another that does the same may take its place in the same breath */
  show(action: string): () => void {
    const standing = this.#standing.get(action) ?? this.#begin(action);
    standing.count += 1;
    return () => {
      standing.count -= 1;
      queueMicrotask(() => {
        if (standing.count > 0 || this.#standing.get(action) !== standing) return;
        clearTimeout(standing.timer);
        this.#standing.delete(action);
      });
    };
  }

  /** What lay over the buttons has gone: all stand there anew. */
  uncover(): void {
    for (const [action, standing] of this.#standing) {
      clearTimeout(standing.timer);
      standing.isSettled = false;
      standing.timer = this.#settleLater(action);
    }
    this.#tell();
  }

  /** @returns a function that ends the subscription */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #begin(action: string): Standing {
    const standing = { count: 0, isSettled: false, timer: this.#settleLater(action) };
    this.#standing.set(action, standing);
    return standing;
  }

  #settleLater(action: string): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      const standing = this.#standing.get(action);
      if (!standing) return;
      standing.isSettled = true;
      this.#tell();
    }, SETTLE_MS);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
