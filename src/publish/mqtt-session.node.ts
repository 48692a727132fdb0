import { Socket } from 'node:net';
import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { KerfError } from '#domain/kerf-error.ts';
import { HeldMessages } from './held-messages.ts';
import type { Timers } from './timers.ts';

/** A broker and how to be let in. */
export interface MqttDoor {
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Default 3.1.1: what the embedded broker and every PLC library speak. */
  readonly version?: '3.1.1' | '5' | undefined;
  /** PEM, for mqtts://. The broker's certificate is always checked: by `ca`, else by the machine's own list. */
  readonly tls?: MqttTls | undefined;
}
export interface MqttTls {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

export interface MqttSessionOptions extends MqttDoor {
  readonly clientId: string;
  /** Kept: the broker holds QoS 1 messages for 24 h while we are away. */
  readonly isKept: boolean;
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly subscribe: readonly string[];
  /** The broker gets its PUBACK when this has resolved; messages come one at a time, in order. It must not wait for a
   *  publish of the same session: the broker's answer to it would stand behind this message.
   *  Rejected, the message is asked again every 2 s, with those of its topic behind it: no PUBACK, and the connection
   *  stays, for a drop would tell the PLC through the will that the station is gone. */
  readonly onMessage: (topic: string, payload: Uint8Array, isRetained: boolean) => Promise<void>;
  readonly onConnection: (isConnected: boolean) => void;
  readonly onError: (cause: unknown) => void;
  readonly random: () => number;
  /** Least time before a lost connection is tried again; at most three times as long. Default 1000. */
  readonly reconnectMs?: number | undefined;
  /** Time after which a message that was rejected is asked again. Default 2000. */
  readonly retryMs?: number | undefined;
}

export interface MqttSession {
  readonly isConnected: boolean;
  publish(topic: string, payload: string, options: { qos: 0 | 1; retain?: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** As the connection itself, whose times nobody moves. */
const REAL_TIMERS: Timers = {
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};
const KEEP_ALIVE_SECONDS = 10;
const KEPT_SECONDS = 24 * 3600;

/** A door as mqtt.js wants it. */
export function mqttDoorOptions({ user, password, version, tls }: MqttDoor): IClientOptions {
  return {
    protocolVersion: version === '5' ? 5 : 4,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    ...(tls?.ca ? { ca: tls.ca } : {}),
    ...(tls?.cert ? { cert: tls.cert } : {}),
    ...(tls?.key ? { key: tls.key } : {}),
    rejectUnauthorized: true,
    connectTimeout: 5000,
  };
}

/** Without this a small packet waits up to 40 ms for the answer to the one before (RFC 896 meets RFC 1122's delayed
 *  acknowledgement), and a handshake of four packets takes a sixth of a second. */
export function sendAtOnce(client: MqttClient): void {
  const tell = () => {
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  };
  client.on('connect', tell);
  if (client.connected) tell();
}

/** One connection that comes back by itself, after 1 to 3 s (see `reconnectMs`), a different time each outage, so that a broker's restart
 *  is not answered by every station at once. A broker that is away is a normal state, told by `onConnection`. */
export function openMqttSession(options: MqttSessionOptions): MqttSession {
  const { url, clientId, isKept, will, subscribe, onMessage, onConnection, onError, random } = options;
  const nextReconnectMs = () => Math.round((options.reconnectMs ?? 1000) * (1 + 2 * random()));
  const settings: IClientOptions = {
    ...mqttDoorOptions(options),
    clientId,
    clean: !isKept,
    keepalive: KEEP_ALIVE_SECONDS,
    reconnectPeriod: nextReconnectMs(),
    // In MQTT 3.1.1 a kept session lasts as long as the broker is set to keep it (persistent_client_expiration 1d).
    ...(options.version === '5' && isKept ? { properties: { sessionExpiryInterval: KEPT_SECONDS } } : {}),
    // The subscription is renewed by us on every connection; mqtt.js would do it only without a session.
    resubscribe: false,
    ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } } : {}),
  };
  const client: MqttClient = connect(url, settings);
  const held = new HeldMessages<IPublishPacket>({
    topicOf: ({ topic }) => topic,
    take: ({ topic, payload, retain }) =>
      onMessage(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, retain === true),
    onTaken: (packet) => acknowledge(client, packet),
    onError,
    onMissed: () => client.stream.destroy(),
    timers: REAL_TIMERS,
    retryMs: options.retryMs,
  });
  client.handleMessage = (packet: IPublishPacket, done) => {
    // With an error mqtt.js sends no PUBACK and goes on to the next packet.
    held.offer(packet).then((isTaken) => done(isTaken ? undefined : new Error('held back')), done);
  };
  sendAtOnce(client);
  client.on('connect', () => {
    client.options.reconnectPeriod = nextReconnectMs();
    if (subscribe.length === 0) return onConnection(true);
    client.subscribeAsync([...subscribe], { qos: 1 }).then(() => onConnection(client.connected), onError);
  });
  client.on('close', () => {
    held.forget();
    onConnection(false);
  });
  client.on('error', onError);

  let closing: Promise<void> | null = null;
  return {
    get isConnected() {
      return client.connected;
    },
    async publish(topic, payload, { qos, retain = false }) {
      await client.publishAsync(topic, payload, { qos, retain });
    },
    close() {
      held.forget();
      return (closing ??= client.endAsync(!client.connected));
    },
  };
}

/** Says late that a message has been taken: mqtt.js says it at once or never. A PUBACK without a reason is the same four
 *  bytes in MQTT 3.1.1 (section 3.4) and 5. */
function acknowledge(client: MqttClient, { qos, messageId = 0 }: IPublishPacket): void {
  if (qos === 1) client.stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]));
}

/** Connects once and leaves: is there a broker that lets us in?
 *  @throws KerfError PUBLISH_BROKER_UNREACHABLE with the reason */
export async function tryBroker(door: MqttDoor): Promise<void> {
  const { url } = door;
  let client: MqttClient;
  try {
    client = connect(url, { ...mqttDoorOptions(door), reconnectPeriod: 0 });
  } catch (cause) {
    throw unreachable(url, cause);
  }
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('the connection was closed')));
    });
  } catch (cause) {
    throw unreachable(url, cause);
  } finally {
    client.on('error', () => undefined);
    await client.endAsync(true);
  }
}

function unreachable(url: string, cause: unknown): KerfError {
  const reason =
    cause instanceof Error ? cause.message || ('code' in cause ? String(cause.code) : cause.name) : String(cause);
  const shown = withoutLogin(url);
  return new KerfError(
    'PUBLISH_BROKER_UNREACHABLE',
    `No MQTT broker answers at ${shown} (${reason}). Start it, or correct --mqtt or mqtt.url in settings.json; without one Kerf uses its own broker.`,
    { fault: 'device', details: { url: shown }, cause },
  );
}

/** A broker's address as people and logs may see it. */
export function withoutLogin(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//');
}
