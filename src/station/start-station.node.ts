import { join } from 'node:path';
import { feedPort } from '#acquire/source-address.ts';
import { refuseUnserved } from '#cut/served-profile.ts';
import type { Grading } from '#domain/grading.ts';
import type { Machine } from '#domain/machine.ts';
import type { Clock, Logger, Random } from '#domain/ports.ts';
import type { Order } from '#domain/problem.ts';
import type { Settings } from '#domain/settings.ts';
import { KERF_VERSION } from '#domain/version.ts';
import { tryBroker } from '#publish/mqtt-session.node.ts';
import type { ModbusPlc } from '#publish/modbus-plc.node.ts';
import { SimulatedPlc, type SimulatedPlcOptions } from '#publish/simulated-plc.node.ts';
import { SparkplugNode } from '#publish/sparkplug-node.node.ts';
import type { Timers } from '#publish/timers.ts';
import { openStore, type OpenStoreOptions, type Store } from '#store/store.node.ts';
import type { HttpOptions, HttpServer } from './http-server.node.ts';
import { keepBackups } from './keep-backups.node.ts';
import { keepRetention } from './keep-retention.node.ts';
import { QueueWatch } from './queue-watch.ts';
import type { Rooms } from './rooms.ts';
import { checkedBrokerUrl, openBroker } from './open-broker.node.ts';
import type { LayoutThread } from './layout-artist.node.ts';
import { openPlcDoors } from './open-plc-doors.node.ts';
import type { OpcuaPlc } from './opcua-plc.node.ts';
import { codeOf } from './station-errors.ts';
import { openStationKey } from './station-key.node.ts';
import { Station } from './station.node.ts';
import { systemClock } from './system-clock.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from './system.node.ts';

export interface StartStationOptions {
  readonly dataDir: string;
  readonly settings: Settings;
  readonly machine: Machine;
  readonly order: { readonly name: string; readonly order: Order };
  readonly isOrderGiven?: boolean;
  readonly source: string;
  readonly rooms: Rooms;
  readonly logger: Logger;
  /** `--mqtt`, or settings.mqtt.url; null: the embedded broker. */
  readonly mqttUrl?: string | null;
  /** Ends with PUBLISH_BROKER_UNREACHABLE when `mqttUrl` does not answer; else its absence is an alarm. */
  readonly needsBroker?: boolean;
  /** null: no page, no API. */
  readonly http: Pick<HttpOptions, 'port' | 'listen' | 'uiDir' | 'requestMs'> | null;
  /** Runs the other side too. Default: for the machine profile `simulated` on the embedded broker. */
  readonly simulatePlc?: boolean;
  readonly plc?: Partial<Omit<SimulatedPlcOptions, 'url' | 'site' | 'station'>>;
  readonly storeOptions?: OpenStoreOptions;
  /** Default: a thread of its own. */
  readonly openStore?: (dir: string, options?: OpenStoreOptions) => Promise<Store>;
  /** Default: a thread of its own, which starts with the first layout. */
  readonly openLayoutThread?: () => LayoutThread;
  readonly grading?: Grading;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  readonly timers?: Timers;
  readonly random?: Random;
  readonly probeMs?: number;
  readonly onPoint?: (point: string) => void;
}

export interface RunningStation {
  readonly station: Station;
  readonly store: Store;
  readonly brokerUrl: string;
  readonly plc: SimulatedPlc | null;
  readonly modbus: ModbusPlc | null;
  readonly opcua: OpcuaPlc | null;
  readonly http: HttpServer | null;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Puts a station together: store, broker, the other side where it is simulated, station, page. What was opened is
 *  closed again when a later part cannot start.
 *  @throws KerfError CUT_FORMAT_UNKNOWN, CUT_SEND_NOT_SUPPORTED before anything is opened, and those of the parts */
export async function startStation(options: StartStationOptions): Promise<RunningStation> {
  const { dataDir, settings, machine, logger, environment = process.env } = options;
  const { clock = systemClock, timers = SYSTEM_TIMERS, random = SYSTEM_RANDOM } = options;
  const opened: { close(): Promise<void> }[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  const close = () => (closing ??= closeAll());
  const mqttUrl = options.mqttUrl === undefined ? settings.mqtt.url : options.mqttUrl;
  if (mqttUrl !== null) checkedBrokerUrl(mqttUrl);
  // A shell refuses it when it reads the profile; a release would come too late for any other.
  refuseUnserved(machine, settings.machine);
  try {
    const store = await (options.openStore ?? openStore)(dataDir, options.storeOptions);
    opened.push(store);
    const key = await openStationKey(dataDir);
    const queues = new QueueWatch(logger);
    const broker = await openBroker({
      ...{ settings, url: mqttUrl, dataDir, environment },
      journal: {
        nowMs: () => Date.parse(clock.now()),
        onError: (cause) => logger.warn('broker.journal.failed', { code: codeOf(cause) }),
      },
      onDropped: (client) => queues.dropped(client),
      onClient: (client) => queues.came(client),
    });
    const { embedded } = broker;
    if (embedded) opened.push(embedded);
    else if (options.needsBroker) await tryBroker(broker.station);
    const { url } = broker.station;
    const isPlcSimulated =
      options.simulatePlc ??
      (machine.id === 'simulated' && embedded !== null && settings.modbus === null && settings.opcua === null);
    const { site, station: name } = settings;
    const plc = isPlcSimulated
      ? new SimulatedPlc({
          shareDir: join(dataDir, machine.send.address),
          timers,
          random,
          onError: (cause) => logger.debug('plc.simulated.error', { reason: String(cause) }),
          ...options.plc,
          ...broker.plc,
          site,
          station: name,
        })
      : null;
    if (plc) opened.push(plc);
    const doors = await openPlcDoors({
      ...{ settings, dataDir, environment, timers, random },
      broker: broker.plc,
      onError: (door, cause) => logger.warn(`${door}.error`, { code: codeOf(cause) }),
    });
    opened.push(doors);
    const { modbus, opcua } = doors;
    if (settings.sparkplug)
      opened.push(
        new SparkplugNode({
          ...broker.station,
          ...settings.sparkplug,
          ...{ site, station: name, timers, random },
          nowMs: () => Date.parse(clock.now()),
          onError: (cause) => logger.warn('sparkplug.error', { code: codeOf(cause) }),
        }),
      );
    const station = await Station.open({
      version: KERF_VERSION,
      settings,
      machine,
      order: options.order,
      isOrderGiven: options.isOrderGiven,
      source: options.source,
      store,
      key,
      broker: broker.station,
      queues,
      rooms: options.rooms,
      ...(options.grading ? { grading: options.grading } : {}),
      clock,
      timers,
      random,
      logger,
      isPlcSimulated,
      probeMs: options.probeMs,
      openLayoutThread: options.openLayoutThread,
      ...(options.onPoint ? { onPoint: options.onPoint } : {}),
    });
    opened.push(station);
    const page = { station, version: KERF_VERSION, logger, feedPort: feedPort(options.source) };
    const http = options.http ? await openHttp({ ...page, ...options.http }) : null;
    if (http) opened.push(http);
    // `kerf run` is over before anything is old.
    if (http) {
      opened.push(keepRetention({ store, rooms: options.rooms, settings, clock, timers, logger }));
      const schedule = { desk: station.backups, settings: settings.backup, clock, timers, logger };
      opened.push(
        keepBackups({
          ...schedule,
          onFailed: (reason) => station.noteBackup(reason),
          onDone: () => station.noteBackup(null),
        }),
      );
    }
    return { station, store, brokerUrl: url, plc, modbus, opcua, http, close, [Symbol.asyncDispose]: close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Loaded where there is a page to serve: `kerf run` starts half a second sooner without Fastify. */
async function openHttp(options: HttpOptions): Promise<HttpServer> {
  const { startHttp } = await import('./http-server.node.ts');
  return startHttp(options);
}
