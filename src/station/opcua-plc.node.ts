import { fork, type ChildProcess } from 'node:child_process';
import { KerfError } from '#domain/kerf-error.ts';
import type { BankSessionOptions } from '#publish/bank-session.node.ts';
import { isLoopback, type Login } from '#publish/broker.node.ts';
import type { OpcuaServerOptions } from '#publish/opcua-server.node.ts';
import type { Timers } from '#publish/timers.ts';

export interface OpcuaPlcOptions extends Omit<BankSessionOptions, 'name' | 'random' | 'timers'> {
  readonly port: number;
  readonly listen: string;
  /** Needed where `listen` is not this machine alone. */
  readonly login: Login | null;
  /** For the server's certificate and key. */
  readonly pkiDir: string;
  readonly timers: Timers;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** To the process, and from it. */
export type OpcuaWish =
  | {
      readonly kind: 'open';
      readonly bank: Omit<BankSessionOptions, 'name' | 'timers' | 'random' | 'onError'>;
      readonly server: Omit<OpcuaServerOptions, 'bank'>;
    }
  | { readonly kind: 'close' };
export type OpcuaNews =
  | { readonly kind: 'listening'; readonly port: number }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly details: KerfError['details'];
    }
  | { readonly kind: 'error'; readonly reason: string };

/** Waits before the process is started again: doubled each time, from the first to the last. */
const FIRST_WAIT_MS = 1000;
const LAST_WAIT_MS = 30_000;
const START_LIMIT_MS = 60_000;
/** A process that is asked to end gets so long before it is killed. */
const KILL_MS = 3000;
/** All that the process sees of this one's environment: secrets that stand there stay here. */
const PASSED_ON = ['PATH', 'TMPDIR', 'TEMP', 'SystemRoot'];

/** A PLC that speaks OPC UA, as one that speaks MQTT: the handshake's bank behind an OPC UA server, both in a process of
 *  their own, which is one more client of the broker. The process that releases jobs loads none of it and outlives it. */
export class OpcuaPlc {
  readonly #options: OpcuaPlcOptions;
  #child: ChildProcess | null = null;
  #port = 0;
  #waitMs = FIRST_WAIT_MS;
  #stopWaiting: (() => void) | null = null;
  #closing: Promise<void> | null = null;

  private constructor(options: OpcuaPlcOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** @throws KerfError PUBLISH_OPEN_OPCUA_REFUSED, PUBLISH_OPCUA_CANNOT_LISTEN */
  static async open(options: OpcuaPlcOptions): Promise<OpcuaPlc> {
    const { listen, login } = options;
    if (!isLoopback(listen) && login === null)
      throw new KerfError(
        'PUBLISH_OPEN_OPCUA_REFUSED',
        `OPC UA would listen on ${listen} with nobody asked for a password. Say where name and password stand (opcua.userFrom and opcua.passwordFrom in settings.json), or leave opcua.listen at 127.0.0.1.`,
        { details: { listen } },
      );
    const plc = new OpcuaPlc(options);
    await plc.#start();
    return plc;
  }

  get port(): number {
    return this.#port;
  }
  /** Of the process; undefined while it is started again. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#stopWaiting?.();
    const child = this.#child;
    if (!child) return;
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    const late = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
    this.#tell(child, { kind: 'close' });
    await exited;
    clearTimeout(late);
  }

  /** Resolves when it listens. */
  #start(): Promise<void> {
    const { listen, login, pkiDir, environment, onError } = this.#options;
    const { url, user, password, version, tls, site, station, reconnectMs, repeatMs } = this.#options;
    const bank = { url, user, password, version, tls, site, station, reconnectMs, repeatMs };
    const env = Object.fromEntries(Object.entries(environment).filter(([name]) => PASSED_ON.includes(name)));
    const child = fork(new URL('./opcua.worker.node.ts', import.meta.url), {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env,
    });
    this.#child = child;
    this.#tell(child, { kind: 'open', bank, server: { port: this.#port, listen, login, pkiDir } });
    return new Promise((resolve, reject) => {
      let isOpen = false;
      const late = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
      child.on('message', (news: OpcuaNews) => {
        if (news.kind === 'error') return onError(new Error(news.reason));
        if (news.kind === 'refused')
          return reject(new KerfError(news.code, news.message, { fault: 'device', details: news.details }));
        isOpen = true;
        clearTimeout(late);
        this.#port = news.port;
        this.#waitMs = FIRST_WAIT_MS;
        resolve();
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        this.#child = null;
        const cause = new KerfError(
          'PUBLISH_OPCUA_ENDED',
          `The OPC UA server's process ended (${signal ?? String(code)}). It is started again; report it with the station's log.`,
          { fault: 'device' },
        );
        reject(cause);
        if (!isOpen || this.#closing) return;
        onError(cause);
        this.#startLater();
      });
    });
  }

  #startLater(): void {
    if (this.#closing) return;
    this.#stopWaiting = this.#options.timers.after(this.#waitMs, () => {
      this.#waitMs = Math.min(2 * this.#waitMs, LAST_WAIT_MS);
      this.#start().catch((cause: unknown) => {
        this.#options.onError(cause);
        this.#startLater();
      });
    });
  }

  #tell(child: ChildProcess, wish: OpcuaWish): void {
    // Gone: `exit` says so.
    child.send(wish, () => undefined);
  }
}
