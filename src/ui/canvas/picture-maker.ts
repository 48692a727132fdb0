/** To the worker. */
export interface PictureQuestion {
  readonly id: number;
  /** A JPEG or PNG. */
  readonly file: Blob;
  /** Width and height in px where they are others than the file's. */
  readonly size?: readonly [number, number] | undefined;
  /** Grey of each lightness 0 to 255; without it the picture keeps its colours. */
  readonly greys?: Uint8ClampedArray | undefined;
}

export type PictureAnswer =
  | { readonly id: number; readonly picture: ImageBitmap }
  | { readonly id: number; readonly fault: string };

interface Waiting {
  readonly done: (picture: ImageBitmap) => void;
  readonly fail: (error: Error) => void;
}

/** Makes pictures of files in a worker, which starts with the first one. */
export class PictureMaker {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** @throws Error when the file is no picture or the worker could not run */
  make(file: Blob, how: Pick<PictureQuestion, 'size' | 'greys'> = {}): Promise<ImageBitmap> {
    this.#worker ??= this.#start();
    this.#lastId += 1;
    const question: PictureQuestion = { id: this.#lastId, file, ...how };
    const answer = new Promise<ImageBitmap>((done, fail) => this.#waiting.set(question.id, { done, fail }));
    this.#worker.postMessage(question);
    return answer;
  }

  /** What is under way is refused. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#refuseAll('the picture was closed');
  }

  #start(): Worker {
    const worker = new Worker(new URL('./picture.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<PictureAnswer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ('picture' in data) waiting?.done(data.picture);
      else waiting?.fail(new Error(data.fault));
    });
    worker.addEventListener('error', ({ message }) => {
      worker.terminate();
      if (this.#worker === worker) this.#worker = null;
      this.#refuseAll(message || 'the worker that makes pictures stopped');
    });
    return worker;
  }

  #refuseAll(why: string): void {
    const refused = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { fail } of refused) fail(new Error(why));
  }
}
