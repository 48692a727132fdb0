import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from '#domain/ports.ts';
import { quietHealth, type Camera, type CameraFrame, type CameraHealth } from './camera.ts';
import { nextPicture, type FolderWatchOptions } from './picture-folder.node.ts';
import { readPictureHeader } from './picture-header.node.ts';

/** How often a watched folder is looked at for its health. */
const PROBE_MS = 500;

/** One picture file: it is given once. */
export class FileCamera implements Camera {
  readonly name: string;
  readonly kind = 'pictures';
  readonly #clock: Clock;
  #isGiven = false;

  constructor(path: string, clock: Clock) {
    this.name = path;
    this.#clock = clock;
  }

  start(): void {
    // A file needs none.
  }

  async next({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<CameraFrame | null> {
    signal?.throwIfAborted();
    if (this.#isGiven) return null;
    const frame = await fileFrame(this.name, 0, this.#clock);
    this.#isGiven = true;
    return frame;
  }

  health(): CameraHealth {
    return quietHealth(Number(this.#isGiven));
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A folder into which something else writes pictures: each that is new and complete is given. A folder that cannot be
 *  read is a lost camera, until it can be read again. */
export class FolderCamera implements Camera {
  readonly name: string;
  readonly kind = 'pictures';
  readonly #clock: Clock;
  readonly #watching: FolderWatchOptions;
  readonly #stop = new AbortController();
  #reason = '';
  #count = 0;
  #probe: NodeJS.Timeout | null = null;

  constructor(dir: string, clock: Clock, watching: FolderWatchOptions = {}) {
    this.name = dir;
    this.#clock = clock;
    this.#watching = watching;
  }

  start(): void {
    this.#probe ??= setInterval(() => void this.#look(), PROBE_MS);
  }

  /** @throws KerfError ACQUIRE_FOLDER_LOST, and those of a picture that is none */
  async next({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<CameraFrame | null> {
    const either = AbortSignal.any([this.#stop.signal, ...(signal ? [signal] : [])]);
    const path = await nextPicture(this.name, { ...this.#watching, signal: either });
    const frame = await fileFrame(path, this.#count, this.#clock);
    this.#count += 1;
    return frame;
  }

  health(): CameraHealth {
    return quietHealth(this.#count, this.#reason);
  }

  async close(): Promise<void> {
    if (this.#probe) clearInterval(this.#probe);
    this.#stop.abort();
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #look(): Promise<void> {
    const found = await readdir(this.name).catch((cause: unknown) => cause);
    this.#reason = found instanceof Error ? found.message : '';
  }
}

async function fileFrame(path: string, sequence: number, clock: Clock): Promise<CameraFrame> {
  const { widthPx, heightPx } = await readPictureHeader(path);
  const [takenAt, atMs] = [clock.now(), clock.monotonicMs()];
  const name = basename(path);
  return { name, sequence, takenAt, atMs, widthPx, heightPx, pixels: { kind: 'file', path } };
}
