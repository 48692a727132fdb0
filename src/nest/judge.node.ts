import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { KerfErrorOptions } from '#domain/kerf-error.ts';
import type { Verdict } from './validate-layout.ts';

export interface JudgeTask {
  /** Names are for errors: a file's name, or a word. */
  readonly problem: { readonly text: string; readonly name: string };
  readonly result: { readonly text: string; readonly name: string };
}

export type JudgeAnswer =
  | { readonly verdict: Verdict }
  | {
      readonly error: { readonly code: string; readonly message: string } & Pick<KerfErrorOptions, 'fault' | 'details'>;
    };

export interface JudgeOptions {
  readonly signal?: AbortSignal;
  readonly problemName?: string;
  readonly resultName?: string;
}

/** Judges a nest result in a worker thread of its own, which is ended at once when `signal` aborts.
 *  @throws KerfError NEST_CHECK_UNREADABLE when problem or result cannot be read; the signal's reason when aborted */
export async function judgeLayout(
  problemText: string,
  resultText: string,
  options: JudgeOptions = {},
): Promise<Verdict> {
  const { signal, problemName = 'problem', resultName = 'result' } = options;
  signal?.throwIfAborted();
  const task: JudgeTask = {
    problem: { text: problemText, name: problemName },
    result: { text: resultText, name: resultName },
  };
  const worker = new Worker(new URL('./judge.worker.node.ts', import.meta.url), { workerData: task });
  let stop: (() => void) | null = null;
  try {
    const answer = await new Promise<JudgeAnswer>((done, fail) => {
      worker.once('message', done);
      worker.once('error', fail);
      worker.once('exit', (code) => fail(new Error(`the judge's worker ended with code ${code} and no answer`)));
      stop = () => fail(signal!.reason);
      signal?.addEventListener('abort', stop, { once: true });
    });
    if ('verdict' in answer) return answer.verdict;
    const { code, message, ...rest } = answer.error;
    throw new KerfError(code, message, rest);
  } finally {
    if (stop) signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
