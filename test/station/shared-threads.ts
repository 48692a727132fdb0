import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { StartStationOptions } from '#station/start-station.node.ts';
import { openStore, storeOver } from '#store/store.node.ts';

export type SharedDoor = { readonly port: MessagePort } & (
  | { readonly kind: 'layouts' }
  | { readonly kind: 'store'; readonly dir: string }
);

/** Stores and layouts of many stations in one thread beside them. A station at a table has a thread for each; a few
 *  hundred of those, a tenth to half a second each, are most of what starting stations costs a test. A store with options
 *  of its own has its own thread. */
export function sharedThreads(): Required<Pick<StartStationOptions, 'openStore' | 'openLayoutThread'>> {
  let thread: Worker | null = null;
  const open = (what: { kind: 'layouts' } | { kind: 'store'; dir: string }): MessagePort => {
    if (thread === null) {
      thread = new Worker(new URL('./shared-threads.worker.ts', import.meta.url), { execArgv: [] });
      thread.unref();
    }
    const { port1, port2 } = new MessageChannel();
    thread.postMessage({ ...what, port: port2 } satisfies SharedDoor, [port2]);
    return port1;
  };
  return {
    openStore: (dir, options) => (options ? openStore(dir, options) : storeOver(open({ kind: 'store', dir }), dir)),
    openLayoutThread: () => open({ kind: 'layouts' }),
  };
}
