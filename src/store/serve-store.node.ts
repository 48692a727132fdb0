import type { MessagePort } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import { openDatabase } from './database.node.ts';
import type { SqliteOptions } from './locked-sqlite.node.ts';
import type { StoreCall } from './records.ts';
import { storeError } from './store-error.ts';

export interface StoreRequest {
  readonly id: number;
  readonly call: StoreCall | 'close';
  readonly args: readonly unknown[];
}
export type StoreAnswer =
  | { readonly id: number; readonly value: unknown }
  | {
      readonly id: number;
      readonly error: { code: string; message: string; fault: KerfError['fault']; details: KerfError['details'] };
    };

/** Opens the database, says so (or why not) as the answer to 0, then answers one call at a time, in order; `close` ends
 *  the port. */
export function serveStore(port: MessagePort, dir: string, options: SqliteOptions = {}): void {
  const answerError = (id: number, cause: unknown): StoreAnswer => {
    const { code, message, fault, details } = storeError(cause, dir);
    return { id, error: { code, message, fault, details } };
  };
  try {
    const database = openDatabase(dir, options);
    port.postMessage({ id: 0, value: null } satisfies StoreAnswer);
    port.on('message', (request: StoreRequest) => {
      try {
        if (request.call === 'close') {
          database.close();
          port.postMessage({ id: request.id, value: null } satisfies StoreAnswer);
          port.close();
          return;
        }
        const call = database[request.call] as (...args: readonly unknown[]) => unknown;
        port.postMessage({ id: request.id, value: call(...request.args) } satisfies StoreAnswer);
      } catch (cause) {
        port.postMessage(answerError(request.id, cause));
      }
    });
  } catch (cause) {
    port.postMessage(answerError(0, cause));
    port.close();
  }
}
