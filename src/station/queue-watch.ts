import type { Logger } from '#domain/ports.ts';

export interface QueueAlarm {
  raise(details: { readonly client: string }): void;
  clear(): void;
}

/** Whose messages the embedded broker had to take out of their queues. An alarm stands until the last of them is back; then
 *  the log has how many each lost. The broker opens before the station, which hands in the alarm later. */
export class QueueWatch {
  readonly #logger: Logger;
  readonly #droppedByClient = new Map<string, number>();
  #alarm: QueueAlarm | null = null;
  /** Since the process started. */
  droppedCount = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** From now on it is said by `alarm`, beginning with what stands. */
  connect(alarm: QueueAlarm): void {
    this.#alarm = alarm;
    const [client] = this.#droppedByClient.keys();
    // One that stood when the station ended: its queue may be gone since.
    if (client === undefined) alarm.clear();
    else alarm.raise({ client });
  }

  dropped(client: string): void {
    const before = this.#droppedByClient.get(client) ?? 0;
    this.droppedCount += 1;
    this.#droppedByClient.set(client, before + 1);
    if (before > 0) return;
    this.#logger.warn('broker.queue.full', { client });
    this.#alarm?.raise({ client });
  }

  came(client: string): void {
    const count = this.#droppedByClient.get(client);
    if (count === undefined) return;
    this.#droppedByClient.delete(client);
    this.#logger.warn('broker.queue.lost', { client, count, droppedCount: this.droppedCount });
    if (this.#droppedByClient.size === 0) this.#alarm?.clear();
  }
}
