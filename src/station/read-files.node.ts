import { Worker } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { ReadFilesAnswer, ReadFilesNews, ReadFilesQuestion } from './read-files.worker.node.ts';

/** A drawing that takes longer is not meant for this. */
const LONGEST_MS = 30_000;

/** More who wait are no people. */
const MOST_WAITING = 8;
let waitingCount = 0;
let last: Promise<unknown> = Promise.resolve();

/** An order from files handed over, read in a thread of its own that ends with it; one at a time, for each may take half a
 *  gigabyte.
 *  @throws KerfError those of `orderFromFiles`; STATION_FILES_UNREADABLE when the reader broke or took too long;
 *  STATION_READER_BUSY */
export async function readFiles(question: ReadFilesQuestion): Promise<ReadFilesAnswer> {
  if (waitingCount >= MOST_WAITING)
    throw new KerfError('STATION_READER_BUSY', 'Too many orders are being read at once. Try again in a minute.', {
      fault: 'answer',
    });
  waitingCount += 1;
  const answer = last.then(() => readAlone(question));
  last = answer.catch(() => undefined);
  return answer.finally(() => (waitingCount -= 1));
}

async function readAlone(question: ReadFilesQuestion): Promise<ReadFilesAnswer> {
  const thread = new Worker(new URL('./read-files.worker.node.ts', import.meta.url), {
    workerData: question,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  try {
    const news = await new Promise<ReadFilesNews>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`no answer in ${LONGEST_MS} ms`)), LONGEST_MS);
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => {
        clearTimeout(late);
        reject(new Error('the reader ended'));
      });
    });
    if ('value' in news) return news.value;
    throw new KerfError(news.error.code, news.error.message, { details: news.error.details });
  } catch (cause) {
    if (cause instanceof KerfError) throw cause;
    throw new KerfError(
      'STATION_FILES_UNREADABLE',
      `The files could not be read (${cause instanceof Error ? cause.message : String(cause)}). Export the drawings anew, or hand over fewer at once.`,
      { cause },
    );
  } finally {
    await thread.terminate();
  }
}
