import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, normalize } from 'node:path';
import { z } from 'zod';
import { heartbeatMessage, jobRequestMessage, PLC_CODES, type ReleaseResult } from '#domain/plc-messages.ts';
import { openMqttSession, type MqttDoor, type MqttSession } from './mqtt-session.node.ts';
import { HEARTBEAT_PERIOD_MS, type PlcMode } from './plc-watch.ts';
import { isFinalResult, remember, type PlcRecord } from './plc-memory.ts';
import { readMessage } from './read-message.ts';
import { every, type Timers } from './timers.ts';
import { TOPICS, topicPrefix } from './topics.ts';

/** Where the power goes off, once. */
export type PlcCrashPoint = 'beforeAccepted' | 'afterAccepted' | 'whileCutting' | 'beforeDone' | 'afterDone';

export interface SimulatedPlcOptions extends MqttDoor {
  readonly site: string;
  readonly station: string;
  /** Folder of the agreed share, against which `file` of a release is read. */
  readonly shareDir: string;
  readonly timers: Timers;
  readonly random: () => number;
  readonly answerMs?: number;
  readonly startMs?: number;
  /** From started to done, whatever the number of pieces. */
  readonly cutMs?: number;
  /** Progress messages while cutting. */
  readonly progressCount?: number;
  readonly repeatMs?: number;
  readonly heartbeatMs?: number;
  readonly restartMs?: number;
  readonly reconnectMs?: number;
  readonly mode?: PlcMode;
  /** Answers every release with rejected and this code. */
  readonly rejectCode?: number;
  readonly crashAt?: PlcCrashPoint;
  readonly onError?: (cause: unknown) => void;
}

const releasedAsPlcReadsIt = z.object({
  id: z.string(),
  seq: z.int(),
  pieceCount: z.int().nonnegative(),
  file: z.string(),
  sha256: z.string(),
});
const idAndSeq = z.object({ id: z.string(), seq: z.int() });

/** A cutter's PLC that cuts nothing: the other side of the contract, over its own connection. It checks file and hash,
 *  cuts each job once, remembers its last 32 answers over power-off, repeats a final result until it is closed. */
export class SimulatedPlc {
  readonly #options: SimulatedPlcOptions;
  readonly #prefix: string;
  #session: MqttSession | null = null;
  #memory: PlcRecord[] = [];
  #cutting: string[] = [];
  #stops = new Set<() => void>();
  #heartbeat = 0;
  #mode: PlcMode;
  #crashAt: PlcCrashPoint | null;
  #stationHeartbeat: number | null = null;
  #syncCount = 0;
  #queue: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: SimulatedPlcOptions) {
    this.#options = options;
    this.#prefix = topicPrefix(options.site, options.station);
    this.#mode = options.mode ?? 'auto';
    this.#crashAt = options.crashAt ?? null;
    this.#powerOn();
  }

  /** Ids of jobs in the order in which cutting began: the knife's own record. */
  get cutJobs(): readonly string[] {
    return this.#cutting;
  }
  get memory(): readonly PlcRecord[] {
    return this.#memory;
  }

  setMode(mode: PlcMode): void {
    this.#mode = mode;
    this.#beat();
  }

  /** Power off and on again; only the memory stays. */
  async powerCycle(): Promise<void> {
    await this.#powerOff();
    await new Promise<void>((resolve) => this.#options.timers.after(this.#options.restartMs ?? 300, resolve));
    if (!this.#isClosed) this.#powerOn();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#powerOff();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #powerOn(): void {
    const { url, site, station, user, password, version, tls, random, timers } = this.#options;
    this.#stationHeartbeat = null;
    this.#session = openMqttSession({
      url,
      user,
      password,
      version,
      tls,
      clientId: `plc-${site}-${station}`,
      isKept: true,
      random,
      reconnectMs: this.#options.reconnectMs,
      subscribe: [TOPICS.heartbeat, TOPICS.jobReleased, TOPICS.jobRequest, TOPICS.jobClosed].map(
        (t) => this.#prefix + t,
      ),
      onMessage: (topic, payload, isRetained) => {
        if (!isRetained) this.#heard(topic.slice(this.#prefix.length), payload);
        return Promise.resolve();
      },
      onConnection: (isConnected) => isConnected && this.#beat(),
      onError: (cause) => this.#options.onError?.(cause),
    });
    this.#stops.add(every(timers, this.#options.heartbeatMs ?? HEARTBEAT_PERIOD_MS, () => this.#beat()));
    this.#stops.add(every(timers, this.#options.repeatMs ?? 10_000, () => this.#repeatFinals()));
    for (const record of this.#memory)
      if (record.result === 'accepted' || record.result === 'started' || record.result === 'resumed')
        this.#goOn(record.id);
  }

  async #powerOff(): Promise<void> {
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }

  #crash(at: PlcCrashPoint): boolean {
    if (this.#crashAt !== at) return false;
    this.#crashAt = null;
    this.powerCycle().catch((cause: unknown) => this.#options.onError?.(cause));
    return true;
  }

  #after(delayMs: number, call: () => void): void {
    const stop = this.#options.timers.after(delayMs, () => {
      this.#stops.delete(stop);
      call();
    });
    this.#stops.add(stop);
  }

  #heard(topic: string, payload: Uint8Array): void {
    if (topic === TOPICS.heartbeat) {
      const beat = readMessage(heartbeatMessage.loose(), payload);
      if (!beat) return;
      const isFirst = this.#stationHeartbeat === null;
      this.#stationHeartbeat = beat.n;
      if (isFirst) this.#sync();
    } else if (topic === TOPICS.jobReleased) {
      this.#queue = this.#queue
        .then(() => this.#released(payload))
        .catch((cause: unknown) => this.#options.onError?.(cause));
    } else if (topic === TOPICS.jobRequest) this.#requested(payload);
    else if (topic === TOPICS.jobClosed) {
      const closed = readMessage(idAndSeq, payload);
      const known = closed && this.#memory.find((r) => r.id === closed.id && r.seq === closed.seq);
      if (known) this.#memory = remember(this.#memory, { ...known, isClosed: true });
    }
  }

  async #released(payload: Uint8Array): Promise<void> {
    const message = readMessage(releasedAsPlcReadsIt, payload);
    if (!message) {
      const job = readMessage(idAndSeq, payload);
      if (job)
        this.#answer({
          ...job,
          result: 'rejected',
          code: PLC_CODES.badMessage,
          cutCount: 0,
          pieceCount: 0,
          isClosed: false,
        });
      return;
    }
    const { id, seq, pieceCount } = message;
    const known = this.#memory.find((r) => r.id === id);
    if (known && known.seq === seq) return this.#answer(known);
    const code = known ? PLC_CODES.idReused : await this.#refusal(message.file, message.sha256);
    if (this.#crash('beforeAccepted')) return;
    const result: ReleaseResult = code === 0 ? 'accepted' : 'rejected';
    const record: PlcRecord = { id, seq, result, code, cutCount: 0, pieceCount, isClosed: false };
    // An answer to a reused id must not take the place of the job that has it.
    if (!known) this.#memory = remember(this.#memory, record);
    this.#after(this.#options.answerMs ?? 20, () => {
      this.#answer(record);
      if (code === 0 && !this.#crash('afterAccepted')) this.#goOn(id);
    });
  }

  async #refusal(file: string, sha256: string): Promise<number> {
    if (this.#options.rejectCode !== undefined) return this.#options.rejectCode;
    if (this.#mode !== 'auto') return PLC_CODES.notAutomatic;
    if (this.#memory.some((r) => !isFinalResult(r.result))) return PLC_CODES.busy;
    const path = normalize(file);
    if (isAbsolute(path) || path.startsWith('..')) return PLC_CODES.fileMissing;
    const bytes = await readFile(join(this.#options.shareDir, path)).catch(() => null);
    if (!bytes) return PLC_CODES.fileMissing;
    return createHash('sha256').update(bytes).digest('hex') === sha256 ? PLC_CODES.ok : PLC_CODES.hashDiffers;
  }

  /** Starts or goes on cutting what memory says was begun. */
  #goOn(id: string): void {
    const { startMs = 50, cutMs = 1000, progressCount = 4 } = this.#options;
    const step = () => {
      const record = this.#record(id);
      if (!record || record.result === 'paused' || isFinalResult(record.result)) return;
      if (record.cutCount >= record.pieceCount) {
        if (this.#crash('beforeDone')) return;
        this.#put({ ...record, result: 'done' });
        this.#crash('afterDone');
        return;
      }
      const portion = Math.max(1, Math.ceil(record.pieceCount / progressCount));
      this.#put({ ...record, result: 'started', cutCount: Math.min(record.pieceCount, record.cutCount + portion) });
      if (record.cutCount > 0 && this.#crash('whileCutting')) return;
      this.#after(cutMs / progressCount, step);
    };
    this.#after(startMs, () => {
      const record = this.#record(id);
      if (record?.result === 'accepted') {
        this.#cutting.push(id);
        this.#put({ ...record, result: 'started' });
      }
      this.#after(cutMs / progressCount, step);
    });
  }

  #requested(payload: Uint8Array): void {
    const request = readMessage(jobRequestMessage.loose(), payload);
    if (!request) return;
    const record = this.#record(request.id);
    const { id, seq, req } = request;
    if (!record || record.seq !== seq) {
      this.#answer({
        id,
        seq,
        result: 'rejected',
        code: PLC_CODES.wrongState,
        cutCount: 0,
        pieceCount: 0,
        isClosed: false,
      });
    } else if (isFinalResult(record.result)) this.#answer(record);
    else if (req === 'cancel') this.#put({ ...record, result: 'cancelled' });
    else if (req === 'pause') this.#put({ ...record, result: 'paused' });
    else if (record.result === 'paused') {
      this.#put({ ...record, result: 'resumed' });
      this.#goOn(id);
    } else this.#answer({ ...record, result: 'resumed' });
  }

  #record(id: string): PlcRecord | undefined {
    return this.#memory.find((r) => r.id === id);
  }

  #put(record: PlcRecord): void {
    this.#memory = remember(this.#memory, record);
    this.#answer(record);
  }

  #answer({ id, seq, result, code, cutCount }: PlcRecord): void {
    this.#publish(TOPICS.jobAck, { id, seq, result, code, cutCount }, 1);
  }

  #repeatFinals(): void {
    for (const record of this.#memory) if (isFinalResult(record.result) && !record.isClosed) this.#answer(record);
  }

  #beat(): void {
    this.#heartbeat = (this.#heartbeat + 1) % 32768;
    this.#publish(TOPICS.plcHeartbeat, { n: this.#heartbeat, mode: this.#mode }, 0);
  }

  #sync(): void {
    this.#syncCount += 1;
    const id = `sync-${this.#syncCount}-${Math.floor(this.#options.random() * 1e9)}`;
    this.#publish('cmd/sync', { id, hb: this.#stationHeartbeat ?? 0 }, 1);
  }

  #publish(topic: string, message: Readonly<Record<string, string | number>>, qos: 0 | 1): void {
    if (qos === 0 && !this.#session?.isConnected) return;
    this.#session
      ?.publish(this.#prefix + topic, JSON.stringify(message), { qos })
      .catch((cause: unknown) => this.#options.onError?.(cause));
  }
}
