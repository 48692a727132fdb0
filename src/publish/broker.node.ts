import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { KerfError } from '#domain/kerf-error.ts';

export interface Broker {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the embedded broker on this machine only (127.0.0.1); port 0 takes a free one. Sessions and retained
 *  messages live as long as the process: the store and the PLC's repeats make up for that.
 *  @throws KerfError PUBLISH_PORT_IN_USE */
export async function startBroker({ port }: { port: number }): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const server = createServer((socket: Socket) => {
    // A client that resets its connection must not end the station; aedes sees the close itself.
    socket.on('error', () => socket.destroy());
    aedes.handle(socket);
  });
  try {
    await listen(server, port);
  } catch (cause) {
    await closeAedes(aedes);
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw new KerfError(
        'PUBLISH_PORT_IN_USE',
        `Port ${port} on 127.0.0.1, wanted for the embedded MQTT broker, is in use. Use the broker that runs there (--mqtt mqtt://127.0.0.1:${port}), or set another mqtt.embeddedPort in settings.json.`,
        { fault: 'device', details: { port }, cause },
      );
    throw cause;
  }
  const { port: taken } = server.address() as AddressInfo;
  let closing: Promise<void> | null = null;
  async function closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    await closeAedes(aedes);
    await closed;
  }
  const close = () => (closing ??= closeAll());
  return { url: `mqtt://127.0.0.1:${taken}`, port: taken, close, [Symbol.asyncDispose]: close };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}
