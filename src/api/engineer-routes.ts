import { z } from 'zod';
import { settingsSchema } from '#domain/settings.ts';
import { healthView, jobEventView, logLineView, projectorCorners, projectorView } from './engineer-views.ts';

export const ENGINEER_ROUTES = {
  health: { method: 'GET', path: '/health', summary: 'How the station and its parts are', answer: healthView },
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
    body: z.strictObject({ corners: projectorCorners.nullable(), by: z.string().min(1).max(80) }),
    answer: projectorView,
  },
} as const;
