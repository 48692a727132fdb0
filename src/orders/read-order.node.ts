import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Order } from '#domain/problem.ts';
import { orderFromJson } from './order-from-json.ts';

export interface ReadOrderOptions {
  /** The scale whose grades the order may ask for; by default the leather scale A to D. */
  readonly grading?: Grading;
  readonly signal?: AbortSignal;
}

/** Reads an order from a JSON file, in mm whatever its unit. Every fault of the file is one KerfError that names file,
 *  place, what was found and what was expected.
 *  @throws KerfError ORDERS_… */
export async function readOrder(path: string, { grading, signal }: ReadOrderOptions = {}): Promise<Order> {
  const where = basename(path);
  const text = await readText(path, signal);
  switch (extname(path).toLowerCase()) {
    case '.json':
      return orderFromJson(text, where, grading);
    default:
      throw new KerfError(
        'ORDERS_UNKNOWN_FORMAT',
        `${where}: found a file ending "${extname(path)}", expected .json.`,
        { details: { where } },
      );
  }
}

async function readText(path: string, signal: AbortSignal | undefined): Promise<string> {
  const where = basename(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    const found =
      reason === 'ENOENT' ? 'no such file' : reason === 'EISDIR' ? 'a folder' : `an unreadable file (${reason})`;
    throw new KerfError('ORDERS_FILE_UNREADABLE', `${path}: found ${found}, expected an order file.`, {
      cause,
      details: { where },
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new KerfError('ORDERS_NOT_TEXT', `${where}: found bytes that are no UTF-8 text, expected an order file.`, {
      cause,
      details: { where },
    });
  }
}
