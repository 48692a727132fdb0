import type { StationEvent } from '#api/events.ts';

type LookingEvent = Extract<StationEvent, { readonly kind: 'tile' | 'defects' }>;

/** What was told of the hide that is being looked at: a window that opens, or comes back, in the middle of it is told
 *  all of it again, and shows the same screen. Nothing of it is written down; the inspection takes its place. */
export class LookedAt {
  #events: LookingEvent[] = [];

  /** Remembers an event that tells of the looking; the first tile begins anew. */
  note(event: StationEvent): void {
    if (event.kind === 'inspection') this.#events = [];
    if (event.kind !== 'tile' && event.kind !== 'defects') return;
    // All of them are of one job: the first says of which.
    const isAnew = this.#events[0]?.job !== event.job || (event.kind === 'tile' && event.done <= 1);
    if (isAnew) this.#events = [];
    this.#events.push(event);
  }

  /** In the order that it was told in, as far as it is of this job. */
  of(job: string | null): readonly StationEvent[] {
    return this.#events.filter((event) => event.job === job);
  }
}
