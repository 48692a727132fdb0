import type { Timers } from '#publish/timers.ts';

/** Time that passes when a test says so. */
export class ManualTimers implements Timers {
  #nowMs = 0;
  #calls: { readonly atMs: number; readonly call: () => void }[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, call: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, call };
    this.#calls.push(entry);
    return () => {
      this.#calls = this.#calls.filter((c) => c !== entry);
    };
  }

  /** Lets time pass; calls run in order, and promises between them. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = this.#calls.filter((c) => c.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#calls = this.#calls.filter((c) => c !== next);
      this.#nowMs = next.atMs;
      next.call();
      await settled();
    }
    this.#nowMs = untilMs;
    await settled();
  }
}

/** Lets promises run that wait for nothing outside. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}
