import type { Job } from '#domain/job.ts';
import type { OutboxPort } from '#publish/outbox-delivery.ts';
import { TOPICS } from '#publish/topics.ts';
import type { StationOptions } from './station-options.node.ts';

/** A release that no cutter has answered, of a job for another machine than this station was started with now: its file
 *  is not this one's. Null: there is none. */
export async function heldRelease({ store, machine }: StationOptions): Promise<Job | null> {
  const job = await store.latestJob();
  return job?.state === 'released' && job.machine !== machine.id ? job : null;
}

/** The same outbox without that release: it is neither sent nor ended, and goes out when the station is started with its
 *  machine again. */
export function withoutHeld(outbox: OutboxPort, held: Job | null): OutboxPort {
  if (held === null) return outbox;
  return {
    openOutboxCount: () => outbox.openOutboxCount(),
    openOutbox: (limit) =>
      outbox
        .openOutbox(limit)
        .then((rows) => rows.filter(({ job, topic }) => job !== held.id || topic !== TOPICS.jobReleased)),
    outboxSent: (ids, at) => outbox.outboxSent(ids, at),
    outboxEnd: (ids, by, at) => outbox.outboxEnd(ids, by, at),
  };
}
