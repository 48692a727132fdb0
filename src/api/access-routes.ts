import { z } from 'zod';
import { personName } from '#domain/shapes.ts';

/** Operators need no sign-in: the run screen and a running job go on whatever happens here. */
export const roles = ['operator', 'engineer', 'admin'] as const;
export type Role = (typeof roles)[number];

const name = z.string().trim().min(1).max(80);
/** Six digits or more, or a password. */
const pin = z.string().min(6).max(128);
const nameParams = z.strictObject({ name });
const ok = z.strictObject({ ok: z.literal(true) });

export const sessionView = z.strictObject({ name, role: z.enum(roles), until: z.iso.datetime() });
export type SessionView = z.infer<typeof sessionView>;

export const accessView = z.strictObject({
  /** Somebody has a PIN. Until then engineer and admin functions are closed; the first admin is set at the station's own
   *  screen. */
  isSet: z.boolean(),
  /** The asker sits at the station itself. */
  isLocal: z.boolean(),
  people: z.array(z.strictObject({ name, role: z.enum(roles) })).readonly(),
  session: sessionView.nullable(),
});
export type AccessView = z.infer<typeof accessView>;

export const auditRowView = z.strictObject({
  id: z.int(),
  job: z.string().nullable(),
  kind: z.string(),
  at: z.string(),
  by: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export const ACCESS_ROUTES = {
  access: { method: 'GET', path: '/access', summary: 'Who may sign in, and who has', answer: accessView },
  /** Sets a cookie that scripts cannot read and other sites cannot send; gone after 15 minutes without a request. */
  signIn: {
    method: 'POST',
    path: '/access/sign-in',
    summary: 'Open engineer or admin functions with a PIN or password',
    body: z.strictObject({ name, pin: z.string().max(128) }),
    answer: sessionView,
  },
  signOut: { method: 'POST', path: '/access/sign-out', summary: 'Close them again', answer: ok },
  /** The first one must be an admin, set at the station's own screen; afterwards an admin, or the person for herself. */
  setPerson: {
    method: 'POST',
    path: '/access/people',
    summary: 'Add a person, or change role and PIN',
    body: z.strictObject({ name: personName, role: z.enum(roles), pin }),
    answer: accessView,
  },
  removePerson: {
    method: 'POST',
    path: '/access/people/:name/remove',
    summary: 'Take a person away; the last admin stays',
    params: nameParams,
    answer: accessView,
  },
  audit: {
    method: 'GET',
    path: '/audit',
    summary: 'The audit log, newest first',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    answer: z.array(auditRowView).readonly(),
  },
} as const;
