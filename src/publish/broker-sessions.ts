import { z } from 'zod';

/** What the embedded broker owes clients that come back: kept sessions, and messages that it has taken and not yet handed
 *  on. Made of the entries of its journal, and made into entries again when that has grown. */

const subscription = z.looseObject({ topic: z.string(), qos: z.int() });
const message = z.strictObject({ topic: z.string(), qos: z.int(), payload: z.base64() });
export type KeptMessage = z.infer<typeof message>;
export type KeptSubscription = z.infer<typeof subscription>;

const client = z.string();
export const journalEntry = z.discriminatedUnion('o', [
  z.strictObject({ o: z.literal('sub'), client, subs: z.array(subscription) }),
  z.strictObject({ o: z.literal('unsub'), client, topics: z.array(z.string()) }),
  /** The session ends. */
  z.strictObject({ o: z.literal('clean'), client }),
  /** Connected or not, since when. */
  z.strictObject({ o: z.literal('seen'), client, isHere: z.boolean(), atMs: z.number() }),
  /** Taken from a publisher, before it hears so. */
  z.strictObject({ o: z.literal('in'), n: z.int(), message }),
  /** In the queues of all whom it concerns. */
  z.strictObject({ o: z.literal('handed'), n: z.int() }),
  z.strictObject({ o: z.literal('out'), clients: z.array(client), key: z.string(), message }),
  z.strictObject({ o: z.literal('ack'), client, key: z.string() }),
]);
export type JournalEntry = z.infer<typeof journalEntry>;

export interface KeptSession {
  readonly subscriptions: Map<string, KeptSubscription>;
  readonly queue: Map<string, KeptMessage>;
  /** Of the queue, as it is kept. */
  bytes: number;
  isHere: boolean;
  atMs: number;
}

/** What a message takes beside its payload: keys, a packet's fields. */
const MESSAGE_BYTES = 200;

function keptBytes({ topic, payload }: KeptMessage): number {
  return payload.length + topic.length + MESSAGE_BYTES;
}

export class BrokerSessions {
  readonly sessions = new Map<string, KeptSession>();
  readonly taken = new Map<number, KeptMessage>();
  lastN = 0;
  /** Of all queues. */
  bytes = 0;

  apply(entry: JournalEntry): void {
    switch (entry.o) {
      case 'sub': {
        const session = this.#session(entry.client);
        for (const sub of entry.subs) session.subscriptions.set(sub.topic, sub);
        return;
      }
      case 'unsub': {
        const session = this.sessions.get(entry.client);
        for (const topic of entry.topics) session?.subscriptions.delete(topic);
        if (session?.subscriptions.size === 0) this.#end(entry.client);
        return;
      }
      case 'clean':
        this.#end(entry.client);
        return;
      case 'seen': {
        const session = this.sessions.get(entry.client);
        if (session) Object.assign(session, { isHere: entry.isHere, atMs: entry.atMs });
        return;
      }
      case 'in':
        this.lastN = Math.max(this.lastN, entry.n);
        this.taken.set(entry.n, entry.message);
        return;
      case 'handed':
        this.taken.delete(entry.n);
        return;
      case 'out':
        for (const id of entry.clients) this.#put(id, entry.key, entry.message);
        return;
      case 'ack':
        this.#put(entry.client, entry.key, null);
        return;
    }
  }

  /** Takes away sessions whose client has not been here for `keptMs`. Who was here when the broker died is seen now. */
  forgetOld(nowMs: number, keptMs: number): void {
    for (const [id, session] of this.sessions) {
      if (session.isHere) Object.assign(session, { isHere: false, atMs: nowMs });
      if (nowMs - session.atMs > keptMs) this.#end(id);
    }
  }

  /** Entries that make the same again. */
  *entries(): Generator<JournalEntry> {
    for (const [id, { subscriptions, queue, isHere, atMs }] of this.sessions) {
      yield { o: 'sub', client: id, subs: [...subscriptions.values()] };
      yield { o: 'seen', client: id, isHere, atMs };
      for (const [key, kept] of queue) yield { o: 'out', clients: [id], key, message: kept };
    }
    for (const [n, taken] of this.taken) yield { o: 'in', n, message: taken };
  }

  #session(id: string): KeptSession {
    const known = this.sessions.get(id);
    if (known) return known;
    const session: KeptSession = { subscriptions: new Map(), queue: new Map(), bytes: 0, isHere: false, atMs: 0 };
    this.sessions.set(id, session);
    return session;
  }

  /** Null: taken out of the queue. */
  #put(id: string, key: string, kept: KeptMessage | null): void {
    const session = this.sessions.get(id);
    if (!session) return;
    const before = session.queue.get(key);
    const change = (kept ? keptBytes(kept) : 0) - (before ? keptBytes(before) : 0);
    session.bytes += change;
    this.bytes += change;
    if (kept) session.queue.set(key, kept);
    else session.queue.delete(key);
  }

  #end(id: string): void {
    this.bytes -= this.sessions.get(id)?.bytes ?? 0;
    this.sessions.delete(id);
  }
}
