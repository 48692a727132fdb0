import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { storeOver, type Store } from '#store/store.node.ts';

export interface StoreDoor {
  readonly dir: string;
  readonly port: MessagePort;
}

/** Stores of many stations in one thread beside them. A station has a thread for its store alone; twelve of those take
 *  twelve times half a second to start, which is most of what a power cut costs a test. */
export function sharedStores(): (dir: string) => Promise<Store> {
  const thread = new Worker(new URL('./shared-stores.worker.ts', import.meta.url), { execArgv: [] });
  thread.unref();
  return (dir) => {
    const { port1, port2 } = new MessageChannel();
    thread.postMessage({ dir, port: port2 } satisfies StoreDoor, [port2]);
    return storeOver(port1, dir);
  };
}
