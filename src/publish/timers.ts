/** Delays as an argument, so that tests move time themselves. */
export interface Timers {
  /** @returns a function that takes the call back */
  after(delayMs: number, call: () => void): () => void;
}

/** Calls again every `periodMs` until the returned function is called. */
export function every(timers: Timers, periodMs: number, call: () => void): () => void {
  let stop = () => undefined as void;
  const next = () => {
    stop = timers.after(periodMs, () => {
      next();
      call();
    });
  };
  next();
  return () => stop();
}
