import type { Random } from '#domain/ports.ts';
import {
  commandAckMessage,
  heartbeatMessage,
  type JobAck,
  jobAckMessage,
  jobClosedMessage,
  MAX_READ_BYTES,
  plcHeartbeatMessage,
} from '#domain/plc-messages.ts';
import { encodeMessage } from './encode-message.ts';
import { judgeCommand, type Command } from './judge-command.ts';
import { openMqttSession, type MqttDoor, type MqttSession } from './mqtt-session.node.ts';
import { OutboxDelivery, type OutboxMessage, type OutboxPort } from './outbox-delivery.ts';
import { HEARTBEAT_PERIOD_MS, PlcWatch, type PlcState } from './plc-watch.ts';
import { readMessage } from './read-message.ts';
import { every, type Timers } from './timers.ts';
import { commandVerb, stationClientId, TOPICS, topicPrefix, type RetainedTopic } from './topics.ts';

export interface PublisherOptions extends MqttDoor {
  readonly site: string;
  readonly station: string;
  readonly allowedVerbs: readonly string[];
  readonly outbox: OutboxPort;
  /** See MqttSessionOptions. */
  readonly reconnectMs?: number | undefined;
  readonly timers: Timers;
  readonly now: () => string;
  readonly random: Random;
  /** Latest payloads of retained topics from before; sent again on every connection. */
  readonly retained: ReadonlyMap<RetainedTopic, string>;
  /** Resolves when what the answer means is committed; only then the broker gets its PUBACK. */
  readonly onAck: (ack: JobAck) => Promise<void>;
  /** An allowed, fresh and whole command; gives the code that answers it. That an id acts once is the station's care. */
  readonly onCommand: (asked: { verb: string; id: string; command: Command }) => Promise<number>;
  readonly onPlc: (state: PlcState) => void;
  readonly onConnection: (isConnected: boolean) => void;
  readonly onUnanswered: (message: OutboxMessage) => void;
  readonly onError: (cause: unknown) => void;
}

export interface PublisherCounts {
  readonly badMessageCount: number;
  readonly refusedCommandCount: number;
  readonly connectionCount: number;
  /** Handed to the broker at QoS 1, resends too; heartbeats are not counted. */
  readonly sentCount: number;
}

/** The station's voice: two sessions (a kept one for the PLC's words, a clean one for commands), heartbeat, retained
 *  states, and the outbox. `job/released` and `job/request` leave by the outbox only: there is no other door. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #prefix: string;
  readonly #kept: MqttSession;
  readonly #commands: MqttSession;
  readonly #delivery: OutboxDelivery;
  readonly #watch: PlcWatch;
  readonly #stopHeartbeat: () => void;
  readonly #retained: Map<RetainedTopic, string>;
  #heartbeat = 0;
  #stateName = 'STARTING';
  #isConnected = false;
  #counts = { badMessageCount: 0, refusedCommandCount: 0, connectionCount: 0, sentCount: 0 };
  #closing: Promise<void> | null = null;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#prefix = topicPrefix(options.site, options.station);
    this.#retained = new Map(options.retained);
    const { url, user, password, version, tls, onError, random, timers } = options;
    const door = { url, user, password, version, tls, reconnectMs: options.reconnectMs };
    const clientId = stationClientId(options.site, options.station);
    this.#delivery = new OutboxDelivery({
      outbox: options.outbox,
      timers,
      now: options.now,
      isConnected: () => this.#isConnected,
      send: (topic, payload) => {
        this.#counts.sentCount += 1;
        return this.#kept.publish(this.#prefix + topic, payload, { qos: 1 });
      },
      onUnanswered: options.onUnanswered,
      onError,
    });
    this.#watch = new PlcWatch(timers, options.onPlc);
    this.#kept = openMqttSession({
      ...door,
      random,
      onError,
      clientId,
      isKept: true,
      will: { topic: this.#prefix + TOPICS.availability, payload: 'offline' },
      subscribe: [`${this.#prefix}${TOPICS.jobAck}`, `${this.#prefix}plc/#`],
      onMessage: (topic, payload, isRetained) => this.#heard(topic.slice(this.#prefix.length), payload, isRetained),
      onConnection: (isConnected) => this.#connection(isConnected),
    });
    this.#commands = openMqttSession({
      ...door,
      random,
      onError,
      clientId: `${clientId}-cmd`,
      isKept: false,
      subscribe: [`${this.#prefix}cmd/+`],
      onMessage: (topic, payload, isRetained) => this.#commanded(topic.slice(this.#prefix.length), payload, isRetained),
      onConnection: () => undefined,
    });
    this.#stopHeartbeat = every(timers, HEARTBEAT_PERIOD_MS, () => this.#beat());
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }
  get plc(): PlcState {
    return this.#watch.state;
  }
  get outboxCount(): number {
    return this.#delivery.openCount;
  }
  get counts(): PublisherCounts {
    return this.#counts;
  }

  /** Shows a state; the payload comes from `encodeMessage`. Away from the broker, the latest is sent when it is back. */
  setRetained(topic: RetainedTopic, payload: string): void {
    this.#retained.set(topic, payload);
    if (this.#isConnected) this.#sendSoon(topic, payload, { qos: 1, retain: true });
  }

  /** The word that the heartbeat carries. */
  setStateName(name: string): void {
    this.#stateName = name;
  }

  /** The outbox has changed in the store. */
  wake(): Promise<void> {
    return this.#delivery.wake();
  }

  /** Answers a final result, which the PLC repeats until it hears this. */
  closeJob(ack: Pick<JobAck, 'id' | 'seq' | 'result'>): void {
    const payload = encodeMessage(TOPICS.jobClosed, jobClosedMessage, { id: ack.id, seq: ack.seq, result: ack.result });
    if (this.#isConnected) this.#sendSoon(TOPICS.jobClosed, payload, { qos: 1 });
  }

  /** After a PLC's restart: state and every open release again. */
  async sync(): Promise<void> {
    const state = this.#retained.get(TOPICS.state);
    if (state !== undefined) this.setRetained(TOPICS.state, state);
    await this.#delivery.repeat(TOPICS.jobReleased);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#stopHeartbeat();
    this.#watch.close();
    this.#delivery.close();
    if (this.#kept.isConnected)
      await this.#kept
        .publish(this.#prefix + TOPICS.availability, 'offline', { qos: 1, retain: true })
        .catch(this.#options.onError);
    await Promise.all([this.#kept.close(), this.#commands.close()]);
  }

  #connection(isConnected: boolean): void {
    if (isConnected === this.#isConnected && !isConnected) return;
    this.#isConnected = isConnected;
    if (isConnected) {
      this.#counts.connectionCount += 1;
      this.#sendSoon(TOPICS.availability, 'online', { qos: 1, retain: true });
      for (const [topic, payload] of this.#retained) this.#sendSoon(topic, payload, { qos: 1, retain: true });
      this.#beat();
      this.#delivery.wake().catch(this.#options.onError);
    }
    this.#options.onConnection(isConnected);
  }

  #beat(): void {
    if (!this.#isConnected) return;
    this.#heartbeat = (this.#heartbeat + 1) % 32768;
    const payload = encodeMessage(TOPICS.heartbeat, heartbeatMessage, { n: this.#heartbeat, s: this.#stateName });
    this.#sendSoon(TOPICS.heartbeat, payload, { qos: 0 });
  }

  #sendSoon(topic: string, payload: string, options: { qos: 0 | 1; retain?: boolean }): void {
    if (options.qos === 1) this.#counts.sentCount += 1;
    this.#kept.publish(this.#prefix + topic, payload, options).catch(this.#options.onError);
  }

  async #heard(topic: string, payload: Uint8Array, isRetained: boolean): Promise<void> {
    // No retained message is ever acted on, a heartbeat neither: it tells of the past.
    if (isRetained) return;
    if (topic === TOPICS.plcHeartbeat) {
      const beat = readMessage(plcHeartbeatMessage, payload);
      if (beat) this.#watch.heard(beat.n, beat.mode);
      else this.#counts.badMessageCount += 1;
    } else if (topic === TOPICS.jobAck) {
      const ack = readMessage(jobAckMessage, payload, MAX_READ_BYTES);
      if (ack) await this.#options.onAck(ack);
      else this.#counts.badMessageCount += 1;
    }
  }

  async #commanded(topic: string, payload: Uint8Array, isRetained: boolean): Promise<void> {
    const verb = commandVerb(topic);
    // An empty retained payload is how a broker is told to forget one.
    if (verb === null || payload.byteLength === 0) return;
    const judgement = judgeCommand({
      verb,
      payload,
      isRetained,
      heartbeat: this.#heartbeat,
      allowedVerbs: this.#options.allowedVerbs,
    });
    if (judgement.kind === 'drop') {
      this.#counts.badMessageCount += 1;
      return;
    }
    const { id } = judgement;
    const code =
      judgement.kind === 'refuse'
        ? judgement.code
        : await this.#options.onCommand({ verb, id, command: judgement.command });
    if (code !== 0) this.#counts.refusedCommandCount += 1;
    const answer = `cmd/${verb}/ack`;
    this.#sendSoon(answer, encodeMessage(answer, commandAckMessage, { id, ok: code === 0 ? 1 : 0, code }), { qos: 1 });
  }
}
