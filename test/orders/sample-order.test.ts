import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { orderSchema } from '#domain/problem.ts';
import type { Order } from '#domain/problem.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { readOrder } from '#orders/read-order.node.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { piecesInAll, sampleFiles } from './write-sample-order.ts';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../fixtures/orders');

function areaOf(order: Order, k: number): number {
  const { outline, holes } = pieceShape(order.pieces, k, 0.001);
  return regionArea(outline, holes);
}

it('the sample order is an order of 111 pieces of every grade, 1.68 m², with pairs, kits, zones, holes, curves and marks', () => {
  const order = sampleOrder();
  expect(orderSchema.parse(order)).toEqual(order);
  const counts = order.pieces.map((piece) => piecesInAll(order, piece));
  expect(counts.reduce((sum, n) => sum + n)).toBe(111);
  const area = counts.reduce((sum, n, k) => sum + n * areaOf(order, k), 0);
  expect(area / 1e6).toBeCloseTo(1.68, 2);
  expect(new Set(order.pieces.map((piece) => piece.quality))).toEqual(new Set([1, 2, 3, 4]));
  expect(order.pieces.filter((piece) => typeof piece.mirror === 'object')).toHaveLength(2);
  for (const key of ['zones', 'holes', 'path', 'outline', 'marks', 'grain', 'kit'] as const) {
    expect(
      order.pieces.some((piece) => piece[key] !== undefined),
      key,
    ).toBe(true);
  }
});

it('the fixtures are what the sample order is now (else run test/orders/write-sample-order.ts)', async () => {
  for (const [name, text] of await sampleFiles())
    expect(await readFile(resolve(folder, name), 'utf8'), name).toBe(text);
});

it('read from JSON it is itself', async () => {
  expect(await readOrder(resolve(folder, 'sample-order.json'))).toEqual(sampleOrder());
});

it('read from CSV with SVG, DXF and JSON drawings it has the same pieces', async () => {
  const [csv, json] = [await readOrder(resolve(folder, 'sample-csv/order.csv')), sampleOrder()];
  expect(csv.pieces.map(({ id }) => id)).toEqual(json.pieces.map(({ id }) => id));
  for (const [k, piece] of csv.pieces.entries()) {
    const other = json.pieces[k]!;
    expect(piecesInAll(csv, piece), piece.id).toBe(piecesInAll(json, other));
    expect(piece.quality).toBe(other.quality);
    expect(piece.grain).toEqual(other.grain);
    expect(piece.label).toBe(other.label);
    expect(Math.abs(areaOf(csv, k) / areaOf(json, k) - 1), piece.id).toBeLessThan(1e-6);
    expect(piece.path === undefined).toBe(other.path === undefined);
    expect(piece.holes?.length).toBe(other.holes?.length);
    const notches = (p: typeof piece) => p.marks?.filter(({ kind }) => kind === 'notch').length;
    expect(notches(piece)).toBe(notches(other));
  }
});
