import { randomBytes } from 'node:crypto';
import { sha256Of } from '#disk/sha256.node.ts';
import { roles, type AccessView, type Role, type SessionView } from '#api/access-routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import { lockMs, type LockRule } from '#publish/guess-limit.ts';
import type { StoredPerson } from '#store/records.ts';
import type { Store } from '#store/store.node.ts';
import { hashPin, isPin, NO_PIN } from './pin-hash.node.ts';

const SESSION_MS = 15 * 60_000;
const MOST_SESSIONS = 100;
/** Of a name: a PIN of six signs is guessed sooner than a machine's password. */
const PIN_LOCK: LockRule = { free: 5, firstMs: 30_000, longestMs: 15 * 60_000 };
/** Tries that may wait for their turn; more are answered at once. */
const MOST_WAITING = 10;

/** Who asks: the token of her cookie, and whether she sits at the station itself. */
export interface Asker {
  readonly token: string | null;
  readonly isLocal: boolean;
}

/** People, their PINs and sessions. What expires here closes engineer and admin functions only. */
export class AccessDesk {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, { readonly name: string; readonly role: Role; untilMs: number }>();
  /** Tries one after another: many at once must not be many guesses. */
  #tries: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async view(asker: Asker): Promise<AccessView> {
    const people = await this.#store.people();
    return {
      isSet: people.length > 0,
      isLocal: asker.isLocal,
      people: people.map(({ name, role }) => ({ name, role })),
      session: this.session(asker),
    };
  }

  /** The asker's session, which each look prolongs. */
  session({ token }: Asker): SessionView | null {
    const key = token === null ? '' : keyOf(token);
    const session = this.#sessions.get(key);
    if (!session) return null;
    const now = this.#nowMs();
    if (now >= session.untilMs) {
      this.#sessions.delete(key);
      return null;
    }
    session.untilMs = now + SESSION_MS;
    return { name: session.name, role: session.role, until: new Date(session.untilMs).toISOString() };
  }

  /** The session that may; null where none is needed: for operators, and for engineers at the station itself as long as
   *  nobody has a PIN (who sits there could set the first one).
   *  @throws KerfError STATION_PIN_NOT_SET, STATION_SIGN_IN_NEEDED, STATION_ROLE_TOO_LOW */
  async demand(asker: Asker, role: Role): Promise<SessionView | null> {
    const session = this.session(asker);
    if (role === 'operator' || (session && rank(session.role) >= rank(role))) return session;
    const details = { role };
    if (session)
      throw new KerfError('STATION_ROLE_TOO_LOW', `${session.name} is ${session.role}; this takes ${role}.`, {
        fault: 'answer',
        details,
      });
    if ((await this.#store.people()).length === 0) {
      if (role === 'engineer' && asker.isLocal) return null;
      throw new KerfError(
        'STATION_PIN_NOT_SET',
        `This takes ${role}, and nobody has a PIN. Set the first one, an admin's, at the station's own screen.`,
        { fault: 'answer', details },
      );
    }
    throw new KerfError('STATION_SIGN_IN_NEEDED', `This takes ${role}: sign in.`, { fault: 'answer', details });
  }

  /** @returns the session's token, for the asker's cookie
   *  @throws KerfError STATION_SIGN_IN_REFUSED, STATION_SIGN_IN_LOCKED */
  signIn(name: string, pin: string): Promise<{ readonly token: string; readonly session: SessionView }> {
    // Each try takes a tenth of a second on purpose, one after the other: a flood of them would lock everybody out.
    if (this.#waitingCount >= MOST_WAITING) return Promise.reject(locked(Math.ceil(MOST_WAITING / 10)));
    return this.#oneByOne(async () => {
      const person = (await this.#store.people()).find((p) => p.name === name);
      this.#refuseLocked(person);
      const isRight = await isPin(pin, person ?? NO_PIN);
      if (!person || !isRight) {
        await this.#countFailure(name, person);
        throw new KerfError('STATION_SIGN_IN_REFUSED', 'Name and PIN do not belong together.', { fault: 'answer' });
      }
      if (person.failedCount > 0) await this.#store.putPerson({ ...person, failedCount: 0, lockedUntil: null });
      await this.#note('signed in', name, { role: person.role });
      const token = randomBytes(32).toString('base64url');
      const key = keyOf(token);
      this.#sessions.set(key, { name, role: person.role, untilMs: this.#nowMs() + SESSION_MS });
      for (const old of [...this.#sessions.keys()].slice(0, -MOST_SESSIONS)) this.#sessions.delete(old);
      const session = this.session({ token, isLocal: false });
      if (!session) throw new KerfError('STATION_SIGN_IN_NEEDED', 'The session has ended already: sign in again.');
      return { token, session };
    });
  }

  async signOut(asker: Asker): Promise<void> {
    const session = this.session(asker);
    if (!session || asker.token === null) return;
    this.#sessions.delete(keyOf(asker.token));
    await this.#note('signed out', session.name, {});
  }

  /** @throws KerfError STATION_NOT_LOCAL, STATION_FIRST_ADMIN, STATION_PIN_TOO_WEAK, and what `demand` refuses */
  setPerson(asker: Asker, { name, role, pin }: { name: string; role: Role; pin: string }): Promise<AccessView> {
    return this.#oneByOne(async () => {
      const people = await this.#store.people();
      const session = this.session(asker);
      const own = session?.name === name ? people.find((p) => p.name === name) : undefined;
      if (people.length === 0) {
        if (!asker.isLocal)
          throw new KerfError(
            'STATION_NOT_LOCAL',
            'Nobody has a PIN yet. The first one is set at the station itself (http://127.0.0.1), not over the network.',
            { fault: 'answer' },
          );
        if (role !== 'admin')
          throw new KerfError('STATION_FIRST_ADMIN', `The first person must be an admin, found ${role}.`);
      } else if (own?.role !== role) await this.demand(asker, 'admin');
      if (role !== 'admin') refuseLastAdmin(people, name);
      const hashed = await hashPin(pin);
      const at = this.#clock.now();
      await this.#store.putPerson({ name, role, ...hashed, setAt: at, failedCount: 0, lockedUntil: null });
      await this.#note('person set', session?.name ?? name, { name, role });
      this.#endSessions(name, own ? asker.token : null);
      return this.view(asker);
    });
  }

  /** @throws KerfError STATION_LAST_ADMIN */
  async removePerson(asker: Asker, name: string): Promise<AccessView> {
    const session = await this.demand(asker, 'admin');
    refuseLastAdmin(await this.#store.people(), name);
    await this.#store.removePerson(name);
    await this.#note('person removed', session?.name ?? null, { name });
    this.#endSessions(name, null);
    return this.view(asker);
  }

  #endSessions(name: string, butToken: string | null): void {
    for (const [key, session] of this.#sessions)
      if (session.name === name && (butToken === null || key !== keyOf(butToken))) this.#sessions.delete(key);
  }

  #refuseLocked(person: StoredPerson | undefined): void {
    if (!person?.lockedUntil) return;
    const waitMs = Date.parse(person.lockedUntil) - this.#nowMs();
    if (waitMs <= 0) return;
    throw locked(Math.ceil(waitMs / 1000));
  }

  async #countFailure(name: string, person: StoredPerson | undefined): Promise<void> {
    await this.#note('sign-in refused', null, { name: name.slice(0, 80) });
    if (!person) return;
    const failedCount = person.failedCount + 1;
    const waitMs = lockMs(failedCount, PIN_LOCK);
    const lockedUntil = waitMs === 0 ? null : new Date(this.#nowMs() + waitMs).toISOString();
    await this.#store.putPerson({ ...person, failedCount, lockedUntil });
  }

  #note(kind: string, by: string | null, details: Readonly<Record<string, string>>): Promise<void> {
    return this.#store.note({ kind, at: this.#clock.now(), by, details });
  }

  #nowMs(): number {
    return Date.parse(this.#clock.now());
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    this.#waitingCount += 1;
    const done = this.#tries.then(work).finally(() => (this.#waitingCount -= 1));
    this.#tries = done.catch(() => undefined);
    return done;
  }
}

function locked(seconds: number): KerfError {
  return new KerfError('STATION_SIGN_IN_LOCKED', `Too many wrong PINs. Wait ${seconds} s, then try again.`, {
    fault: 'answer',
    details: { seconds },
  });
}

function rank(role: Role): number {
  return roles.indexOf(role);
}

function keyOf(token: string): string {
  return sha256Of(token);
}

function refuseLastAdmin(people: readonly StoredPerson[], name: string): void {
  const admins = people.filter((p) => p.role === 'admin');
  if (admins.length === 1 && admins[0]?.name === name)
    throw new KerfError('STATION_LAST_ADMIN', `${name} is the only admin. Make another one first.`, {
      fault: 'answer',
    });
}
