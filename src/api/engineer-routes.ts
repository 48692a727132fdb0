import { z } from 'zod';
import { personName } from '#domain/shapes.ts';
import { EDITABLE_SETTINGS, settingsSchema } from '#domain/settings.ts';
import {
  cameraView,
  healthView,
  jobEventView,
  logLineView,
  projectorCorners,
  projectorView,
} from './engineer-views.ts';

const keptSettings = z.strictObject({
  settings: settingsSchema,
  /** Those of them that were changed since the station started, and wait for the next start. */
  waiting: z.array(z.enum(EDITABLE_SETTINGS)).readonly(),
});

export const ENGINEER_ROUTES = {
  health: { method: 'GET', path: '/health', summary: 'How the station and its parts are', answer: healthView },
  camera: {
    method: 'GET',
    path: '/camera',
    summary: 'The camera that hides come from, and how its picture looks now',
    answer: cameraView,
  },
  log: {
    method: 'GET',
    path: '/log',
    summary: 'Latest lines of the log, newest first; since the station started',
    answer: z.array(logLineView).readonly(),
  },
  /** As the station runs by them; secrets are named, not told. Read when it starts. */
  settings: {
    method: 'GET',
    path: '/settings',
    summary: 'The settings that the station runs by',
    answer: settingsSchema,
  },
  keptSettings: {
    method: 'GET',
    path: '/settings/kept',
    summary: 'The settings as the file has them, for the next start',
    answer: keptSettings,
  },
  setSettings: {
    method: 'POST',
    path: '/settings',
    summary: 'Change settings in the file; the station reads it when it starts',
    body: z.strictObject({
      changes: z
        .array(
          z.strictObject({
            path: z.enum(EDITABLE_SETTINGS),
            value: z.union([z.number(), z.string().max(200), z.array(z.string().max(80)).max(100)]),
          }),
        )
        .min(1)
        .max(EDITABLE_SETTINGS.length),
    }),
    answer: keptSettings,
  },
  jobEvents: {
    method: 'GET',
    path: '/jobs/:id/events',
    summary: 'Everything that happened to a job, in order',
    params: z.strictObject({ id: z.string() }),
    answer: z.array(jobEventView).readonly(),
  },
  projector: {
    method: 'GET',
    path: '/projector',
    summary: 'How the projector lies to the table',
    answer: projectorView,
  },
  setProjector: {
    method: 'POST',
    path: '/projector',
    summary: "Keep where the table's corners lie in the projector's picture; null forgets them",
    body: z.strictObject({ corners: projectorCorners.nullable(), by: personName }),
    answer: projectorView,
  },
} as const;
