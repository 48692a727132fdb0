import type { Grading } from '#domain/grading.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { orderSchema } from '#domain/problem.ts';
import type { Order } from '#domain/problem.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { checkOrder, jsonPlaces, withBestStated } from './check-order.ts';

/** An order.json as an order in mm. `where` is the file's name in errors.
 *  @throws KerfError ORDERS_DOCUMENT_REFUSED (what does not fit the schema) and those of `checkOrder` */
export function orderFromJson(text: string, where: string, grading?: Grading): Order {
  const code = 'ORDERS_DOCUMENT_REFUSED';
  const value = parseJson(text, where, code);
  const order = inMillimetres(parseDocument(orderSchema, value, { name: 'order', where, code }));
  checkOrder(order, jsonPlaces(where), grading);
  return withBestStated(order, grading);
}
