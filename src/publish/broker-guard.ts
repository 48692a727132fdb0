import { isTopicAllowed, type BrokerRole, type TopicRule } from './topic-rules.ts';

/** Someone who may connect to the embedded broker. */
export interface BrokerAccount {
  readonly name: string;
  readonly role: BrokerRole;
  readonly password: string;
}

/** Whether the two are equal, in a time that does not tell where they differ. */
export type SameSecret = (a: string, b: string) => boolean;

/** Who is connected, and what each may do. `C` is the broker's own idea of a client. */
export class BrokerGuard<C extends object> {
  readonly #accounts: readonly BrokerAccount[];
  readonly #rules: readonly TopicRule[];
  readonly #isSame: SameSecret;
  readonly #roles = new WeakMap<C, BrokerRole>();

  constructor(accounts: readonly BrokerAccount[], rules: readonly TopicRule[], isSame: SameSecret) {
    this.#accounts = accounts;
    this.#rules = rules;
    this.#isSame = isSame;
  }

  /** Every account is looked at, so that a wrong name takes as long as a wrong password. */
  letIn(client: C, name: string | undefined, password: string | undefined): boolean {
    let role: BrokerRole | null = null;
    for (const account of this.#accounts) {
      const isName = this.#isSame(account.name, name ?? '');
      const isPassword = this.#isSame(account.password, password ?? '');
      if (isName && isPassword) role = account.role;
    }
    if (role !== null) this.#roles.set(client, role);
    return role !== null;
  }

  may(client: C, may: TopicRule['may'], filter: string): boolean {
    const role = this.#roles.get(client);
    return role !== undefined && isTopicAllowed(this.#rules, role, may, filter);
  }
}
