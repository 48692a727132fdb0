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
  /** Oldest first, at most `limit`. */
  openOutbox(limit: number): Promise<readonly OutboxMessage[]>;
  openOutboxCount(): Promise<number>;
  outboxSent(ids: readonly number[], at: string): Promise<void>;
  outboxEnd(ids: readonly number[], by: string, at: string): Promise<void>;
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
/** Rows under way to the broker at once. Twice as many bring nothing (the broker's disk is the limit); without a limit
 *  states would stand behind a day's alarms when the broker is back. */
const WINDOW = 128;
/** Rows held in memory: the oldest. More are read when these have ended. */
const READ_LIMIT = 512;

/** Delay before sending number `sentCount + 1`, after `sentCount` sendings (1 or more). */
export function resendDelayMs(sentCount: number): number {
  return (RESEND_SECONDS[sentCount - 1] ?? RESEND_LAST_SECONDS) * 1000;
}

interface Tracked {
  readonly message: OutboxMessage;
  sentCount: number;
  isDue: boolean;
  /** Handed to the session, which sends it again by itself on every connection until the broker has it. */
  isUnderWay: boolean;
  stopResend: () => void;
  stopAlarm: () => void;
}

/** Sends every open row in order, again after 5, 10, 20, 40, then every 60 s, until the store says that it has ended. A
 *  row due while the broker is away goes out when it is back. Nothing is kept here that the store does not have. */
export class OutboxDelivery {
  readonly #options: OutboxDeliveryOptions;
  readonly #tracked = new Map<number, Tracked>();
  #openCount = 0;
  #underWayCount = 0;
  #ended: number[] = [];
  #reading: Promise<void> | null = null;
  #isPumping = false;
  #isEnding = false;
  #isStale = false;
  #isClosed = false;

  constructor(options: OutboxDeliveryOptions) {
    this.#options = options;
  }

  get openCount(): number {
    return this.#openCount;
  }

  /** Call after every commit that wrote or ended rows, and when the broker is back. */
  wake(): Promise<void> {
    this.#isStale = true;
    return (this.#reading ??= this.#readAll());
  }

  /** Sends every open row with this topic again now (the PLC asked to). */
  async repeat(topic: string): Promise<void> {
    await this.wake();
    for (const row of this.#tracked.values()) if (row.message.topic === topic) row.isDue = true;
    await this.#pump();
  }

  close(): void {
    this.#isClosed = true;
    for (const row of [...this.#tracked.values()]) this.#forget(row);
  }

  async #readAll(): Promise<void> {
    const { outbox } = this.#options;
    try {
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        const openCount = await outbox.openOutboxCount();
        // Nothing may be awaited between this answer and its use: a row that ends meanwhile would be taken up again.
        const open = await outbox.openOutbox(READ_LIMIT);
        if (this.#isClosed) return;
        this.#openCount = Math.max(openCount, open.length);
        const openIds = new Set(open.map((message) => message.id));
        for (const row of [...this.#tracked.values()]) if (!openIds.has(row.message.id)) this.#forget(row);
        for (const message of open) if (!this.#tracked.has(message.id)) this.#track(message);
        await this.#pump();
      }
    } finally {
      // Here and not in a `.finally` of the promise: who wakes between its last look and that would wait for ever.
      this.#reading = null;
    }
  }

  #track(message: OutboxMessage): void {
    const none = () => undefined as void;
    this.#tracked.set(message.id, {
      message,
      sentCount: 0,
      isDue: true,
      isUnderWay: false,
      stopResend: none,
      stopAlarm: none,
    });
  }

  #forget(row: Tracked): void {
    row.stopResend();
    row.stopAlarm();
    this.#tracked.delete(row.message.id);
  }

  /** Sends what is due as far as the window allows; one at a time, which sees what became due meanwhile. */
  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    const { outbox, now, onError } = this.#options;
    try {
      for (let batch = this.#dueRows(); batch.length > 0; batch = this.#dueRows()) {
        for (const row of batch) {
          row.isDue = false;
          row.isUnderWay = true;
        }
        this.#underWayCount += batch.length;
        const ids = batch.map((row) => row.message.id);
        // A disk that is full must not silence the station: the count of sendings is for people.
        await outbox.outboxSent(ids, now()).catch(onError);
        for (const row of batch) this.#send(row);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  #dueRows(): Tracked[] {
    const rows: Tracked[] = [];
    if (this.#isClosed || !this.#options.isConnected()) return rows;
    for (const row of this.#tracked.values()) {
      if (this.#underWayCount + rows.length >= WINDOW) break;
      if (row.isDue && !row.isUnderWay) rows.push(row);
    }
    return rows;
  }

  #send(row: Tracked): void {
    const { timers, send, onUnanswered, onError } = this.#options;
    const { id, topic, payload, endsWith } = row.message;
    const settle = () => {
      row.isUnderWay = false;
      this.#underWayCount -= 1;
      if (!this.#isClosed) this.#pump().catch(onError);
    };
    // Ended while its sending was written down.
    if (this.#isClosed || !this.#tracked.has(id)) return settle();
    row.sentCount += 1;
    row.stopResend();
    row.stopResend = timers.after(resendDelayMs(row.sentCount), () => {
      row.isDue = true;
      this.#pump().catch(onError);
    });
    if (row.sentCount === 1 && endsWith === 'answer')
      row.stopAlarm = timers.after(UNANSWERED_MS, () => onUnanswered(row.message));
    send(topic, payload).then(
      () => {
        if (endsWith === 'puback') this.#end(row);
        settle();
      },
      (cause: unknown) => {
        onError(cause);
        settle();
      },
    );
  }

  /** The broker has it, and nobody else is asked. Rows that end together are written together. */
  #end(row: Tracked): void {
    this.#ended.push(row.message.id);
    if (!this.#isEnding) this.#endAll().catch(this.#options.onError);
  }

  async #endAll(): Promise<void> {
    this.#isEnding = true;
    try {
      while (this.#ended.length > 0 && !this.#isClosed) {
        const ids = this.#ended.splice(0);
        await this.#options.outbox.outboxEnd(ids, 'puback', this.#options.now());
        for (const id of ids) {
          const row = this.#tracked.get(id);
          if (row) this.#forget(row);
        }
        this.#openCount = Math.max(0, this.#openCount - ids.length);
      }
    } finally {
      this.#isEnding = false;
    }
    if (this.#openCount > this.#tracked.size) await this.wake();
  }
}
