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

/** Who is connected, and what each may do. `C` is the broker's own idea of a client. */
export class BrokerGuard<C extends object> {
  readonly #accounts: readonly BrokerAccount[];
  readonly #rules: readonly TopicRule[];
  readonly #isSame: SameSecret;
  readonly #limit: GuessLimit;
  readonly #roles = new WeakMap<C, BrokerRole>();

  constructor(
    accounts: readonly BrokerAccount[],
    { rules, isSame, limit }: { rules: readonly TopicRule[]; isSame: SameSecret; limit: GuessLimit },
  ) {
    this.#accounts = accounts;
    this.#rules = rules;
    this.#isSame = isSame;
    this.#limit = limit;
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

  may(client: C, may: TopicRule['may'], filter: string): boolean {
    const role = this.#roles.get(client);
    return role !== undefined && isTopicAllowed(this.#rules, role, may, filter);
  }
}
