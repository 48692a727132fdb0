import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import type { Settings } from '#domain/settings.ts';
import type { JournalOptions } from '#publish/broker-journal.node.ts';
import { startBroker, type Broker } from '#publish/broker.node.ts';
import { withoutLogin, type MqttDoor } from '#publish/mqtt-session.node.ts';
import { readSecret } from '#publish/read-secret.node.ts';
import { ownClientIds, stationClientId } from '#publish/topics.ts';
import { topicRules } from '#publish/topic-rules.ts';

const BROKER_JOURNAL = 'broker.journal';

export interface OpenedBroker {
  /** Ours; null where the station uses another's. */
  readonly embedded: Broker | null;
  /** How the station connects, and how a PLC of this process does. */
  readonly station: MqttDoor;
  readonly plc: MqttDoor;
}

export interface OpenBrokerOptions {
  readonly settings: Settings;
  /** null: the embedded one. */
  readonly url: string | null;
  /** Files of settings are relative to it. */
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Kept sessions of the embedded one outlive the process, in the data folder. */
  readonly journal?: Omit<JournalOptions, 'path'>;
  /** As `KeepOptions` has them. */
  readonly onDropped?: (client: string) => void;
  readonly onClient?: (client: string) => void;
}

/** The broker of a station as settings have it: another's with its login and certificates, or ours.
 *  @throws KerfError PUBLISH_BAD_URL, PUBLISH_SECRET_MISSING, PUBLISH_TLS_REFUSED, and those of `startBroker` */
export async function openBroker(options: OpenBrokerOptions): Promise<OpenedBroker> {
  const { url, settings } = options;
  if (url === null) return openEmbedded(options);
  const door = await doorOf(checkedBrokerUrl(url), options);
  // Where the PLC is simulated on a broker of others, it comes in by the same door.
  return { embedded: null, station: door, plc: { ...door, version: settings.mqtt.version } };
}

async function doorOf(url: string, { settings, environment, dataDir }: OpenBrokerOptions): Promise<MqttDoor> {
  const { userFrom, passwordFrom, version, tls } = settings.mqtt;
  const secret = (from: string | null) => (from === null ? undefined : readSecret(from, environment, dataDir));
  const pem = (file: string | null | undefined) => (file ? readPem(file, dataDir) : undefined);
  return {
    url,
    user: await secret(userFrom),
    password: await secret(passwordFrom),
    version,
    ...(tls ? { tls: { ca: await pem(tls.caFile), cert: await pem(tls.certFile), key: await pem(tls.keyFile) } } : {}),
  };
}

async function openEmbedded(options: OpenBrokerOptions): Promise<OpenedBroker> {
  const { settings, environment, dataDir, journal, onDropped, onClient } = options;
  const { embeddedPort, embeddedListen, embeddedTls, accounts } = settings.mqtt;
  const embedded = await startBroker({
    port: embeddedPort,
    listen: embeddedListen,
    ...(journal ? { journal: { ...journal, path: join(dataDir, BROKER_JOURNAL) } } : {}),
    queues: { own: new Set([stationClientId(settings.site, settings.station)]), onDropped, onClient },
    rules: topicRules(settings.site, settings.station),
    ownIds: ownClientIds(settings.site, settings.station),
    accounts: await Promise.all(
      accounts.map(async ({ name, role, passwordFrom }) => ({
        name,
        role,
        password: await readSecret(passwordFrom, environment, dataDir),
      })),
    ),
    ...(embeddedTls
      ? {
          tls: {
            cert: await readPem(embeddedTls.certFile, dataDir),
            key: await readPem(embeddedTls.keyFile, dataDir),
            ...(embeddedTls.clientCaFile ? { clientCa: await readPem(embeddedTls.clientCaFile, dataDir) } : {}),
          },
        }
      : {}),
  });
  const { url, logins } = embedded;
  return { embedded, station: { url, ...logins?.station }, plc: { url, ...logins?.plc } };
}

async function readPem(file: string, dataDir: string): Promise<Buffer> {
  const path = resolve(dataDir, file);
  try {
    return await readFile(path);
  } catch (cause) {
    throw new KerfError(
      'PUBLISH_TLS_REFUSED',
      `${path}: cannot be read (${cause instanceof Error ? cause.message : String(cause)}), expected a PEM file named in settings.json under mqtt.`,
      { cause },
    );
  }
}

/** @throws KerfError PUBLISH_BAD_URL; a password in the address is refused, for addresses are shown and logged */
export function checkedBrokerUrl(text: string): string {
  if (/^mqtts?:\/\/[^/\s@]+\/?$/.test(text)) return text;
  throw new KerfError(
    'PUBLISH_BAD_URL',
    `Broker: found "${withoutLogin(text)}"${text.includes('@') ? ' with a name or password in it' : ''}, expected mqtt://HOST[:PORT] or mqtts://HOST[:PORT]; name and password come by mqtt.userFrom and mqtt.passwordFrom of settings.json.`,
  );
}
