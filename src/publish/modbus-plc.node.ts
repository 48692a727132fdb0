import { z } from 'zod';
import { stationStates } from '#domain/job.ts';
import { heartbeatMessage, jobRequestMessage, type JobAck } from '#domain/plc-messages.ts';
import { MODBUS_EXCEPTIONS, type ModbusException } from './modbus-frame.ts';
import {
  ackOf,
  FIRST_PLC_REGISTER,
  MODBUS_MODES,
  MODBUS_RESULTS,
  REGISTER_COUNT,
  REGISTERS,
  stationRegisters,
  type ModbusShown,
} from './modbus-registers.ts';
import { startModbusServer, type ModbusServer } from './modbus-server.node.ts';
import { openMqttSession, type MqttDoor, type MqttSession } from './mqtt-session.node.ts';
import { isFinalResult } from './plc-memory.ts';
import { readMessage } from './read-message.ts';
import { every, type Timers } from './timers.ts';
import { TOPICS, topicPrefix } from './topics.ts';

export interface ModbusPlcOptions extends MqttDoor {
  readonly site: string;
  readonly station: string;
  readonly port: number;
  readonly listen: string;
  readonly allow: readonly string[];
  readonly timers: Timers;
  readonly random: () => number;
  readonly onError: (cause: unknown) => void;
  readonly reconnectMs?: number | undefined;
  /** A final result is said again until it is closed. Default 10 s. */
  readonly repeatMs?: number | undefined;
}

/** A PLC may write its heartbeat with every cycle; the contract wants one in two seconds. */
const BEAT_MS = 1000;
const HEARTBEAT_CYCLE = 32768;
const RESULT_OF_WISH = { pause: 'paused', resume: 'resumed', cancel: 'cancelled' } as const;
const idAndSeq = z.object({ id: z.string(), seq: z.int().positive() });
const released = idAndSeq.extend({ pieceCount: z.int().nonnegative() });
const stateSchema = z.object({ s: z.enum(stationStates), job: z.string(), seq: z.int().nonnegative() });

/** A PLC that speaks Modbus, as one that speaks MQTT: on one side 16 holding registers, on the other a client of the
 *  broker like any PLC. The station does not know the difference, so its rules hold for both. */
export class ModbusPlc {
  readonly #options: ModbusPlcOptions;
  readonly #prefix: string;
  readonly #session: MqttSession;
  readonly #plc = new Array<number>(REGISTER_COUNT).fill(0);
  readonly #stops: (() => void)[];
  #server: ModbusServer | null = null;
  #shown: ModbusShown = {
    heartbeat: 0,
    state: null,
    job: null,
    isReleased: false,
    request: 'none',
    isClosed: false,
  };
  /** As it stood when the PLC wrote `ackResult`; what it writes before that is not an answer yet. */
  #ack: JobAck | null = null;
  #isTaken = false;
  #beatSent = -1;

  private constructor(options: ModbusPlcOptions) {
    this.#options = options;
    const { url, user, password, version, tls, site, station, random, reconnectMs, onError } = options;
    this.#prefix = topicPrefix(site, station);
    const { heartbeat, state, layout, jobReleased, jobRequest, jobClosed } = TOPICS;
    this.#session = openMqttSession({
      ...{ url, user, password, version, tls, random, reconnectMs, onError },
      clientId: `modbus-${site}-${station}`,
      isKept: true,
      subscribe: [heartbeat, state, layout, jobReleased, jobRequest, jobClosed].map((topic) => this.#prefix + topic),
      onMessage: (topic, payload, isRetained) => {
        this.#heard(topic.slice(this.#prefix.length), payload, isRetained);
        return Promise.resolve();
      },
      onConnection: (isConnected) => {
        if (isConnected) this.#say(this.#ack);
      },
    });
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

  /** @throws KerfError as `startModbusServer` */
  static async open(options: ModbusPlcOptions): Promise<ModbusPlc> {
    const plc = new ModbusPlc(options);
    try {
      const { port, listen, allow } = options;
      const bank = {
        count: REGISTER_COUNT,
        read: (address: number, count: number) => plc.registers.slice(address, address + count),
        write: (address: number, values: readonly number[]) => plc.#write(address, values),
      };
      plc.#server = await startModbusServer({ port, listen, allow, bank });
    } catch (cause) {
      await plc.close();
      throw cause;
    }
    return plc;
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }
  /** All 16, as a PLC reads them. */
  get registers(): readonly number[] {
    return [...stationRegisters(this.#shown), ...this.#plc.slice(FIRST_PLC_REGISTER)];
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    await this.#server?.close();
    await this.#session.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #write(address: number, values: readonly number[]): ModbusException | null {
    if (address < FIRST_PLC_REGISTER) return MODBUS_EXCEPTIONS.illegalAddress;
    const next = [...this.#plc];
    for (const [i, value] of values.entries()) next[address + i] = value;
    const isKnown =
      (next[REGISTERS.plcMode] ?? 0) < MODBUS_MODES.length && (next[REGISTERS.ackResult] ?? 0) < MODBUS_RESULTS.length;
    if (!isKnown) return MODBUS_EXCEPTIONS.illegalValue;
    const isModeNew = next[REGISTERS.plcMode] !== this.#plc[REGISTERS.plcMode];
    this.#plc.splice(0, REGISTER_COUNT, ...next);
    if (isModeNew) this.#beat();
    if (address + values.length > REGISTERS.ackResult) this.#answered();
    return null;
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

  #heard(topic: string, payload: Uint8Array, isRetained: boolean): void {
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
      const closed = readMessage(idAndSeq, payload);
      if (closed && closed.id === shown.job?.id)
        this.#shown = { ...shown, isClosed: true, isReleased: false, request: 'none' };
    }
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
    const mode = MODBUS_MODES[this.#plc[REGISTERS.plcMode] ?? 0] ?? 'unknown';
    const key = n * MODBUS_MODES.length + MODBUS_MODES.indexOf(mode);
    if (mode === 'unknown' || key === this.#beatSent || !this.#session.isConnected) return;
    this.#beatSent = key;
    this.#publish(TOPICS.plcHeartbeat, { n, mode }, 0);
  }

  #say(ack: JobAck | null): void {
    if (ack) this.#publish(TOPICS.jobAck, ack, 1);
  }

  #publish(topic: string, message: object, qos: 0 | 1): void {
    this.#session.publish(this.#prefix + topic, JSON.stringify(message), { qos }).catch(this.#options.onError);
  }
}
