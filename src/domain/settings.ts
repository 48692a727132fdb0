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
    /** Name of the environment variable that holds the password; never the password. */
    userFrom: z.string().nullable(),
    passwordFrom: z.string().nullable(),
    allowedVerbs: z.array(z.enum(['sync', 'scan', 'load', 'pause', 'resume', 'cancel', 'ackAlarm'])).readonly(),
  }),
  model: z.string(),
  machine: wireId,
  /** Scale of a picture that brings no calibration, mm per pixel. */
  mmPerPx: positive,
  nest: z.strictObject({ seconds: nonNegative, threads: z.int().positive(), seed: z.int().nonnegative() }),
  spacing: nonNegative,
  margin: nonNegative,
  language: z.string(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const DEFAULT_SETTINGS: Settings = {
  kerf: 1,
  site: 'site',
  station: 'station',
  http: { port: 8480, listen: '127.0.0.1' },
  mqtt: { url: null, embeddedPort: 1883, userFrom: null, passwordFrom: null, allowedVerbs: ['sync'] },
  model: 'leather-base',
  machine: 'simulated',
  mmPerPx: 1,
  nest: { seconds: 10, threads: 2, seed: 1 },
  spacing: 0,
  margin: 3,
  language: 'en',
};
