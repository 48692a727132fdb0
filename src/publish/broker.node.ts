import { randomBytes } from 'node:crypto';
import { createServer, isIP, Socket, type AddressInfo, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import { KerfError } from '#domain/kerf-error.ts';
import { BrokerJournal, type JournalOptions } from './broker-journal.node.ts';
import { BrokerGuard, type BrokerAccount, type GuardOptions } from './broker-guard.ts';
import { GuessLimit } from './guess-limit.ts';
import { keepSessions, type KeepOptions } from './keep-sessions.node.ts';
import { PacketSizes } from './packet-sizes.ts';
import { sameSecret } from './same-secret.node.ts';
import type { TopicRule } from './topic-rules.ts';
import { UnnamedConnections } from './unnamed-connections.node.ts';

export interface BrokerOptions {
  readonly port: number;
  /** Default 127.0.0.1. Any address but this machine's own needs `accounts`. */
  readonly listen?: string;
  /** Who may connect; none: whoever is on this machine. */
  readonly accounts?: readonly BrokerAccount[];
  readonly rules?: readonly TopicRule[];
  /** Client ids of this process's own clients; with accounts nobody else comes under one of these. */
  readonly ownIds?: ReadonlySet<string>;
  /** Kept sessions outlive the process; without it they end with it. */
  readonly journal?: JournalOptions;
  /** How much is kept for clients that are away; with a journal only. */
  readonly queues?: KeepOptions | undefined;
  /** PEM. With `clientCa` only clients with a certificate of it are let in. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer; readonly clientCa?: Buffer | undefined };
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface Broker {
  /** For the station itself: always this machine, never TLS. */
  readonly url: string;
  /** Accounts of this process's own clients, new at each start; null where nobody needs one. */
  readonly logins: { readonly station: Login; readonly plc: Login } | null;
  /** Where the others connect. */
  readonly port: number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
/** A wrong password is answered late; `GuessLimit` counts those that come at once. */
const REFUSAL_MS = 500;
/** MQTT 3.1.1, table 3.1. */
const BAD_ID = 2;
const BAD_LOGIN = 4;
const MOST_PACKET_BYTES = 1024 * 1024;
/** From the connection to the client's first packet, its TLS handshake before that included or not. */
const SAYS_NAME_MS = 10_000;
/** A station has some ten clients; each open connection costs memory before it has said who it is. */
const MOST_CONNECTIONS = 200;

/** Starts the embedded broker; port 0 takes a free one. Without accounts it is open to this machine and to no other;
 *  with accounts every client names itself, and each may say and hear what the rules give its role. Kept
 *  sessions with what they are owed live in the journal where one is given; retained messages live as long as the
 *  process: who shows a state shows it again on every connection.
 *  @throws KerfError PUBLISH_OPEN_BROKER_REFUSED, PUBLISH_PORT_IN_USE, PUBLISH_CANNOT_LISTEN, PUBLISH_TLS_REFUSED */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { port, listen = LOOPBACK, accounts = [], rules = [], tls } = options;
  if (!isLoopback(listen) && accounts.length === 0)
    throw new KerfError(
      'PUBLISH_OPEN_BROKER_REFUSED',
      `The embedded broker would listen on ${listen} with nobody asked for a password. Name who may connect (mqtt.accounts in settings.json), or leave mqtt.embeddedListen at ${LOOPBACK}.`,
      { details: { listen } },
    );
  const aedes = await Aedes.createBroker({ connectTimeout: SAYS_NAME_MS });
  const unnamed = new UnnamedConnections();
  aedes.on('client', ({ conn }) => {
    if (conn instanceof Socket) unnamed.named(conn.remoteAddress, conn.remotePort);
  });
  const ownLogin = (user: string) => ({ user, password: randomBytes(24).toString('base64url') });
  // A name with a blank is nobody's in settings.
  const journal = options.journal ? await BrokerJournal.open(options.journal) : null;
  const logins =
    accounts.length === 0 ? null : { station: ownLogin('this station'), plc: ownLogin("this station's plc") };
  if (logins) {
    const connected = connectedTo(aedes);
    const own = (['station', 'plc'] as const).map((role) => ({
      name: logins[role].user,
      password: logins[role].password,
      role,
      isOwn: true,
    }));
    guard(aedes, [...accounts, ...own], {
      ...{ rules, ownIds: options.ownIds, isSame: sameSecret, limit: new GuessLimit(() => performance.now()) },
      isHeld: (id) => connected.has(id) || journal?.state.sessions.has(id) === true,
    });
  }
  if (journal) await keepSessions(aedes, journal, options.queues);
  const handle = (socket: Socket) => {
    // A client that resets its connection must not end the station; aedes sees the close itself.
    socket.on('error', () => socket.destroy());
    // See sendAtOnce in mqtt-session.node.ts.
    socket.setNoDelay(true);
    refuseLargePackets(socket);
    aedes.handle(socket);
  };
  const servers: Server[] = [];
  async function open(server: Server, at: string, wanted: number): Promise<number> {
    server.maxConnections = MOST_CONNECTIONS;
    server.on('connection', (socket) => unnamed.add(socket));
    await listenOn(server, wanted, at);
    servers.push(server);
    return (server.address() as AddressInfo).port;
  }
  async function closeAll(): Promise<void> {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    await closeAedes(aedes);
    await journal?.close();
    await Promise.all(closed);
  }
  try {
    const isOutside = tls !== undefined || !isLoopback(listen);
    const taken = await open(tls ? tlsServer(tls, handle) : createServer(handle), listen, port);
    // The station's own way in, which no certificate and no network interface can close.
    const own = isOutside ? await open(createServer(handle), LOOPBACK, 0) : taken;
    let closing: Promise<void> | null = null;
    const close = () => (closing ??= closeAll());
    const host = isOutside || listen === 'localhost' ? LOOPBACK : listen.includes(':') ? `[${listen}]` : listen;
    return { url: `mqtt://${host}:${own}`, logins, port: taken, close, [Symbol.asyncDispose]: close };
  } catch (cause) {
    await closeAll();
    throw cause;
  }
}

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

/** MQTT allows packets of 256 MB, and aedes collects one before anybody looks at it; the contract's largest has some kB. A
 *  connection that announces more is ended before it is read. Looked at as the bytes come, for a `data` listener would
 *  take them from aedes. */
function refuseLargePackets(socket: Socket): void {
  const sizes = new PacketSizes(MOST_PACKET_BYTES);
  const push = socket.push.bind(socket);
  socket.push = (chunk: Buffer | null, encoding) => {
    if (chunk === null || sizes.take(chunk)) return push(chunk, encoding);
    socket.destroy();
    return false;
  };
}

/** By client id, as long as each is there. */
function connectedTo(aedes: Aedes): ReadonlyMap<string, Client> {
  const connected = new Map<string, Client>();
  aedes.on('client', (client) => connected.set(client.id, client));
  // Whoever comes under an id that is there is told before the other one is gone.
  aedes.on('clientDisconnect', (client) => {
    if (connected.get(client.id) === client) connected.delete(client.id);
  });
  return connected;
}

function guard(aedes: Aedes, accounts: readonly BrokerAccount[], options: GuardOptions): void {
  const clients = new BrokerGuard<Client>(accounts, options);
  const refuse = (done: Parameters<Aedes['authenticate']>[3], reason: string, returnCode: number) =>
    setTimeout(() => done(Object.assign(new Error(reason), { returnCode }), false), REFUSAL_MS).unref();
  aedes.authenticate = (client, user, password, done) => {
    const source = client.conn instanceof Socket ? (client.conn.remoteAddress ?? '') : '';
    const name = user ?? '';
    if (!clients.letIn(client, { name, password: password?.toString() ?? '', source }))
      refuse(done, 'bad user name or password', BAD_LOGIN);
    else if (clients.mayBe(client.id, name)) done(null, true);
    else refuse(done, "another account's client id", BAD_ID);
  };
  // A message that is not allowed ends the connection: MQTT 3.1.1 has no other way to say no.
  aedes.authorizePublish = (client, packet, done) => {
    // Said live it is the same message; only whoever subscribes later does not hear of it.
    if (client && packet.retain && !clients.mayRetain(client)) packet.retain = false;
    done(!client || clients.may(client, 'write', packet.topic) ? null : new Error(`not allowed: ${packet.topic}`));
  };
  aedes.authorizeSubscribe = (client, subscription, done) =>
    done(null, clients.may(client, 'read', subscription.topic) ? subscription : null);
}

function tlsServer({ cert, key, clientCa }: NonNullable<BrokerOptions['tls']>, handle: (s: Socket) => void): Server {
  try {
    const clients = clientCa ? { ca: clientCa, requestCert: true, rejectUnauthorized: true } : {};
    return createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: SAYS_NAME_MS, ...clients }, handle);
  } catch (cause) {
    throw new KerfError(
      'PUBLISH_TLS_REFUSED',
      `mqtt.embeddedTls: found a certificate or key that cannot be used (${cause instanceof Error ? cause.message : String(cause)}), expected PEM files that belong together.`,
      { cause },
    );
  }
}

function listenOn(server: Server, port: number, listen: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => reject(listenError(cause, port, listen));
    server.once('error', refuse);
    server.listen(port, listen, () => {
      server.off('error', refuse);
      // What a client does wrong before it is a client (a broken handshake) is its own affair.
      server.on('error', () => undefined);
      resolve();
    });
  });
}

function listenError(cause: Error, port: number, listen: string): KerfError {
  const options = { fault: 'device' as const, details: { port, listen }, cause };
  if ('code' in cause && cause.code === 'EADDRINUSE')
    return new KerfError(
      'PUBLISH_PORT_IN_USE',
      `Port ${port} on ${listen}, wanted for the embedded MQTT broker, is in use. Use the broker that runs there (--mqtt mqtt://${listen}:${port}), or set another mqtt.embeddedPort in settings.json.`,
      options,
    );
  return new KerfError(
    'PUBLISH_CANNOT_LISTEN',
    `Cannot listen on ${listen}:${port} (${cause.message}). Set another mqtt.embeddedListen or mqtt.embeddedPort in settings.json.`,
    options,
  );
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}
