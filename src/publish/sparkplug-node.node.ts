import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { z } from 'zod';
import { plcHeartbeatMessage } from '#domain/plc-messages.ts';
import { mqttDoorOptions, sendAtOnce, type MqttDoor } from './mqtt-session.node.ts';
import { PlcWatch } from './plc-watch.ts';
import { readMessage } from './read-message.ts';
import { decodeSparkplug, encodeSparkplug, type SparkplugMetric, type SparkplugValue } from './sparkplug-codec.ts';
import { CAMERA, CUTTER, METRICS, METRIC_TOPICS, valuesOf, type MetricPlan } from './sparkplug-metrics.ts';
import type { Timers } from './timers.ts';
import { SPARKPLUG_NAMESPACE } from './topic-rules.ts';
import { TOPICS, topicPrefix } from './topics.ts';

export interface SparkplugNodeOptions extends MqttDoor {
  /** Group. */
  readonly site: string;
  /** Edge node. */
  readonly station: string;
  /** Births wait until this host application says that it is online; null: they wait for nobody. */
  readonly primaryHost: string | null;
  readonly timers: Timers;
  /** Milliseconds since 1970, UTC. */
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly onError: (cause: unknown) => void;
  readonly reconnectMs?: number | undefined;
}

const REBIRTH = 'Node Control/Rebirth';
const BD_SEQ = 'bdSeq';
const CYCLE = 256;
/** Reason code of MQTT 5's DISCONNECT. */
const DISCONNECT_WITH_WILL = 0x04;
const hostState = z.object({ online: z.boolean(), timestamp: z.number() });

/** The station as a Sparkplug B 3.0 edge node with its devices: it hears what the station says in plain JSON and says it
 *  again as births, data and deaths. A client of the broker like any other (docs/decisions/0004). */
export class SparkplugNode {
  readonly #options: SparkplugNodeOptions;
  readonly #prefix: string;
  readonly #client: MqttClient;
  readonly #watch: PlcWatch;
  readonly #values = new Map<MetricPlan, { readonly value: SparkplugValue; readonly at: number }>();
  readonly #alive = new Set<string>([CAMERA]);
  #bdSeq = 0;
  #seq = 0;
  #isLetIn = false;
  #isBorn = false;
  /** Of the primary host, by its latest word. */
  #host: { readonly isOnline: boolean; readonly timestamp: number } | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: SparkplugNodeOptions) {
    this.#options = options;
    this.#prefix = topicPrefix(options.site, options.station);
    this.#watch = new PlcWatch(options.timers, ({ isConnected }) => this.#cutterIs(isConnected));
    const pause = () => Math.round((options.reconnectMs ?? 1000) * (1 + 2 * options.random()));
    const settings: IClientOptions = {
      ...mqttDoorOptions(options),
      clientId: `sparkplug-${options.site}-${options.station}`,
      // The specification wants a session that begins with the birth: clean, and in MQTT 5 ended with the connection.
      clean: true,
      ...(options.version === '5' ? { properties: { sessionExpiryInterval: 0 } } : {}),
      keepalive: 10,
      reconnectPeriod: pause(),
      resubscribe: false,
      queueQoSZero: false,
      will: this.#will(),
    };
    this.#client = connect(options.url, settings);
    sendAtOnce(this.#client);
    this.#client.on('connect', () => {
      this.#isLetIn = true;
      this.#client.options.reconnectPeriod = pause();
      this.#begin().catch(options.onError);
    });
    this.#client.on('close', () => {
      this.#isBorn = false;
      this.#host = null;
      // bdSeq counts sessions, not attempts that the broker has not let in.
      if (!this.#isLetIn) return;
      this.#isLetIn = false;
      this.#bdSeq = (this.#bdSeq + 1) % CYCLE;
      this.#client.options.will = this.#will();
    });
    this.#client.on('error', options.onError);
    this.#client.on('message', (topic, payload, packet) => this.#heard(topic, payload, packet.retain));
  }

  get isBorn(): boolean {
    return this.#isBorn;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#watch.close();
    await this.#sayDeath();
    await this.#client.endAsync(!this.#client.connected, this.#disconnect());
  }

  /** MQTT 5 has a word for leaving that says the will too; Sparkplug asks for it beside the NDEATH of our own. */
  #disconnect(): Parameters<MqttClient['endAsync']>[1] {
    return this.#options.version === '5' ? { reasonCode: DISCONNECT_WITH_WILL } : {};
  }

  #topic(verb: string, device: string | null = null): string {
    const { site, station } = this.#options;
    return [SPARKPLUG_NAMESPACE, site, verb, station, ...(device === null ? [] : [device])].join('/');
  }

  #will(): NonNullable<IClientOptions['will']> {
    return { topic: this.#topic('NDEATH'), payload: Buffer.from(this.#death()), qos: 1, retain: false };
  }

  #death(): Uint8Array {
    const timestamp = this.#options.nowMs();
    return encodeSparkplug({ timestamp, metrics: [{ name: BD_SEQ, timestamp, type: 'Int64', value: this.#bdSeq }] });
  }

  /** Subscriptions first, so that nothing that is asked after the birth is missed. */
  async #begin(): Promise<void> {
    const { primaryHost } = this.#options;
    const host = primaryHost === null ? [] : [`${SPARKPLUG_NAMESPACE}/STATE/${primaryHost}`];
    await this.#client.subscribeAsync([this.#topic('NCMD'), ...host], { qos: 1 });
    await this.#client.subscribeAsync(
      METRIC_TOPICS.map((topic) => this.#prefix + topic),
      { qos: 0 },
    );
    if (primaryHost === null) this.#birth();
  }

  #heard(topic: string, payload: Buffer, isRetained: boolean): void {
    if (topic.startsWith(this.#prefix)) return this.#heardPlain(topic.slice(this.#prefix.length), payload, isRetained);
    if (topic === this.#topic('NCMD')) {
      // A command that the broker kept is of the past.
      if (!isRetained && this.#asksRebirth(payload) && this.#isBorn) this.#birth();
    } else this.#heardHost(payload);
  }

  #asksRebirth(payload: Uint8Array): boolean {
    return decodeSparkplug(payload)?.metrics.some((m) => m.name === REBIRTH && m.value === true) === true;
  }

  #heardHost(payload: Uint8Array): void {
    const state = readMessage(hostState, payload);
    if (!state || (this.#host && state.timestamp < this.#host.timestamp)) return;
    this.#host = { isOnline: state.online, timestamp: state.timestamp };
    if (state.online && !this.#isBorn) this.#birth();
    else if (!state.online && this.#isBorn) this.#startOver().catch(this.#options.onError);
  }

  async #startOver(): Promise<void> {
    await this.#sayDeath();
    await this.#client.endAsync(false, this.#disconnect());
    if (!this.#closing) this.#client.reconnect();
  }

  #heardPlain(topic: string, payload: Uint8Array, isRetained: boolean): void {
    const at = this.#options.nowMs();
    const changed = [...valuesOf(topic, payload)].filter(
      ([metric, value]) => this.#values.get(metric)?.value !== value,
    );
    for (const [metric, value] of changed) this.#values.set(metric, { value, at });
    const born = new Set(this.#alive);
    if (topic === TOPICS.plcHeartbeat && !isRetained) {
      const beat = readMessage(plcHeartbeatMessage, payload);
      if (beat) this.#watch.heard(beat.n, beat.mode);
    }
    if (!this.#isBorn) return;
    for (const device of new Set(changed.map(([metric]) => metric.device))) {
      // What a birth has just said is not said again.
      if (device !== null && !(born.has(device) && this.#alive.has(device))) continue;
      const metrics = changed.filter(([metric]) => metric.device === device);
      this.#say(
        device === null ? 'NDATA' : 'DDATA',
        device,
        metrics.map(([{ alias, type }, value]) => ({ alias, timestamp: at, type, value })),
      );
    }
  }

  #cutterIs(isConnected: boolean): void {
    if (isConnected === this.#alive.has(CUTTER)) return;
    if (isConnected) this.#alive.add(CUTTER);
    else this.#alive.delete(CUTTER);
    if (!this.#isBorn) return;
    if (isConnected) this.#say('DBIRTH', CUTTER, this.#all(CUTTER));
    else this.#say('DDEATH', CUTTER, []);
  }

  #birth(): void {
    const timestamp = this.#options.nowMs();
    this.#seq = 0;
    this.#isBorn = true;
    this.#say('NBIRTH', null, [
      { name: BD_SEQ, timestamp, type: 'Int64', value: this.#bdSeq },
      { name: REBIRTH, timestamp, type: 'Boolean', value: false },
      ...this.#all(null),
    ]);
    for (const device of this.#alive) this.#say('DBIRTH', device, this.#all(device));
  }

  #all(device: string | null): SparkplugMetric[] {
    const now = this.#options.nowMs();
    return METRICS.filter((metric) => metric.device === device).map((metric) => {
      const known = this.#values.get(metric);
      const { name, alias, type } = metric;
      return { name, alias, type, timestamp: known?.at ?? now, value: known?.value ?? null };
    });
  }

  #say(verb: string, device: string | null, metrics: readonly SparkplugMetric[]): void {
    const payload = encodeSparkplug(
      { timestamp: this.#options.nowMs(), seq: this.#seq, metrics },
      { hasTypes: !verb.endsWith('DATA') },
    );
    this.#seq = (this.#seq + 1) % CYCLE;
    this.#client.publish(this.#topic(verb, device), Buffer.from(payload), { qos: 0, retain: false });
  }

  /** Before every connection that ends by our will: the broker says the will only when it ends otherwise. */
  async #sayDeath(): Promise<void> {
    if (!this.#isBorn || !this.#client.connected) return;
    this.#isBorn = false;
    await this.#client.publishAsync(this.#topic('NDEATH'), Buffer.from(this.#death()), { qos: 1, retain: false });
  }
}
