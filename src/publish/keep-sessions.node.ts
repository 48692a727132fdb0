import type { Aedes, AuthorizePublishHandler, PublishPacket } from 'aedes';
import type { BrokerJournal } from './broker-journal.node.ts';
import type { KeptMessage, KeptSubscription } from './broker-sessions.ts';
import { overflowOf, QUEUE_LIMITS, type QueueLimits } from './queue-limits.ts';

/** The part of aedes' persistence in memory that a journal must know of. */
interface Memory {
  subscriptionsByTopic(topic: string): Promise<readonly unknown[]>;
  addSubscriptions(client: { readonly id: string }, subs: readonly KeptSubscription[]): Promise<void>;
  removeSubscriptions(client: { readonly id: string }, topics: readonly string[]): Promise<void>;
  cleanSubscriptions(client: { readonly id: string }): Promise<void>;
  outgoingEnqueueCombi(subs: readonly { readonly clientId: string }[], packet: QueuedPacket): Promise<void>;
  outgoingUpdate(client: { readonly id: string }, packet: object): Promise<void>;
  outgoingClearMessageId(client: { readonly id: string }, packet: unknown): Promise<QueuedPacket | undefined>;
}
interface QueuedPacket {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos: number;
  readonly brokerId: string;
  readonly brokerCounter: number;
}

export interface KeepOptions {
  readonly limits?: QueueLimits | undefined;
  /** Client ids whose queues are never cut: the station's own. */
  readonly own?: ReadonlySet<string> | undefined;
  /** A message was taken out of the queue of a client that has been away too long. */
  readonly onDropped?: ((client: string) => void) | undefined;
  /** A client has come. */
  readonly onClient?: ((client: string) => void) | undefined;
}

/** No client has it: MQTT counts packets from 1 to 65535. */
const DROPPED = -1;

/** Makes the broker's kept sessions outlive its process. aedes says PUBACK before it has queued a message anywhere, so
 *  each one that concerns a kept session is written down before that; when the process dies between, it is handed out at
 *  the next start. Some may come twice, none is lost. Call it before the broker listens, after its rules are set. */
export async function keepSessions(aedes: Aedes, journal: BrokerJournal, options: KeepOptions = {}): Promise<void> {
  const { limits = QUEUE_LIMITS, own = new Set<string>(), onDropped, onClient } = options;
  // Its types say nothing of it.
  const { persistence: memory } = aedes as unknown as { readonly persistence: Memory };
  const { state } = journal;
  const original = {
    add: memory.addSubscriptions.bind(memory),
    remove: memory.removeSubscriptions.bind(memory),
    clean: memory.cleanSubscriptions.bind(memory),
    enqueue: memory.outgoingEnqueueCombi.bind(memory),
    clear: memory.outgoingClearMessageId.bind(memory),
  };

  for (const [id, { subscriptions, queue }] of state.sessions) {
    await original.add({ id }, [...subscriptions.values()]);
    for (const [key, message] of queue) await original.enqueue([{ clientId: id }], packetOf(key, message));
  }

  await dropOverflow();

  memory.addSubscriptions = async (client, subs) => {
    await original.add(client, subs);
    await journal.append({ o: 'sub', client: client.id, subs: [...subs] });
    await seen(client.id, true);
  };
  memory.removeSubscriptions = async (client, topics) => {
    await original.remove(client, topics);
    if (state.sessions.has(client.id)) await journal.append({ o: 'unsub', client: client.id, topics: [...topics] });
  };
  memory.cleanSubscriptions = async (client) => {
    await original.clean(client);
    if (state.sessions.has(client.id)) await journal.append({ o: 'clean', client: client.id });
  };
  memory.outgoingEnqueueCombi = async (subs, packet) => {
    await original.enqueue(subs, packet);
    const clients = [...new Set(subs.map(({ clientId }) => clientId))].filter((id) => state.sessions.has(id));
    // Not waited for: until `handed` is on the disk too, the message is still among the taken ones.
    if (clients.length === 0) return;
    void journal.append({ o: 'out', clients, key: keyOf(packet), message: messageOf(packet) });
    await dropOverflow(clients);
  };
  async function dropOverflow(clients?: readonly string[]): Promise<void> {
    for (const { client, key } of overflowOf(state, limits, own, clients)) {
      // Out of the state at once: while the queue is awaited, others look at it too.
      void journal.append({ o: 'ack', client, key });
      const [brokerId = '', counter = '0'] = key.split(' ');
      const packet = { brokerId, brokerCounter: Number(counter), messageId: DROPPED };
      // Answered in the meantime: then there is nothing to take out.
      await memory.outgoingUpdate({ id: client }, packet).catch(() => undefined);
      await original.clear({ id: client }, packet);
      onDropped?.(client);
    }
  }
  memory.outgoingClearMessageId = async (client, packet) => {
    const cleared = await original.clear(client, packet);
    if (cleared && state.sessions.has(client.id))
      void journal.append({ o: 'ack', client: client.id, key: keyOf(cleared) });
    return cleared;
  };

  const seen = async (client: string, isHere: boolean) => {
    if (state.sessions.has(client)) await journal.append({ o: 'seen', client, isHere, atMs: journal.nowMs() });
  };
  aedes.on('client', (client) => {
    void seen(client.id, true);
    onClient?.(client.id);
  });
  aedes.on('clientDisconnect', (client) => void seen(client.id, false));

  const numbers = new WeakMap<object, number>();
  const rules = aedes.authorizePublish;
  const take: AuthorizePublishHandler = (client, packet, done) =>
    rules.call(aedes, client, packet, (refused) => {
      if (refused || packet.qos === 0) return done(refused);
      taken(packet).then(() => done(null), done);
    });
  async function taken(packet: PublishPacket): Promise<void> {
    if ((await memory.subscriptionsByTopic(packet.topic)).length === 0) return;
    const n = state.lastN + 1;
    numbers.set(packet, n);
    await journal.append({ o: 'in', n, message: messageOf(packet) });
  }
  aedes.authorizePublish = take;
  aedes.published = (packet, _client, done) => {
    const n = numbers.get(packet);
    if (n !== undefined) void journal.append({ o: 'handed', n });
    done();
  };

  for (const [n, message] of [...state.taken]) {
    const packet = { ...packetOf('', message), retain: false, dup: false } as unknown as PublishPacket;
    await new Promise<void>((resolve) => aedes.publish(packet, () => resolve()));
    await journal.append({ o: 'handed', n });
  }
}

function keyOf({ brokerId, brokerCounter }: QueuedPacket): string {
  return `${brokerId} ${brokerCounter}`;
}

function messageOf({ topic, payload, qos }: Pick<QueuedPacket, 'topic' | 'payload' | 'qos'>): KeptMessage {
  return { topic, qos, payload: Buffer.from(payload).toString('base64') };
}

function packetOf(key: string, { topic, qos, payload }: KeptMessage): QueuedPacket {
  const [brokerId = '', counter = '0'] = key.split(' ');
  const bytes = Buffer.from(payload, 'base64');
  return { cmd: 'publish', topic, qos, payload: bytes, brokerId, brokerCounter: Number(counter) };
}
