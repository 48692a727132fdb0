import { z } from 'zod';
import { sheetsSchema } from '#domain/problem.ts';
import { remnantSchema, remnantStates } from '#domain/remnant.ts';
import { hidePassportSchema } from '#domain/hide-passport.ts';
import { isoTime, personName, wireId } from '#domain/shapes.ts';

/** What is left of cut sheets: stock, until it is cut or thrown away. */
export const STOCK_ROUTES = {
  hide: {
    method: 'GET',
    path: '/hides/:code',
    summary: 'The passport of a hide: its jobs with defects, its remnants',
    params: z.strictObject({ code: wireId }),
    answer: hidePassportSchema,
  },
  hides: {
    method: 'GET',
    path: '/hides',
    summary: 'Hides whose code holds these letters, of all jobs: first the one that is called so, then the latest',
    query: z.strictObject({
      find: z.string().max(40).default(''),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.array(z.strictObject({ code: wireId, jobCount: z.int().positive(), lastAt: isoTime })).readonly(),
  },

  remnants: {
    method: 'GET',
    path: '/remnants',
    summary: 'Remnants of the stock, newest first',
    query: z.strictObject({
      state: z.enum(remnantStates).default('free'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: z.array(remnantSchema).readonly(),
  },
  /** 404 where there is none. */
  stockSheets: {
    method: 'GET',
    path: '/remnants/sheets',
    summary: 'All free remnants as one sheet.json, for nesting an order on the stock',
    answer: sheetsSchema,
  },
  /** One that was said to be thrown away lies there after all. One that was cut stays cut: 409. */
  keepRemnant: {
    method: 'POST',
    path: '/remnants/:id/keep',
    summary: 'It was not thrown away: stock again',
    params: z.strictObject({ id: wireId }),
    body: z.strictObject({ by: personName }),
    answer: remnantSchema,
  },
  endRemnant: {
    method: 'POST',
    path: '/remnants/:id/end',
    summary: 'It is no longer there: used elsewhere, or thrown away',
    params: z.strictObject({ id: wireId }),
    body: z.strictObject({ state: z.enum(['used', 'discarded']), by: personName }),
    answer: remnantSchema,
  },
} as const;
