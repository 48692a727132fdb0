import { Worker, type MessagePort } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { StoreCall, StoreCalls } from './records.ts';
import type { StoreAnswer, StoreRequest } from './serve-store.node.ts';

type Async<T> = { [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never };

/** The store as the station sees it: every call is one transaction in the store's thread. */
export interface Store extends Async<StoreCalls> {
  readonly dir: string;
  /** Answers what was asked before, then ends the thread; safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface OpenStoreOptions {
  /** See DatabaseOptions; tests of a full disk. */
  readonly maxPages?: number;
}

/** Opens `kerf.sqlite` in `dir` (made when missing) in a worker thread.
 *  @throws KerfError STORE_IN_USE, STORE_CORRUPT, STORE_DISK_FULL, STORE_DISK_FAILED, STORE_NOT_WRITABLE, STORE_FROM_LATER_VERSION */
export function openStore(dir: string, options: OpenStoreOptions = {}): Promise<Store> {
  const thread = new Worker(new URL('./store.worker.node.ts', import.meta.url), {
    workerData: { dir, ...options },
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  return storeOver(thread, dir);
}

/** The store that `serveStore` serves at the other end; that end closes when the store is closed.
 *  @throws KerfError as `openStore` */
export async function storeOver(end: Worker | MessagePort, dir: string): Promise<Store> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (reason: unknown) => void }>();
  let lastId = 0;
  let ended: KerfError | null = null;

  function over(cause: unknown): void {
    ended ??= new KerfError('STORE_CLOSED', `The store in ${dir} is closed.`, { fault: 'device', cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }
  end.on('message', (answer: StoreAnswer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) {
      const { code, message, fault, details } = answer.error;
      call?.reject(new KerfError(code, message, { fault, details }));
    } else call?.resolve(answer.value);
  });
  const gone = 'threadId' in end ? 'exit' : 'close';
  end.on('error', over);
  end.on(gone, over);

  function wait(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  }
  async function ask<T>(call: StoreCall | 'close', args: readonly unknown[]): Promise<T> {
    if (ended) throw ended;
    const id = (lastId += 1);
    const answer = wait(id);
    end.postMessage({ id, call, args } satisfies StoreRequest);
    return (await answer) as T;
  }

  await wait(0);
  let closing: Promise<void> | null = null;
  async function closeThread(): Promise<void> {
    if (ended) return;
    const exited = new Promise<void>((resolve) => end.once(gone, () => resolve()));
    await ask('close', []);
    await exited;
  }
  const close = () => (closing ??= closeThread());
  return {
    dir,
    createJob: (...args) => ask('createJob', args),
    commitStep: (...args) => ask('commitStep', args),
    commitAlarm: (...args) => ask('commitAlarm', args),
    job: (...args) => ask('job', args),
    latestJob: () => ask('latestJob', []),
    jobs: (...args) => ask('jobs', args),
    events: (...args) => ask('events', args),
    labels: (...args) => ask('labels', args),
    acts: (...args) => ask('acts', args),
    release: (...args) => ask('release', args),
    note: (...args) => ask('note', args),
    people: () => ask('people', []),
    putPerson: (...args) => ask('putPerson', args),
    removePerson: (...args) => ask('removePerson', args),
    sheet: (...args) => ask('sheet', args),
    sheets: (...args) => ask('sheets', args),
    sheetsAfter: (...args) => ask('sheetsAfter', args),
    sheetsOfOrder: (...args) => ask('sheetsOfOrder', args),
    putSheet: (...args) => ask('putSheet', args),
    putCutDecision: (...args) => ask('putCutDecision', args),
    cutDecisions: (...args) => ask('cutDecisions', args),
    remnant: (...args) => ask('remnant', args),
    remnants: (...args) => ask('remnants', args),
    remnantsOfHide: (...args) => ask('remnantsOfHide', args),
    keepRemnant: (...args) => ask('keepRemnant', args),
    endRemnant: (...args) => ask('endRemnant', args),
    jobsOfHide: (...args) => ask('jobsOfHide', args),
    hides: (...args) => ask('hides', args),
    jobsWithoutSheet: (...args) => ask('jobsWithoutSheet', args),
    jobsWithPictures: () => ask('jobsWithPictures', []),
    picturesRemoved: (...args) => ask('picturesRemoved', args),
    jobCount: () => ask('jobCount', []),
    jobsOfOrder: (...args) => ask('jobsOfOrder', args),
    orderTallies: () => ask('orderTallies', []),
    latestEvents: (...args) => ask('latestEvents', args),
    auditHead: () => ask('auditHead', []),
    auditCheck: () => ask('auditCheck', []),
    putOutbox: (...args) => ask('putOutbox', args),
    openOutbox: (...args) => ask('openOutbox', args),
    openOutboxCount: () => ask('openOutboxCount', []),
    outboxSent: (...args) => ask('outboxSent', args),
    outboxEnd: (...args) => ask('outboxEnd', args),
    alarmsSince: (...args) => ask('alarmsSince', args),
    activeAlarms: () => ask('activeAlarms', []),
    meta: () => ask('meta', []),
    setMeta: (...args) => ask('setMeta', args),
    rememberCommand: (...args) => ask('rememberCommand', args),
    answerCommand: (...args) => ask('answerCommand', args),
    check: () => ask('check', []),
    close,
    [Symbol.asyncDispose]: close,
  };
}
