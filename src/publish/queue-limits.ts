import type { BrokerSessions } from './broker-sessions.ts';

/** How much the embedded broker keeps for clients that are away, in messages and in bytes as they are kept. */
export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
  /** Of all sessions together: names cost a client nothing. */
  readonly totalBytes: number;
}

/** A shift of 200 jobs is some 5,000 messages and 3 MB; a client away for a day keeps its place. */
export const QUEUE_LIMITS: QueueLimits = {
  messages: 20_000,
  bytes: 16 * 1024 * 1024,
  totalBytes: 64 * 1024 * 1024,
};

/** What must go, the oldest of a session first, of all sessions the largest first; whoever iterates takes each away before
 *  asking for the next. Sessions of `own` keep all: what they are owed, the station's outbox waits for. */
export function* overflowOf(
  state: BrokerSessions,
  { messages, bytes, totalBytes }: QueueLimits,
  own: ReadonlySet<string>,
  among: Iterable<string> = state.sessions.keys(),
): Generator<{ readonly client: string; readonly key: string }> {
  const oldest = (client: string) => {
    const [key] = state.sessions.get(client)?.queue.keys() ?? [];
    return key === undefined ? null : { client, key };
  };
  for (const client of among) {
    const session = state.sessions.get(client);
    if (!session || own.has(client)) continue;
    for (
      let next = oldest(client);
      next && (session.queue.size > messages || session.bytes > bytes);
      next = oldest(client)
    )
      yield next;
  }
  while (state.bytes > totalBytes) {
    const largest = [...state.sessions]
      .filter(([client]) => !own.has(client))
      .sort(([, a], [, b]) => b.bytes - a.bytes)[0];
    const next = largest ? oldest(largest[0]) : null;
    if (!next) return;
    yield next;
  }
}
