import type { GuessLimit } from './guess-limit.ts';
import { isTopicAllowed, type BrokerRole, type TopicRule } from './topic-rules.ts';

/** Someone who may connect to the embedded broker. */
export interface BrokerAccount {
  readonly name: string;
  readonly role: BrokerRole;
  readonly password: string;
  /** Of this process, with a password of its own making. */
  readonly isOwn?: boolean;
}

/** Whether the two are equal, in a time that does not tell where they differ. */
export type SameSecret = (a: string, b: string) => boolean;

export interface GuardOptions {
  readonly rules: readonly TopicRule[];
  readonly isSame: SameSecret;
  readonly limit: GuessLimit;
  /** Client ids of this process's own clients: nobody else's. */
  readonly ownIds?: ReadonlySet<string> | undefined;
  /** Whether a client id is connected, or has a session that is kept for it. */
  readonly isHeld?: (id: string) => boolean;
}

/** As many client ids are remembered with whose they are; the eldest go first. */
const MOST_HOLDERS = 10_000;

/** Who is connected, and what each may do. `C` is the broker's own idea of a client. */
export class BrokerGuard<C extends object> {
  readonly #accounts: readonly BrokerAccount[];
  readonly #rules: readonly TopicRule[];
  readonly #isSame: SameSecret;
  readonly #limit: GuessLimit;
  readonly #ownIds: ReadonlySet<string>;
  readonly #isHeld: (id: string) => boolean;
  readonly #roles = new WeakMap<C, BrokerRole>();
  /** By client id: the account that came with it last. */
  readonly #holders = new Map<string, string>();

  constructor(
    accounts: readonly BrokerAccount[],
    { rules, isSame, limit, ownIds = new Set(), isHeld = () => false }: GuardOptions,
  ) {
    this.#accounts = accounts;
    this.#rules = rules;
    this.#isSame = isSame;
    this.#limit = limit;
    this.#ownIds = ownIds;
    this.#isHeld = isHeld;
  }

  /** Every account is looked at, so that a wrong name takes as long as a wrong password.
   *  @param source address of the client */
  letIn(
    client: C,
    { name = '', password = '', source }: { name?: string; password?: string; source: string },
  ): boolean {
    let found: BrokerAccount | null = null;
    const isRight = () => {
      for (const account of this.#accounts) {
        const isName = this.#isSame(account.name, name);
        const isPassword = this.#isSame(account.password, password);
        if (isName && isPassword) found = account;
      }
      return found !== null;
    };
    // This process's own clients must never be shut out, and nobody guesses what they say.
    const isOwn = this.#accounts.some((account) => account.isOwn === true && account.name === name);
    const isIn = isOwn ? isRight() : this.#limit.try(name, source, isRight);
    const role = (found as BrokerAccount | null)?.role;
    if (isIn && role !== undefined) this.#roles.set(client, role);
    return isIn;
  }

  /** Whether an account may come under this client id. In MQTT who comes under another's id ends that one's connection and
   *  inherits its kept session, with what it was subscribed to and what is queued for it.
   *  @param name of an account that was let in */
  mayBe(id: string, name: string): boolean {
    const isOwn = this.#accounts.some((account) => account.isOwn === true && account.name === name);
    if (!isOwn && this.#ownIds.has(id)) return false;
    const holder = this.#holders.get(id);
    if (holder !== undefined && holder !== name && this.#isHeld(id)) return false;
    this.#holders.delete(id);
    this.#holders.set(id, name);
    if (this.#holders.size > MOST_HOLDERS) this.#holders.delete(this.#holders.keys().next().value ?? '');
    return true;
  }

  /** Whether what it says may be kept as a topic's latest: the station's states and a Sparkplug host's STATE. All others'
   *  topics are never retained by the contract, and each that was would stay in memory. */
  mayRetain(client: C): boolean {
    const role = this.#roles.get(client);
    return role === 'station' || role === 'host';
  }

  may(client: C, may: TopicRule['may'], filter: string): boolean {
    const role = this.#roles.get(client);
    return role !== undefined && isTopicAllowed(this.#rules, role, may, filter);
  }
}
