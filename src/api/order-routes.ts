import { z } from 'zod';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { orderName, personName, wireId } from '#domain/shapes.ts';
import { lengthUnits, orderColumnsView, orderDetailView, orderPreviewView, orderView } from './order-views.ts';

const file = z.strictObject({ name: z.string().min(1).max(400), text: z.string() });
const files = z.array(file).min(1).max(1000).readonly();
/** The first file is another program's, read by this mapping, or by the one that the station keeps under this name. */
const byMapping = {
  mapping: z.union([wireId, orderMappingSchema]).optional(),
  only: z.strictObject({ order: z.string().optional(), colour: z.string().optional() }).optional(),
};
const nameParams = z.strictObject({ name: orderName });
/** Drawings of a whole collection; past it something else was chosen. */
const IMPORT_LIMIT_BYTES = 32 * 1024 * 1024;
const COLUMNS_LIMIT_BYTES = 1024 * 1024;

export const ORDER_ROUTES = {
  orders: { method: 'GET', path: '/orders', summary: 'Orders that can be cut', answer: z.array(orderView).readonly() },
  order: {
    method: 'GET',
    path: '/orders/:name',
    summary: 'One order: pieces, what is cut, the hides it was cut from',
    params: nameParams,
    answer: orderDetailView,
  },
  previewOrder: {
    method: 'POST',
    path: '/orders/preview',
    summary: 'What files would give as an order (JSON, CSV, SVG, DXF, or lines by a mapping); nothing is kept',
    body: z.strictObject({ files, readAs: z.enum(lengthUnits).optional(), ...byMapping }),
    answer: orderPreviewView,
    bodyLimitBytes: IMPORT_LIMIT_BYTES,
  },
  orderColumns: {
    method: 'POST',
    path: '/orders/columns',
    summary: "Columns of another program's file, to make a mapping of; nothing is kept",
    body: z.strictObject({ file }),
    answer: orderColumnsView,
    // Read on the station's own thread: the head of a CSV is enough.
    bodyLimitBytes: COLUMNS_LIMIT_BYTES,
  },
  addOrder: {
    method: 'POST',
    path: '/orders',
    summary: 'Keep such an order under a name; it is then counted over its hides',
    body: z.strictObject({
      files,
      readAs: z.enum(lengthUnits).optional(),
      ...byMapping,
      name: orderName,
      by: personName,
    }),
    answer: orderView,
    bodyLimitBytes: IMPORT_LIMIT_BYTES,
  },
  chooseOrder: {
    method: 'POST',
    path: '/orders/:name/choose',
    summary: 'Cut the next hide for it (READY or DONE only)',
    params: nameParams,
    answer: z.strictObject({ ok: z.literal(true) }),
  },
} as const;
