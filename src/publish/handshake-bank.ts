import { z } from 'zod';
import { stationStates } from '#domain/job.ts';
import { heartbeatMessage, jobClosedMessage, jobRequestMessage, type JobAck } from '#domain/plc-messages.ts';
import {
  ackOf,
  FIRST_PLC_REGISTER,
  BANK_MODES,
  BANK_RESULTS,
  LAST_PLC_REGISTER,
  lastRegisters,
  REGISTER_COUNT,
  REGISTERS,
  stationRegisters,
  type BankShown,
  type ClosedJob,
} from './bank-registers.ts';
import { isFinalResult } from './plc-memory.ts';
import { readMessage } from './read-message.ts';
import { every, type Timers } from './timers.ts';
import { TOPICS } from './topics.ts';

export interface HandshakeBankOptions {
  readonly timers: Timers;
  /** Where the bank's words go as a PLC's; a message that is not said (no connection) is said again by `connected`. */
  readonly say: (topic: string, message: object, qos: 0 | 1) => void;
  readonly isConnected: () => boolean;
  /** A final result is said again until it is closed. Default 10 s. */
  readonly repeatMs?: number | undefined;
}

/** What the bank hears, below the station's prefix. */
export const BANK_TOPICS: readonly string[] = [
  ...[TOPICS.heartbeat, TOPICS.state, TOPICS.layout],
  ...[TOPICS.jobReleased, TOPICS.jobRequest, TOPICS.jobClosed],
];

/** A PLC may write its heartbeat with every cycle; the contract wants one in two seconds. */
const BEAT_MS = 1000;
const HEARTBEAT_CYCLE = 32768;
const RESULT_OF_WISH = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;
const idAndSeq = z.object({ id: z.string(), seq: z.int().positive() });
const released = idAndSeq.extend({ pieceCount: z.int().nonnegative() });
const stateSchema = z.object({ s: z.enum(stationStates), job: z.string(), seq: z.int().nonnegative() });

/** The handshake as values that stand until they change, for controllers that read and write instead of hearing and
 *  saying: 19 of them (docs/plc/modbus.md), whatever door they are read through. On its other side it is a PLC of the
 *  contract like any other, so the station's rules hold for all doors. */
export class HandshakeBank {
  readonly #options: HandshakeBankOptions;
  readonly #plc = new Array<number>(REGISTER_COUNT).fill(0);
  readonly #stops: (() => void)[];
  #shown: BankShown = {
    heartbeat: 0,
    state: null,
    job: null,
    isReleased: false,
    request: 'none',
    isClosed: false,
    lastClosed: null,
  };
  /** As it stood when the PLC wrote `ackResult`; what it writes before that is not an answer yet. */
  #ack: JobAck | null = null;
  #isTaken = false;
  #beatSent = -1;

  constructor(options: HandshakeBankOptions) {
    this.#options = options;
    this.#stops = [
      every(options.timers, BEAT_MS, () => this.#beat()),
      every(options.timers, options.repeatMs ?? 10_000, () => {
        const ack = this.#ack;
        // A job that was taken cannot be rejected any more: then it is a wish that was.
        const isEnd = ack !== null && isFinalResult(ack.result) && !(ack.result === 'rejected' && this.#isTaken);
        if (isEnd && !this.#shown.isClosed) this.#say(ack);
      }),
    ];
  }

  /** All of them, as a PLC reads them. */
  get registers(): readonly number[] {
    return [
      ...stationRegisters(this.#shown),
      ...this.#plc.slice(FIRST_PLC_REGISTER, LAST_PLC_REGISTER + 1),
      ...lastRegisters(this.#shown),
    ];
  }
  /** The job that is shown; null: none. */
  get job(): BankShown['job'] {
    return this.#shown.job;
  }
  /** Null: none since this process began. */
  get lastClosed(): ClosedJob | null {
    return this.#shown.lastClosed;
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Writes PLC values from `address` on, all or none.
   *  @returns why not: `notYours`, what the station shows; `unknownValue`, a mode or result that is none; null: written */
  write(address: number, values: readonly number[]): 'notYours' | 'unknownValue' | null {
    if (address < FIRST_PLC_REGISTER || address + values.length > LAST_PLC_REGISTER + 1) return 'notYours';
    const next = [...this.#plc];
    for (const [i, value] of values.entries()) next[address + i] = value;
    const isKnown =
      (next[REGISTERS.plcMode] ?? 0) < BANK_MODES.length && (next[REGISTERS.ackResult] ?? 0) < BANK_RESULTS.length;
    if (!isKnown) return 'unknownValue';
    const isModeNew = next[REGISTERS.plcMode] !== this.#plc[REGISTERS.plcMode];
    this.#plc.splice(0, REGISTER_COUNT, ...next);
    if (isModeNew) this.#beat();
    if (address + values.length > REGISTERS.ackResult) this.#answered();
    return null;
  }

  /** The broker is there again: the last answer may not have come through. */
  connected(): void {
    this.#say(this.#ack);
  }

  hear(topic: string, payload: Uint8Array, isRetained: boolean): void {
    if (topic === TOPICS.state) return this.#showState(payload);
    if (topic === TOPICS.layout) return this.#showPieces(payload);
    if (isRetained) return;
    const shown = this.#shown;
    if (topic === TOPICS.heartbeat) {
      const beat = readMessage(heartbeatMessage.loose(), payload);
      if (beat) this.#shown = { ...shown, heartbeat: beat.n };
    } else if (topic === TOPICS.jobReleased) {
      const job = readMessage(released, payload);
      if (!job) return;
      const isAnswered = this.#ack?.id === job.id && this.#ack.seq === job.seq;
      const isNew = shown.job?.id !== job.id || shown.job.seq !== job.seq;
      this.#shown = {
        ...shown,
        job,
        isReleased: !isAnswered,
        ...(isNew ? { request: 'none', isClosed: false } : {}),
      };
      if (isNew) this.#isTaken = false;
      // Sent again: the answer did not arrive.
      if (isAnswered) this.#say(this.#ack);
    } else if (topic === TOPICS.jobRequest) {
      const request = readMessage(jobRequestMessage.loose(), payload);
      if (request && request.id === shown.job?.id) this.#shown = { ...shown, request: request.req };
    } else if (topic === TOPICS.jobClosed) {
      const closed = readMessage(jobClosedMessage.loose(), payload);
      if (!closed) return;
      const { id, seq, result } = closed;
      // A job that the PLC still answers for may have made room for the next one here.
      this.#shown = { ...shown, lastClosed: { id, seq, result } };
      if (id === shown.job?.id && seq === shown.job.seq)
        this.#shown = { ...this.#shown, isClosed: true, isReleased: false, request: 'none' };
    }
  }

  #answered(): void {
    const ack = ackOf(this.#plc, this.#shown.job);
    const said = this.#ack;
    this.#ack = ack;
    if (!ack) return;
    const isSame =
      said?.id === ack.id && said.result === ack.result && said.code === ack.code && said.cutCount === ack.cutCount;
    const { request } = this.#shown;
    const endsWish = request !== 'none' && (isFinalResult(ack.result) || ack.result === RESULT_OF_WISH[request]);
    this.#isTaken ||= !isFinalResult(ack.result);
    this.#shown = { ...this.#shown, isReleased: false, request: endsWish ? 'none' : request };
    // A PLC may write with every cycle; only what is new, or answers a wish, is said.
    if (!isSame || endsWish) this.#say(ack);
  }

  /** The job of the state is taken up where this process has begun anew: then a PLC still answers for it. */
  #showState(payload: Uint8Array): void {
    const state = readMessage(stateSchema, payload);
    if (!state) return;
    const { job } = this.#shown;
    const isSame = job?.id === state.job && job.seq === state.seq;
    this.#shown = { ...this.#shown, state: state.s };
    if (isSame || state.job === '' || state.seq === 0) return;
    this.#isTaken = false;
    this.#shown = {
      ...this.#shown,
      job: { id: state.job, seq: state.seq, pieceCount: 0 },
      ...{ isReleased: false, request: 'none', isClosed: false },
    };
    this.#answered();
  }

  #showPieces(payload: Uint8Array): void {
    const layout = readMessage(z.object({ job: z.string(), pieceCount: z.int().nonnegative() }), payload);
    const { job } = this.#shown;
    if (layout && job && job.id === layout.job)
      this.#shown = { ...this.#shown, job: { ...job, pieceCount: layout.pieceCount } };
  }

  #beat(): void {
    const n = (this.#plc[REGISTERS.plcHeartbeat] ?? 0) % HEARTBEAT_CYCLE;
    const mode = BANK_MODES[this.#plc[REGISTERS.plcMode] ?? 0] ?? 'unknown';
    const key = n * BANK_MODES.length + BANK_MODES.indexOf(mode);
    if (mode === 'unknown' || key === this.#beatSent || !this.#options.isConnected()) return;
    this.#beatSent = key;
    this.#options.say(TOPICS.plcHeartbeat, { n, mode }, 0);
  }

  #say(ack: JobAck | null): void {
    if (ack) this.#options.say(TOPICS.jobAck, ack, 1);
  }
}
