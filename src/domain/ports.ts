/** What libraries take as arguments instead of reaching for it (docs/style.md, "Time and chance"). */

export interface Clock {
  /** Wall time, UTC ISO 8601. */
  now(): string;
  /** Milliseconds that only ever grow; for durations. */
  monotonicMs(): number;
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Events come from a fixed list per room; fields are ids and numbers, never payloads, pictures or secrets. */
export interface Logger {
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Long work tells how far it is: `done` of `total` units of `what`. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}
export type OnProgress = (progress: Progress) => void;
