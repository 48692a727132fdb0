import { createServer, type AddressInfo, type Socket } from 'node:net';
import { KerfError } from '#domain/kerf-error.ts';
import { isLoopback } from './broker.node.ts';
import {
  exceptionOf,
  MODBUS_EXCEPTIONS,
  modbusAnswer,
  modbusException,
  takeModbusFrames,
  type ModbusException,
  type ModbusFrame,
} from './modbus-frame.ts';

/** Holding registers as the server asks for them. */
export interface RegisterBank {
  readonly count: number;
  read(address: number, count: number): readonly number[];
  /** @returns the exception that answers a write which is not allowed; null when it was taken */
  write(address: number, values: readonly number[]): ModbusException | null;
}

export interface ModbusServerOptions {
  readonly port: number;
  readonly listen: string;
  /** Addresses that may connect; needed where `listen` is not this machine alone: Modbus knows no password. */
  readonly allow: readonly string[];
  readonly bank: RegisterBank;
}

export interface ModbusServer {
  readonly port: number;
  readonly connectionCount: number;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 8;
/** A PLC asks every second or two; one that is gone must not keep its place. */
const IDLE_MS = 60_000;

/** Serves holding registers over Modbus TCP, function codes 3, 6 and 16, whatever the unit id.
 *  @throws KerfError PUBLISH_OPEN_MODBUS_REFUSED, PUBLISH_MODBUS_CANNOT_LISTEN */
export async function startModbusServer({ port, listen, allow, bank }: ModbusServerOptions): Promise<ModbusServer> {
  if (!isLoopback(listen) && allow.length === 0)
    throw new KerfError(
      'PUBLISH_OPEN_MODBUS_REFUSED',
      `Modbus would listen on ${listen} for everybody, and it knows no password. Name the PLC's address in modbus.allow of settings.json, or leave modbus.listen at 127.0.0.1.`,
      { details: { listen } },
    );
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const isWelcome = allow.length === 0 || isLoopback(from) || allow.includes(from);
    if (!isWelcome || sockets.size >= MOST_CONNECTIONS) return void socket.destroy();
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    let waiting: Uint8Array = new Uint8Array();
    socket.on('data', (chunk) => {
      const taken = takeModbusFrames(Buffer.concat([waiting, chunk]));
      if (!taken) return void socket.destroy();
      waiting = taken.rest;
      for (const frame of taken.frames) socket.write(answerFrame(frame, bank));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) =>
      reject(
        new KerfError(
          'PUBLISH_MODBUS_CANNOT_LISTEN',
          `Modbus cannot listen on ${listen}:${port} (${cause.message}). Set another modbus.port or modbus.listen in settings.json; ports below 1024 need rights.`,
          { fault: 'device', details: { listen, port }, cause },
        ),
      ),
    );
    server.listen(port, listen, resolve);
  });
  let closing: Promise<void> | null = null;
  async function closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    port: (server.address() as AddressInfo).port,
    get connectionCount() {
      return sockets.size;
    },
    close: () => (closing ??= closeAll()),
  };
}

/** One question, one answer. */
export function answerFrame(frame: ModbusFrame, bank: RegisterBank): Uint8Array {
  const { request } = frame;
  if (!request) return modbusException(frame, exceptionOf(frame));
  const count = request.kind === 'read' ? request.count : request.values.length;
  if (request.address + count > bank.count) return modbusException(frame, MODBUS_EXCEPTIONS.illegalAddress);
  if (request.kind === 'read') return modbusAnswer(frame, request, bank.read(request.address, count));
  const exception = bank.write(request.address, request.values);
  return exception === null ? modbusAnswer(frame, request, []) : modbusException(frame, exception);
}
