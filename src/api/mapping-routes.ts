import { z } from 'zod';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { fileId, personName } from '#domain/shapes.ts';

export const mappingKinds = ['order', 'results'] as const;
export type MappingKind = (typeof mappingKinds)[number];

const params = z.strictObject({ name: fileId });
const ok = z.strictObject({ ok: z.literal(true) });

/** Mappings that the station keeps (`mappings/` of its data folder), by name. */
export const MAPPING_ROUTES = {
  mappings: {
    method: 'GET',
    path: '/mappings',
    summary: 'Names of the mappings that are kept',
    answer: z.strictObject({ order: z.array(z.string()).readonly(), results: z.array(z.string()).readonly() }),
  },
  orderMapping: {
    method: 'GET',
    path: '/mappings/order/:name',
    summary: 'How a program writes order lines',
    params,
    answer: orderMappingSchema,
  },
  resultsMapping: {
    method: 'GET',
    path: '/mappings/results/:name',
    summary: 'How a program wants results',
    params,
    answer: resultsMappingSchema,
  },
  setOrderMapping: {
    method: 'POST',
    path: '/mappings/order/:name',
    summary: 'Keep it under this name, in place of an earlier one',
    params,
    body: z.strictObject({ mapping: orderMappingSchema, by: personName }),
    answer: ok,
  },
  setResultsMapping: {
    method: 'POST',
    path: '/mappings/results/:name',
    summary: 'Keep it under this name, in place of an earlier one',
    params,
    body: z.strictObject({ mapping: resultsMappingSchema, by: personName }),
    answer: ok,
  },
} as const;
