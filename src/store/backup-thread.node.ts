import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { BackupNews, BackupQuestion } from './backup.worker.node.ts';

type Answer<Q extends BackupQuestion> = Extract<BackupNews, { kind: Q['kind'] extends 'make' ? 'made' : 'checked' }>;

/** Asks a thread of its own, which ends with the answer or with `signal`.
 *  @throws KerfError those of `backUp`; STORE_BACKUP_ENDED when the thread ended first */
export async function askBackupThread<Q extends BackupQuestion>(
  question: Q,
  options: { readonly signal: AbortSignal; readonly onProgress?: (doneCount: number, totalCount: number) => void },
): Promise<Answer<Q>> {
  const { signal, onProgress } = options;
  signal.throwIfAborted();
  const thread = new Worker(new URL('./backup.worker.node.ts', import.meta.url), {
    workerData: question,
    execArgv: [],
  });
  const stop = () => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<Answer<Q>>((resolve, reject) => {
      thread.on('message', (news: BackupNews) => {
        if (news.kind === 'progress') onProgress?.(news.doneCount, news.totalCount);
        else if (news.kind === 'failed') reject(new KerfError(news.code, news.message, { fault: news.fault }));
        else resolve(news as Answer<Q>);
      });
      thread.once('error', reject);
      thread.once('exit', () =>
        reject(new KerfError('STORE_BACKUP_ENDED', 'The backup was stopped before it was whole.', { fault: 'device' })),
      );
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}
