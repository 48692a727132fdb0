import { join } from 'node:path';
import type { Random } from '#domain/ports.ts';
import type { Settings } from '#domain/settings.ts';
import { ModbusPlc } from '#publish/modbus-plc.node.ts';
import type { MqttDoor } from '#publish/mqtt-session.node.ts';
import { readSecret } from '#publish/read-secret.node.ts';
import type { Timers } from '#publish/timers.ts';
import { OpcuaPlc } from './opcua-plc.node.ts';

/** In the data folder: certificate and key of the OPC UA server, and the certificates that it has met. */
const OPCUA_PKI = 'opcua';

export interface PlcDoors {
  readonly modbus: ModbusPlc | null;
  readonly opcua: OpcuaPlc | null;
  close(): Promise<void>;
}

export interface PlcDoorsOptions {
  readonly settings: Settings;
  /** How a PLC of this machine connects to the broker. */
  readonly broker: MqttDoor;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timers: Timers;
  readonly random: Random;
  readonly onError: (door: 'modbus' | 'opcua', cause: unknown) => void;
}

/** The doors for controllers without MQTT that settings ask for.
 *  @throws KerfError PUBLISH_SECRET_MISSING, PUBLISH_OPEN_MODBUS_REFUSED, PUBLISH_MODBUS_CANNOT_LISTEN,
 *  PUBLISH_OPEN_OPCUA_REFUSED, PUBLISH_OPCUA_CANNOT_LISTEN, PUBLISH_OPCUA_ENDED */
export async function openPlcDoors(options: PlcDoorsOptions): Promise<PlcDoors> {
  const { settings, broker, dataDir, environment, timers, random, onError } = options;
  const { site, station } = settings;
  const common = { ...broker, site, station, timers };
  const modbus = settings.modbus
    ? await ModbusPlc.open({
        ...common,
        ...settings.modbus,
        random,
        onError: (cause) => onError('modbus', cause),
      })
    : null;
  try {
    const opcua = settings.opcua
      ? await OpcuaPlc.open({
          ...common,
          port: settings.opcua.port,
          listen: settings.opcua.listen,
          login: await loginOf(settings.opcua, environment, dataDir),
          pkiDir: join(dataDir, OPCUA_PKI),
          environment,
          onError: (cause) => onError('opcua', cause),
        })
      : null;
    return {
      ...{ modbus, opcua },
      async close() {
        await opcua?.close();
        await modbus?.close();
      },
    };
  } catch (cause) {
    await modbus?.close();
    throw cause;
  }
}

async function loginOf(
  { userFrom, passwordFrom }: NonNullable<Settings['opcua']>,
  environment: PlcDoorsOptions['environment'],
  dataDir: string,
): Promise<{ user: string; password: string } | null> {
  if (userFrom === null || passwordFrom === null) return null;
  return {
    user: await readSecret(userFrom, environment, dataDir),
    password: await readSecret(passwordFrom, environment, dataDir),
  };
}
