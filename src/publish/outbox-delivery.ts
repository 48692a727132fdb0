import type { Timers } from './timers.ts';

/** A message that was written in the transaction of its event; the only way out for anything that asks for an act. */
export interface OutboxMessage {
  readonly id: number;
  readonly job: string | null;
  readonly topic: string;
  readonly payload: string;
  /** By the PLC's word, or by the broker's PUBACK where nobody answers. */
  readonly endsWith: 'answer' | 'puback';
}

/** The store, as delivery needs it. */
export interface OutboxPort {
  openOutbox(): Promise<readonly OutboxMessage[]>;
  outboxSent(id: number, at: string): Promise<void>;
  outboxEnd(id: number, by: string, at: string): Promise<void>;
}

export interface OutboxDeliveryOptions {
  readonly outbox: OutboxPort;
  readonly timers: Timers;
  readonly now: () => string;
  readonly isConnected: () => boolean;
  /** Resolves with the broker's PUBACK, which is not the PLC's word. */
  readonly send: (topic: string, payload: string) => Promise<void>;
  /** 30 s without an answer, counted from the first sending. */
  readonly onUnanswered: (message: OutboxMessage) => void;
  readonly onError: (cause: unknown) => void;
}

const RESEND_SECONDS = [5, 10, 20, 40];
const RESEND_LAST_SECONDS = 60;
export const UNANSWERED_MS = 30_000;

/** Delay before sending number `sentCount + 1`, after `sentCount` sendings (1 or more). */
export function resendDelayMs(sentCount: number): number {
  return (RESEND_SECONDS[sentCount - 1] ?? RESEND_LAST_SECONDS) * 1000;
}

interface Tracked {
  readonly message: OutboxMessage;
  sentCount: number;
  isDue: boolean;
  stopResend: () => void;
  stopAlarm: () => void;
}

/** Sends every open row, again after 5, 10, 20, 40, then every 60 s, until the store says that it has ended. A row due
 *  while the broker is away goes out when it is back. Nothing is kept here that the store does not have. */
export class OutboxDelivery {
  readonly #options: OutboxDeliveryOptions;
  readonly #tracked = new Map<number, Tracked>();
  #reading: Promise<void> | null = null;
  #isStale = false;
  #isClosed = false;

  constructor(options: OutboxDeliveryOptions) {
    this.#options = options;
  }

  get openCount(): number {
    return this.#tracked.size;
  }

  /** Call after every commit that wrote or ended rows, and when the broker is back. */
  wake(): Promise<void> {
    this.#isStale = true;
    return (this.#reading ??= this.#readAll().finally(() => {
      this.#reading = null;
    }));
  }

  /** Sends every open row with this topic again now (the PLC asked to). */
  async repeat(topic: string): Promise<void> {
    await this.wake();
    for (const row of this.#tracked.values())
      if (row.message.topic === topic) {
        row.isDue = true;
        this.#sendIfDue(row);
      }
  }

  close(): void {
    this.#isClosed = true;
    for (const row of this.#tracked.values()) this.#forget(row);
  }

  async #readAll(): Promise<void> {
    while (this.#isStale && !this.#isClosed) {
      this.#isStale = false;
      const open = await this.#options.outbox.openOutbox();
      if (this.#isClosed) return;
      const openIds = new Set(open.map((message) => message.id));
      for (const row of this.#tracked.values()) if (!openIds.has(row.message.id)) this.#forget(row);
      for (const message of open) if (!this.#tracked.has(message.id)) this.#track(message);
      for (const row of this.#tracked.values()) this.#sendIfDue(row);
    }
  }

  #track(message: OutboxMessage): void {
    const none = () => undefined as void;
    this.#tracked.set(message.id, { message, sentCount: 0, isDue: true, stopResend: none, stopAlarm: none });
  }

  #forget(row: Tracked): void {
    row.stopResend();
    row.stopAlarm();
    this.#tracked.delete(row.message.id);
  }

  #sendIfDue(row: Tracked): void {
    if (!row.isDue || !this.#options.isConnected()) return;
    row.isDue = false;
    row.sentCount += 1;
    row.stopResend();
    row.stopResend = this.#options.timers.after(resendDelayMs(row.sentCount), () => {
      row.isDue = true;
      this.#sendIfDue(row);
    });
    if (row.sentCount === 1 && row.message.endsWith === 'answer')
      row.stopAlarm = this.#options.timers.after(UNANSWERED_MS, () => this.#options.onUnanswered(row.message));
    this.#send(row).catch(this.#options.onError);
  }

  async #send(row: Tracked): Promise<void> {
    const { outbox, now, send } = this.#options;
    const { id, topic, payload, endsWith } = row.message;
    await outbox.outboxSent(id, now());
    await send(topic, payload);
    if (endsWith === 'puback' && !this.#isClosed) {
      await outbox.outboxEnd(id, 'puback', now());
      this.#forget(row);
    }
  }
}
