import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, relative, resolve } from 'node:path';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Order } from '#domain/problem.ts';
import { drawnFromDxf } from './drawn-from-dxf.ts';
import { drawnFromJson } from './drawn-from-json.ts';
import { drawnFromSvg } from './drawn-from-svg.ts';
import type { OrderFile } from './drawing-file.node.ts';
import type { DrawnPiece } from './drawn-piece.ts';
import { orderFromCsv } from './order-from-csv.ts';
import { orderFromJson } from './order-from-json.ts';

export interface ReadOrderOptions {
  /** The scale whose grades the order may ask for; by default the leather scale A to D. */
  readonly grading?: Grading;
  readonly signal?: AbortSignal;
}

/** No drawing or order of a person is larger; past it something else was named. */
export const LARGEST_BYTES = 64 * 1024 * 1024;

/** Reads an order, in mm whatever its unit: .json (docs/contracts.md, "Own problem") or .csv with its drawings (JSON, SVG,
 *  DXF) beside it. Every fault is one KerfError that names file, place, what was found and what was expected.
 *  @throws KerfError ORDERS_FILE_UNREADABLE, ORDERS_NOT_TEXT, ORDERS_UNKNOWN_FORMAT, ORDERS_DOCUMENT_REFUSED,
 *  ORDERS_CSV_REFUSED, ORDERS_DRAWING_REFUSED, and those of `checkOrder` (ORDERS_QUANTITY_ZERO, …) */
export async function readOrder(path: string, { grading, signal }: ReadOrderOptions = {}): Promise<Order> {
  const where = basename(path);
  const text = await readText(path, where, signal);
  const ending = extname(path).toLowerCase();
  if (ending === '.json') return orderFromJson(text, where, grading);
  if (ending === '.csv') {
    const readDrawing = async (file: string) =>
      drawnPiece(where, await readFileBelow(dirname(path), file, where, signal));
    return orderFromCsv(text, where, { readDrawing, ...(grading ? { grading } : {}) });
  }
  throw new KerfError('ORDERS_UNKNOWN_FORMAT', `${where}: found a file ending "${ending}", expected .json or .csv.`, {
    details: { where },
  });
}

/** What another program's order names is read from this folder and below, nothing else of this machine.
 *  @throws KerfError ORDERS_DRAWING_ELSEWHERE, ORDERS_FILE_UNREADABLE, ORDERS_NOT_TEXT */
export async function readFileBelow(
  folder: string,
  file: string,
  order: string,
  signal: AbortSignal | undefined,
): Promise<OrderFile> {
  const top = resolve(folder);
  const place = resolve(top, file);
  const isBelow = async () => !climbs(relative(await realpath(top), await realpath(place)));
  if (climbs(relative(top, place)) || isAbsolute(file)) refuseOutside(order, file);
  const text = await readText(place, `${order}: ${file}`, signal);
  if (!(await isBelow())) refuseOutside(order, file);
  return { name: file, text };
}

function drawnPiece(order: string, { name, text }: OrderFile): DrawnPiece {
  switch (extname(name).toLowerCase()) {
    case '.json':
      return drawnFromJson(text, name);
    case '.svg':
      return drawnFromSvg(text, name);
    case '.dxf':
      return drawnFromDxf(text, name);
    default:
      throw new KerfError(
        'ORDERS_UNKNOWN_FORMAT',
        `${order}: found the drawing "${name}", expected .json, .svg or .dxf.`,
        {
          details: { where: order, file: name },
        },
      );
  }
}

function climbs(path: string): boolean {
  return path.startsWith('..') || isAbsolute(path);
}

function refuseOutside(order: string, file: string): never {
  throw new KerfError(
    'ORDERS_DRAWING_ELSEWHERE',
    `${order}: found the drawing "${file}", expected a file beside the order.`,
    {
      details: { where: order, file },
    },
  );
}

/** Reads a text, as far as its encoding allows. @throws KerfError ORDERS_FILE_UNREADABLE, ORDERS_NOT_TEXT */
export async function readText(
  path: string,
  where: string,
  signal: AbortSignal | undefined,
  encoding = 'utf-8',
): Promise<string> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > LARGEST_BYTES) refuseUnreadable(where, `${size} bytes`, 'at most 64 MiB');
    bytes = await readFile(path, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof KerfError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const found =
      reason === 'ENOENT' ? 'no such file' : reason === 'EISDIR' ? 'a folder' : `an unreadable file (${reason})`;
    return refuseUnreadable(where, found, 'a file', cause);
  }
  return decodeText(bytes, where, encoding);
}

/** @throws KerfError ORDERS_NOT_TEXT */
export function decodeText(bytes: Uint8Array, where: string, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new KerfError(
      'ORDERS_NOT_TEXT',
      `${where}: found bytes that are no ${encoding.toUpperCase()} text, expected ${encoding.toUpperCase()}.`,
      {
        cause,
        details: { where },
      },
    );
  }
}

export function refuseUnreadable(where: string, found: string, expected: string, cause?: unknown): never {
  throw new KerfError('ORDERS_FILE_UNREADABLE', `${where}: found ${found}, expected ${expected}.`, {
    cause,
    details: { where },
  });
}
