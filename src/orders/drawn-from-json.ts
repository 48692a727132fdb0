import { z } from 'zod';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { pieceSchema } from '#domain/problem.ts';
import { ring } from '#domain/shapes.ts';
import type { DrawnPiece } from './drawn-piece.ts';

const drawingSchema = z.union([
  ring,
  pieceSchema.pick({ outline: true, path: true, holes: true, zones: true, marks: true }),
]);

/** A piece's drawing as JSON, in mm: a ring [[x, y], …], or what order.json says of a shape (outline or path, holes, zones,
 *  marks). @throws KerfError ORDERS_DRAWING_REFUSED */
export function drawnFromJson(text: string, where: string): DrawnPiece {
  const code = 'ORDERS_DRAWING_REFUSED';
  const drawing = parseDocument(drawingSchema, parseJson(text, where, code), { name: 'drawing', where, code });
  return 'length' in drawing ? { outline: drawing } : drawing;
}
