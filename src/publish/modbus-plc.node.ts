import { openBankSession, type BankSession, type BankSessionOptions } from './bank-session.node.ts';
import type { HandshakeBank } from './handshake-bank.ts';
import { MODBUS_EXCEPTIONS } from './modbus-frame.ts';
import { REGISTER_COUNT } from './bank-registers.ts';
import { startModbusServer, type ModbusServer, type RegisterBank } from './modbus-server.node.ts';

export interface ModbusPlcOptions extends Omit<BankSessionOptions, 'name'> {
  readonly port: number;
  readonly listen: string;
  readonly allow: readonly string[];
}

/** A PLC that speaks Modbus, as one that speaks MQTT: on one side 19 holding registers, on the other a client of the
 *  broker like any PLC. The station does not know the difference, so its rules hold for both. */
export class ModbusPlc {
  readonly #session: BankSession;
  readonly #server: ModbusServer;

  private constructor(session: BankSession, server: ModbusServer) {
    this.#session = session;
    this.#server = server;
  }

  /** @throws KerfError as `startModbusServer` */
  static async open({ port, listen, allow, ...options }: ModbusPlcOptions): Promise<ModbusPlc> {
    const session = openBankSession({ ...options, name: 'modbus' });
    try {
      const server = await startModbusServer({ port, listen, allow, bank: asRegisters(session.bank) });
      return new ModbusPlc(session, server);
    } catch (cause) {
      await session.close();
      throw cause;
    }
  }

  get port(): number {
    return this.#server.port;
  }

  async close(): Promise<void> {
    await this.#server.close();
    await this.#session.close();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function asRegisters(bank: HandshakeBank): RegisterBank {
  const exceptions = { notYours: MODBUS_EXCEPTIONS.illegalAddress, unknownValue: MODBUS_EXCEPTIONS.illegalValue };
  return {
    count: REGISTER_COUNT,
    read: (address, count) => bank.registers.slice(address, address + count),
    write: (address, values) => {
      const refused = bank.write(address, values);
      return refused === null ? null : exceptions[refused];
    },
  };
}
