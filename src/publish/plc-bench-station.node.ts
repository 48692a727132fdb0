import {
  commandMessage,
  heartbeatMessage,
  jobAckMessage,
  PLC_CODES,
  plcHeartbeatMessage,
  type JobAck,
  type JobReleased,
} from '#domain/plc-messages.ts';
import { encodeMessage } from './encode-message.ts';
import { openMqttSession, type MqttDoor, type MqttSession } from './mqtt-session.node.ts';
import { HEARTBEAT_PERIOD_MS, type PlcMode } from './plc-watch.ts';
import { readMessage } from './read-message.ts';
import { every, type Timers } from './timers.ts';
import { commandVerb, TOPICS, topicPrefix } from './topics.ts';

/** What a PLC said, and when. */
export interface PlcWord {
  readonly atMs: number;
  readonly ack?: JobAck;
  readonly beat?: { readonly n: number; readonly mode: PlcMode };
  readonly command?: { readonly verb: string; readonly id: string; readonly age: number | null };
  /** A message on the PLC's topics that does not fit the contract. */
  readonly broken?: string;
  readonly isRetained: boolean;
}

export interface BenchStationOptions extends MqttDoor {
  readonly site: string;
  readonly station: string;
  readonly timers: Timers;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly onError: (cause: unknown) => void;
  readonly heartbeatMs?: number | undefined;
}

/** The station's side of the contract without a station: it beats, releases when told, and keeps every word it hears.
 *  For examining a PLC; it resends nothing by itself and closes nothing by itself. */
export class BenchStation {
  readonly #options: BenchStationOptions;
  readonly #prefix: string;
  readonly #session: MqttSession;
  readonly #stop: () => void;
  readonly words: PlcWord[] = [];
  #heartbeat = 0;
  /** Another station speaks under this name. */
  isTaken = false;

  constructor(options: BenchStationOptions) {
    this.#options = options;
    this.#prefix = topicPrefix(options.site, options.station);
    const { url, user, password, version, tls, random, onError, site, station } = options;
    const topics = ['plc/#', TOPICS.jobAck, 'cmd/+', TOPICS.availability];
    this.#session = openMqttSession({
      ...{ url, user, password, version, tls, random, onError },
      clientId: `kerf-doctor-${site}-${station}`,
      isKept: false,
      subscribe: topics.map((topic) => this.#prefix + topic),
      onMessage: (topic, payload, isRetained) => {
        this.#heard(topic.slice(this.#prefix.length), payload, isRetained);
        return Promise.resolve();
      },
      onConnection: (isConnected) => {
        if (isConnected) this.#beat();
      },
    });
    this.#stop = every(options.timers, options.heartbeatMs ?? HEARTBEAT_PERIOD_MS, () => this.#beat());
  }

  get isConnected(): boolean {
    return this.#session.isConnected;
  }

  async release(job: JobReleased, { retain = false } = {}): Promise<void> {
    const payload = JSON.stringify(job);
    await this.#session.publish(this.#prefix + TOPICS.jobReleased, payload, { qos: 1, retain });
  }

  /** Takes a retained release back, which should not be there at all. */
  async forgetRetained(): Promise<void> {
    await this.#session.publish(this.#prefix + TOPICS.jobReleased, '', { qos: 1, retain: true });
  }

  async closeJob({ id, seq, result }: Pick<JobAck, 'id' | 'seq' | 'result'>): Promise<void> {
    const payload = JSON.stringify({ id, seq, result });
    await this.#session.publish(this.#prefix + TOPICS.jobClosed, payload, { qos: 1 });
  }

  async request(id: string, seq: number, req: 'pause' | 'resume' | 'cancel'): Promise<void> {
    const payload = JSON.stringify({ id, seq, req });
    await this.#session.publish(this.#prefix + TOPICS.jobRequest, payload, { qos: 1 });
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#session.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #beat(): void {
    if (!this.#session.isConnected) return;
    this.#heartbeat = (this.#heartbeat + 1) % 32768;
    const payload = encodeMessage(TOPICS.heartbeat, heartbeatMessage, { n: this.#heartbeat, s: 'READY' });
    this.#say(TOPICS.heartbeat, payload, 0);
  }

  #heard(topic: string, payload: Uint8Array, isRetained: boolean): void {
    const atMs = this.#options.nowMs();
    const keep = (word: Omit<PlcWord, 'atMs' | 'isRetained'>) => this.words.push({ ...word, atMs, isRetained });
    const text = new TextDecoder().decode(payload.subarray(0, 80));
    if (topic === TOPICS.availability) {
      if (text === 'online') this.isTaken = true;
      return;
    }
    const verb = commandVerb(topic);
    if (verb !== null) {
      const command = readMessage(commandMessage, payload);
      if (!command) return void keep({ broken: `${topic}: ${text}` });
      keep({ command: { verb, id: command.id, age: (this.#heartbeat - command.hb + 32768) % 32768 } });
      if (!isRetained) this.#say(`${topic}/ack`, JSON.stringify({ id: command.id, ok: 1, code: PLC_CODES.ok }), 1);
      return;
    }
    if (topic === TOPICS.plcHeartbeat) {
      const beat = readMessage(plcHeartbeatMessage, payload);
      keep(beat ? { beat } : { broken: `${topic}: ${text}` });
    } else if (topic === TOPICS.jobAck) {
      const ack = readMessage(jobAckMessage, payload);
      keep(ack ? { ack } : { broken: `${topic}: ${text}` });
    }
  }

  #say(topic: string, payload: string, qos: 0 | 1): void {
    this.#session.publish(this.#prefix + topic, payload, { qos }).catch(this.#options.onError);
  }
}
