import { z } from 'zod';
import { nonNegative, positive, wireId } from './shapes.ts';

/** settings.json of a station's data folder: one schema, every default in one const beside it. */
export const settingsSchema = z.strictObject({
  kerf: z.literal(1),
  site: wireId,
  station: wireId,
  http: z.strictObject({ port: z.int().min(0).max(65535), listen: z.string() }),
  mqtt: z.strictObject({
    /** null: the embedded broker. */
    url: z.string().nullable(),
    embeddedPort: z.int().min(0).max(65535),
    /** Where the name and the password are: an environment variable's name, or file:PATH; never the secret itself. */
    userFrom: z.string().nullable(),
    passwordFrom: z.string().nullable(),
    /** Of the broker at `url`; the embedded one speaks 3.1.1 only. */
    version: z.enum(['3.1.1', '5']).default('3.1.1'),
    /** PEM files for mqtts://, relative to the data folder. */
    tls: z
      .strictObject({ caFile: z.string().nullable(), certFile: z.string().nullable(), keyFile: z.string().nullable() })
      .nullable()
      .default(null),
    /** Address of the embedded broker; any but this machine's own asks for `accounts`. */
    embeddedListen: z.string().default('127.0.0.1'),
    /** PEM files; with `clientCaFile` only clients with a certificate of it are let in. */
    embeddedTls: z
      .strictObject({ certFile: z.string(), keyFile: z.string(), clientCaFile: z.string().nullable() })
      .nullable()
      .default(null),
    /** Who may connect to the embedded broker, and as what (docs/plc/mqtt.md). */
    accounts: z
      .array(
        z.strictObject({
          name: wireId,
          role: z.enum(['plc', 'panel', 'host', 'observer']),
          passwordFrom: z.string(),
        }),
      )
      .readonly()
      .default([]),
    allowedVerbs: z.array(z.enum(['sync', 'scan', 'load', 'pause', 'resume', 'cancel', 'ackAlarm'])).readonly(),
  }),
  /** For a PLC without MQTT (docs/plc/modbus.md); null: no Modbus. */
  modbus: z
    .strictObject({
      port: z.int().min(0).max(65535),
      listen: z.string(),
      /** Addresses of PLCs; needed where `listen` is not this machine alone. */
      allow: z.array(z.string()).readonly(),
    })
    .nullable()
    .default(null),
  /** For a PLC without MQTT (docs/plc/opcua.md); null: no OPC UA. */
  opcua: z
    .strictObject({
      port: z.int().min(0).max(65535),
      listen: z.string(),
      /** As `mqtt.userFrom`; needed where `listen` is not this machine alone. With them everything is encrypted. */
      userFrom: z.string().nullable(),
      passwordFrom: z.string().nullable(),
    })
    .nullable()
    .default(null),
  /** For a SCADA system (docs/plc/sparkplug.md); births wait for `primaryHost`, where one is named. */
  sparkplug: z.strictObject({ primaryHost: wireId.nullable() }).nullable().default(null),
  model: z.string(),
  machine: wireId,
  /** Scale of a picture that brings no calibration, mm per pixel. */
  mmPerPx: positive,
  /** Of the material, mm: the plane that a scan is straightened to lies so much above the table; null: on the table. */
  thickness: nonNegative.nullable().default(null),
  nest: z.strictObject({ seconds: nonNegative, threads: z.int().positive(), seed: z.int().nonnegative() }),
  spacing: nonNegative,
  margin: nonNegative,
  language: z.string(),
  /** The hide's code is looked for in each scan (QR, Code 128). */
  readsHideCodes: z.boolean().default(false),
  /** What is left of a sheet is stock from this area, and as far as a disc of this diameter reaches. */
  stock: z
    .strictObject({ leastMm2: nonNegative, leastWidth: nonNegative })
    .default({ leastMm2: 40_000, leastWidth: 100 }),
  /** Pictures of jobs that ended longer ago go, and the oldest of what is left beyond the size; never records. */
  retention: z.strictObject({ days: nonNegative, megabytes: nonNegative }).default({ days: 90, megabytes: 50_000 }),
  /** Backups into `backups/` of the data folder by themselves, the latest `keep` of them; 0 hours: none. A copy on the same
   *  disk helps against mistakes, not against the disk's end: take them away from there. */
  backup: z
    .strictObject({ everyHours: nonNegative, keep: z.int().positive(), withScans: z.boolean() })
    .default({ everyHours: 24, keep: 7, withScans: false }),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  kerf: 1,
  site: 'site',
  station: 'station',
  http: { port: 8480, listen: '127.0.0.1' },
  mqtt: {
    url: null,
    embeddedPort: 1883,
    userFrom: null,
    passwordFrom: null,
    version: '3.1.1',
    tls: null,
    embeddedListen: '127.0.0.1',
    embeddedTls: null,
    accounts: [],
    allowedVerbs: ['sync'],
  },
  modbus: null,
  opcua: null,
  sparkplug: null,
  model: 'leather-base',
  machine: 'simulated',
  mmPerPx: 1,
  thickness: null,
  nest: { seconds: 10, threads: 2, seed: 1 },
  spacing: 0,
  margin: 3,
  language: 'en',
  readsHideCodes: false,
  stock: { leastMm2: 40_000, leastWidth: 100 },
  retention: { days: 90, megabytes: 50_000 },
  backup: { everyHours: 24, keep: 7, withScans: false },
};

/** What an admin changes from the screens: none of these can keep the station from starting or shut its doors. Names,
 *  doors, model and machine are changed in the file alone, by who can restart it and look (decision 0025). */
export const EDITABLE_SETTINGS = [
  'nest.seconds',
  'nest.threads',
  'nest.seed',
  'spacing',
  'margin',
  'mmPerPx',
  'retention.days',
  'retention.megabytes',
  'mqtt.allowedVerbs',
] as const;
export type EditableSetting = (typeof EDITABLE_SETTINGS)[number];

/** The value at a dotted path of a document; undefined where there is none. */
export function settingAt(document: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, key) => (part as Readonly<Record<string, unknown>> | undefined)?.[key], document);
}
