import { mkdir } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { MessageSecurityMode, SecurityPolicy } from 'node-opcua-secure-channel';
import { OPCUAServer } from 'node-opcua-server';
import { StatusCodes } from 'node-opcua-status-code';
import { DataType, Variant } from 'node-opcua-variant';
import { KerfError } from '#domain/kerf-error.ts';
import { KERF_VERSION } from '#domain/version.ts';
import type { Login } from './broker.node.ts';
import { GuessLimit } from './guess-limit.ts';
import type { HandshakeBank } from './handshake-bank.ts';
import { OPCUA_NAMESPACE, OPCUA_ROOT, OPCUA_VARIABLES } from './opcua-variables.ts';
import { sameSecret } from './same-secret.node.ts';

export interface OpcuaServerOptions {
  readonly port: number;
  readonly listen: string;
  /** Null: whoever is on this machine, without encryption. Else Basic256Sha256, signed and encrypted, with this name. */
  readonly login: Login | null;
  /** The server's certificate and key, made at the first start, and the certificates that it has met. */
  readonly pkiDir: string;
  readonly bank: HandshakeBank;
}

export interface OpcuaServer {
  readonly port: number;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 8;
/** A wrong password is answered late; `GuessLimit` counts those that come at once. */
const REFUSAL_MS = 500;
const LEAST_SAMPLING_MS = 50;
const EVERYWHERE = new Set(['0.0.0.0', '::']);

/** Serves the bank's values as variables (docs/plc/opcua.md). Loading it costs some 3 s and 150 MB: it has a process of its own.
 *  @throws KerfError PUBLISH_OPCUA_CANNOT_LISTEN */
export async function startOpcuaServer({
  port,
  listen,
  login,
  pkiDir,
  bank,
}: OpcuaServerOptions): Promise<OpcuaServer> {
  await mkdir(pkiDir, { recursive: true, mode: 0o700 });
  // A client's certificate encrypts; who it is the password says. So no engineer has to sign each PLC's certificate here.
  const certificates = new OPCUACertificateManager({ rootFolder: pkiDir, automaticallyAcceptUnknownCertificate: true });
  const limit = new GuessLimit(() => performance.now());
  const isEverywhere = EVERYWHERE.has(listen);
  const server = new OPCUAServer({
    port,
    host: listen,
    hostname: isEverywhere ? hostname() : listen,
    alternateHostname: isEverywhere ? ownAddresses() : [hostname()],
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    securityPolicies: [login ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None],
    securityModes: [login ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None],
    allowAnonymous: login === null,
    userManager: {
      isValidUserAsync(user, password, done) {
        const source = this.channel?.remoteAddress ?? '';
        const isRight = () => login !== null && sameSecret(`${login.user}\n${login.password}`, `${user}\n${password}`);
        if (limit.try(user, source, isRight)) done(null, true);
        else void wait(REFUSAL_MS).then(() => done(null, false));
      },
    },
    maxConnectionsPerEndpoint: MOST_CONNECTIONS,
    serverCapabilities: { maxSessions: MOST_CONNECTIONS },
    buildInfo: { productName: 'Kerf', softwareVersion: KERF_VERSION, buildNumber: KERF_VERSION },
    serverInfo: { applicationUri: `urn:${hostname()}:kerf`, productUri: 'urn:kerf' },
  });
  let closing: Promise<void> | null = null;
  const closeAll = async () => {
    await server.shutdown(0);
    await certificates.dispose();
  };
  const close = () => (closing ??= closeAll());
  try {
    await server.initialize();
    showVariables(server, bank);
    await server.start();
  } catch (cause) {
    await close().catch(() => undefined);
    throw new KerfError(
      'PUBLISH_OPCUA_CANNOT_LISTEN',
      `OPC UA cannot listen on ${listen}:${port} (${cause instanceof Error ? cause.message : String(cause)}). Set another opcua.port or opcua.listen in settings.json.`,
      { fault: 'device', details: { listen, port }, cause },
    );
  }
  return { port: server.endpoints[0]?.port ?? port, close };
}

function showVariables(server: OPCUAServer, bank: HandshakeBank): void {
  const space = server.engine.addressSpace;
  if (!space) throw new Error('the server has no address space');
  const namespace = space.registerNamespace(OPCUA_NAMESPACE);
  const root = namespace.addFolder(space.rootFolder.objects, { browseName: OPCUA_ROOT, nodeId: `s=${OPCUA_ROOT}` });
  const folders = {
    Station: namespace.addFolder(root, { browseName: 'Station', nodeId: 's=Station' }),
    Plc: namespace.addFolder(root, { browseName: 'Plc', nodeId: 's=Plc' }),
  };
  for (const { folder, name, type, about, read, register } of OPCUA_VARIABLES) {
    const access = register === null ? 'CurrentRead' : 'CurrentRead | CurrentWrite';
    namespace.addVariable({
      componentOf: folders[folder],
      browseName: name,
      nodeId: `s=${folder}.${name}`,
      dataType: type,
      description: about,
      accessLevel: access,
      userAccessLevel: access,
      minimumSamplingInterval: LEAST_SAMPLING_MS,
      value: {
        get: () => new Variant({ dataType: DataType[type], value: read(bank) }),
        ...(register === null
          ? {}
          : {
              set: (value: Variant) =>
                bank.write(register, [Number(value.value)]) === null ? StatusCodes.Good : StatusCodes.BadOutOfRange,
            }),
      },
    });
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
}
