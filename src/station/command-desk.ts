import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { PLC_CODES } from '#domain/plc-messages.ts';
import type { Command } from '#publish/judge-command.ts';
import type { RememberedCommand } from '#store/records.ts';
import type { Wish } from './answered-topics.ts';

/** What the desk may do with the station: nothing here approves or releases. */
export interface CommandHands {
  readonly job: () => Job | null;
  readonly sync: () => Promise<void>;
  /** @param thickness of the material, mm, where a gauge tells it */
  readonly startJob: (thickness: number | null) => Promise<unknown>;
  readonly loadOrder: (name: string) => Promise<void>;
  /** A wish to the cutter's PLC, which decides. */
  readonly request: (job: string, wish: Wish) => Promise<unknown>;
  /** Before release. */
  readonly giveUp: (job: string) => Promise<unknown>;
  readonly acknowledgeAlarm: (id: string) => Promise<unknown>;
}

/** Where ids of commands are kept. */
export interface CommandMemory {
  rememberCommand(command: RememberedCommand, forgetBefore: string): Promise<RememberedCommand | null>;
  answerCommand(id: string, code: number): Promise<void>;
}

export interface CommandDeskOptions {
  readonly memory: CommandMemory;
  readonly hands: CommandHands;
  readonly now: () => string;
  /** What failed in a way that no code of the contract names. */
  readonly onError: (cause: unknown) => void;
}

const REMEMBERED_MS = 24 * 3600 * 1000;

/** Codes of ours as the PLC's. Whatever is not here is a refusal by the station's state. */
const CODE_OF_ERROR: Readonly<Record<string, number>> = {
  STATION_BUSY: PLC_CODES.busy,
  STATION_ORDER_MISSING: PLC_CODES.fileMissing,
  STATION_ORDER_REFUSED: PLC_CODES.badMessage,
};

/** Acts on commands that were judged fresh and allowed (src/publish/judge-command.ts), each id once in 24 h: the id is
 *  written down before the act and its answer after it. Where the process died between the two, nobody knows whether it
 *  acted; the same id then gets 7 (expired), never a second act, and the sender looks at `state` before it asks anew. */
export class CommandDesk {
  readonly #options: CommandDeskOptions;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: CommandDeskOptions) {
    this.#options = options;
  }

  /** @returns the code that answers it; never throws */
  answer(id: string, command: Command): Promise<number> {
    const answered = this.#queue.then(() => this.#answer(id, command));
    this.#queue = answered;
    return answered;
  }

  async #answer(id: string, command: Command): Promise<number> {
    const { memory, now, onError } = this.#options;
    const { verb } = command;
    const at = now();
    const dayAgo = new Date(Date.parse(at) - REMEMBERED_MS).toISOString();
    let known: RememberedCommand | null;
    try {
      known = await memory.rememberCommand({ id, verb, code: PLC_CODES.expired, at }, dayAgo);
    } catch (cause) {
      // What cannot be remembered must not act.
      onError(cause);
      return PLC_CODES.busy;
    }
    if (known) return known.verb === verb ? known.code : PLC_CODES.idReused;
    const code = await this.#act(command);
    await memory.answerCommand(id, code).catch(onError);
    return code;
  }

  async #act(command: Command): Promise<number> {
    try {
      return await this.#done(command);
    } catch (cause) {
      const code = cause instanceof KerfError ? cause.code : '';
      // A store or a file that fails is no fault of the sender, who may try again with a new id.
      if (!(cause instanceof KerfError) || cause.fault === 'device') this.#options.onError(cause);
      return CODE_OF_ERROR[code] ?? (code.startsWith('STATION_') ? PLC_CODES.wrongState : PLC_CODES.busy);
    }
  }

  async #done(command: Command): Promise<number> {
    const { hands } = this.#options;
    const job = hands.job();
    switch (command.verb) {
      case 'sync':
        await hands.sync();
        return PLC_CODES.ok;
      case 'scan':
        await hands.startJob(command.thicknessUm === undefined ? null : command.thicknessUm / 1000);
        return PLC_CODES.ok;
      case 'load':
        await hands.loadOrder(command.order);
        return PLC_CODES.ok;
      case 'pause':
      case 'resume': {
        const isThere = job !== null && (command.verb === 'pause' ? MAY_PAUSE : MAY_RESUME).has(job.state);
        if (!isThere) return PLC_CODES.wrongState;
        await hands.request(job.id, command.verb);
        return PLC_CODES.ok;
      }
      case 'cancel':
        if (job === null || job.id !== command.job) return PLC_CODES.wrongState;
        await (AT_THE_PLC.has(job.state) ? hands.request(job.id, 'cancel') : hands.giveUp(job.id));
        return PLC_CODES.ok;
      case 'ackAlarm':
        await hands.acknowledgeAlarm(command.alarm);
        return PLC_CODES.ok;
    }
  }
}

const AT_THE_PLC: ReadonlySet<Job['state']> = new Set(['released', 'accepted', 'cutting', 'paused']);
const MAY_PAUSE: ReadonlySet<Job['state']> = new Set(['accepted', 'cutting']);
const MAY_RESUME: ReadonlySet<Job['state']> = new Set(['paused']);
