import type { Clock, Logger } from '#domain/ports.ts';
import type { Settings } from '#domain/settings.ts';
import type { Timers } from '#publish/timers.ts';
import { retain } from '#store/retention.node.ts';
import type { Store } from '#store/store.node.ts';
import { keepCopies } from './keep-copies.node.ts';
import type { Rooms } from './rooms.ts';
import { codeOf } from './station-errors.ts';

const FIRST_MS = 60_000;
const PERIOD_MS = 24 * 3600_000;

export interface RetentionOptions {
  readonly store: Store;
  readonly rooms: Rooms;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Takes old pictures away, all but copies of what the ledger refers to: a minute after the start, which people wait for, then every day. */
export function keepRetention({ store, rooms, settings, clock, timers, logger }: RetentionOptions): {
  close(): Promise<void>;
} {
  let running: Promise<void> = Promise.resolve();
  const over = new AbortController();
  const round = async () => {
    try {
      const { removedJobs, freedBytes } = await retain(store, settings.retention, clock.now(), {
        keepCopies: (job) => keepCopies(store, rooms, job),
        onFailed: (job, cause) => logger.warn('retention.kept', { job, code: codeOf(cause) }),
        signal: over.signal,
      });
      if (removedJobs.length > 0) logger.info('retention.done', { jobCount: removedJobs.length, freedBytes });
    } catch (cause) {
      logger.warn('retention.failed', { code: codeOf(cause) });
    }
    if (!over.signal.aborted) stop = timers.after(PERIOD_MS, () => (running = round()));
  };
  let stop = timers.after(FIRST_MS, () => (running = round()));
  return {
    async close() {
      over.abort();
      stop();
      await running;
    },
  };
}
