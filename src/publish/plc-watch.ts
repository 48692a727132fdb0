import type { Timers } from './timers.ts';

export const HEARTBEAT_PERIOD_MS = 2000;
/** Three heartbeats missed: the other side is gone. */
export const SILENCE_MS = 6000;

export type PlcMode = 'auto' | 'manual' | 'fault' | 'unknown';
export interface PlcState {
  readonly isConnected: boolean;
  readonly mode: PlcMode;
}

/** Watches the PLC's heartbeat: n must change within 6 s. Tells every change once, silence from the start too. */
export class PlcWatch {
  readonly #timers: Timers;
  readonly #onChange: (state: PlcState) => void;
  #state: PlcState = { isConnected: false, mode: 'unknown' };
  /** Kept over silence: the same beat again is no sign of life. */
  #last: { readonly n: number; readonly mode: PlcMode } | null = null;
  #stop: () => void;

  constructor(timers: Timers, onChange: (state: PlcState) => void) {
    this.#timers = timers;
    this.#onChange = onChange;
    this.#stop = timers.after(SILENCE_MS, () => this.#silent());
  }

  get state(): PlcState {
    return this.#state;
  }

  heard(n: number, mode: PlcMode): void {
    if (n === this.#last?.n && mode === this.#last.mode) return;
    this.#last = { n, mode };
    this.#stop();
    this.#stop = this.#timers.after(SILENCE_MS, () => this.#silent());
    if (!this.#state.isConnected || mode !== this.#state.mode) this.#tell({ isConnected: true, mode });
  }

  close(): void {
    this.#stop();
  }

  #silent(): void {
    this.#tell({ isConnected: false, mode: 'unknown' });
  }

  #tell(state: PlcState): void {
    this.#state = state;
    this.#onChange(state);
  }
}
