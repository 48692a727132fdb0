import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { restartLimit, type RestartLimit } from './restart-limit.ts';
import { StationWatch, type StationWatchOptions } from './station-watch.ts';

export interface StationProcessOptions {
  /** Starts the station; its first line on stdout that is an address is where it listens. */
  readonly spawn: () => ChildProcess;
  /** The station listens there; told again after each restart. */
  readonly onAddress: (url: string) => void;
  /** It ended too often: a person must come. */
  readonly onGivenUp: (reason: string) => void;
  readonly log: (line: string) => void;
  readonly nowMs: () => number;
  readonly limit?: RestartLimit;
  /** Whether the station at an address answers; without it only an exit is seen. */
  readonly ask?: StationWatchOptions['ask'];
  readonly watch?: Pick<StationWatchOptions, 'everyMs' | 'patienceMs' | 'misses'>;
}

/** A station that ends by itself within this time after SIGTERM is not killed, ms. */
const GRACE_MS = 10_000;
const ADDRESS = /^(https?:\/\/\S+)$/;

/** Keeps one station process running until closed. */
export class StationProcess {
  readonly #options: StationProcessOptions;
  readonly #limit: RestartLimit;
  readonly #watch: StationWatch | null;
  #child: ChildProcess | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: StationProcessOptions) {
    this.#options = options;
    this.#limit = options.limit ?? restartLimit();
    const { ask, log, watch } = options;
    // It does not hear SIGTERM when it hangs.
    this.#watch = ask ? new StationWatch({ ...watch, ask, log, onHang: () => this.#child?.kill('SIGKILL') }) : null;
    this.#start();
  }

  /** Ends the station in good order; kills it when it does not. Safe to call twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #start(): void {
    const child = this.#options.spawn();
    this.#child = child;
    let hasAddress = false;
    let hasEnded = false;
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const address = ADDRESS.exec(line.trim())?.[1];
        if (address !== undefined && !hasAddress) {
          hasAddress = true;
          this.#options.onAddress(address);
          this.#watch?.watch(address);
        } else this.#options.log(line);
      });
    if (child.stderr) createInterface({ input: child.stderr }).on('line', (line) => this.#options.log(line));
    // A process that cannot be started tells `error` and no `exit`; one that was, both at times.
    const ended = (reason: string) => {
      if (hasEnded) return;
      hasEnded = true;
      this.#ended(reason);
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal === null ? `exit code ${code}` : `signal ${signal}`));
  }

  #ended(reason: string): void {
    this.#child = null;
    this.#watch?.stop();
    if (this.#closing) return;
    const waitMs = this.#limit.next(this.#options.nowMs());
    if (waitMs === null) {
      this.#options.onGivenUp(reason);
      return;
    }
    this.#options.log(`station ended (${reason}); starting it again in ${waitMs} ms`);
    this.#timer = setTimeout(() => this.#start(), waitMs);
  }

  async #end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#watch?.stop();
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((done) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      const over = () => {
        clearTimeout(timer);
        done();
      };
      child.once('exit', over);
      child.once('error', over);
      child.kill('SIGTERM');
    });
  }
}
