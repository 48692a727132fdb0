import { open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { BrokerSessions, journalEntry, type JournalEntry } from './broker-sessions.ts';

/** A session lasts as long as on Mosquitto with `persistent_client_expiration 1d`. */
const KEPT_MS = 24 * 3600_000;
/** Written anew when it is longer than this and most of it is over. */
const REWRITE_BYTES = 4 * 1024 * 1024;

export interface JournalOptions {
  readonly path: string;
  readonly nowMs: () => number;
  /** A disk that takes nothing more: the broker goes on from memory, and writes the whole once the disk takes again. */
  readonly onError: (cause: unknown) => void;
}

/** One line an entry, synced before `append` resolves; entries that come together are synced together. A torn last line
 *  is what nobody was told was kept. */
export class BrokerJournal {
  readonly state: BrokerSessions;
  readonly nowMs: () => number;
  readonly #path: string;
  readonly #onError: (cause: unknown) => void;
  #file: FileHandle | null;
  #bytes = 0;
  /** The disk has refused something: the file may end in half a line, and lacks what is in `state`. */
  #isBehind = false;
  #waiting: { readonly line: string; readonly done: () => void }[] = [];
  #writing: Promise<void> | null = null;

  private constructor({ path, nowMs, onError }: JournalOptions, state: BrokerSessions, file: FileHandle | null) {
    this.#path = path;
    this.nowMs = nowMs;
    this.#onError = onError;
    this.state = state;
    this.#file = file;
  }

  static async open(options: JournalOptions): Promise<BrokerJournal> {
    const { path, nowMs, onError } = options;
    const state = new BrokerSessions();
    const text = await readFile(path, 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const entry = entryOf(line);
      if (!entry) break;
      state.apply(entry);
    }
    state.forgetOld(nowMs(), KEPT_MS);
    const journal = new BrokerJournal(options, state, null);
    await journal.#rewrite().catch((cause: unknown) => {
      journal.#isBehind = true;
      onError(cause);
    });
    return journal;
  }

  /** Resolves when the entry is on the disk, or the disk has refused it. */
  append(entry: JournalEntry): Promise<void> {
    this.state.apply(entry);
    return new Promise((done) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, done });
      this.#writing ??= this.#writeAll();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = null;
  }

  async #writeAll(): Promise<void> {
    // What is appended in the same turn goes with it.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const text = batch.map(({ line }) => line).join('');
        if (this.#isBehind || this.#bytes > REWRITE_BYTES) await this.#rewrite();
        else {
          await this.#file?.appendFile(text);
          await this.#file?.datasync();
          this.#bytes += text.length;
        }
      } catch (cause) {
        this.#isBehind = true;
        this.#onError(cause);
      }
      for (const { done } of batch) done();
    }
    this.#writing = null;
  }

  /** The whole state under another name, then in the journal's place. */
  async #rewrite(): Promise<void> {
    const half = `${this.#path}.part`;
    let text = '';
    for (const entry of this.state.entries()) text += `${JSON.stringify(entry)}\n`;
    const file = await open(half, 'w', 0o600);
    try {
      await file.appendFile(text);
      await file.datasync();
      await rename(half, this.#path);
    } catch (cause) {
      await file.close();
      await rm(half, { force: true });
      throw cause;
    }
    await this.#file?.close();
    this.#file = file;
    this.#isBehind = false;
    // What still stands is no reason to write it again soon.
    this.#bytes = -text.length;
  }
}

function entryOf(line: string): JournalEntry | null {
  try {
    return journalEntry.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
