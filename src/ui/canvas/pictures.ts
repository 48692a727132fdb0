import { scanPictureUrl } from '../link/station-client.ts';
import { greyCopy, greyTable, meanLightness, type Tone } from './grey-tone.ts';
import { TileStore } from './tile-store.ts';

/** Largest side of the scan that is loaded as one picture, px; beyond it come tiles. */
const MAX_PX = 2560;
/** Copies of the picture, each half as large: what is drawn small is drawn from a small one. */
const HALVINGS = 3;
/** News of tiles are told this late, so that a handful of them costs one drawing, ms. */
const TOLD_AFTER_MS = 80;
const RETRY_MS = 1000;

export type Drawable = ImageBitmap | HTMLCanvasElement;

/** A job's scan, as far as it has come. */
export interface ScanPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Counts what has come: with it, drawings grow old. */
  readonly version: number;
  readonly tiles: TileStore;
  /** The whole scan in a tone, at least `widthPx` wide if there is one; null while the tone is being made. */
  whole(tone: Tone, widthPx: number): Drawable | null;
}

/** Loads a job's scan once. Calls back when there is more to draw; a failed load is tried again. */
export class ScanPictures {
  readonly #onReady: () => void;
  #job: string | null = null;
  #picture: LoadedPicture | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  close(): void {
    this.#job = null;
    this.#picture?.close();
    this.#picture = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  of(job: string): ScanPicture | null {
    if (this.#job === job) return this.#picture;
    this.close();
    this.#job = job;
    void this.#load(job);
    return null;
  }

  async #load(job: string): Promise<void> {
    try {
      const response = await fetch(scanPictureUrl(job, MAX_PX));
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const blob = await response.blob();
      const whole = await createImageBitmap(blob);
      if (this.#job !== job) return;
      const picture = new LoadedPicture(job, whole, this.#onReady);
      this.#picture = picture;
      this.#onReady();
      for (let i = 1; i < HALVINGS; i += 1) {
        const size = {
          resizeWidth: Math.ceil(whole.width / 2 ** i),
          resizeHeight: Math.ceil(whole.height / 2 ** i),
        };
        // From the file, not from the picture: that way it happens in another thread.
        picture.addCopy(i, await createImageBitmap(blob, { ...size, resizeQuality: 'high' }));
      }
    } catch {
      // Not there yet, or the station is away: the page says so elsewhere.
      if (this.#job === job) this.#timer = setTimeout(() => void this.#load(job), RETRY_MS);
    }
  }
}

class LoadedPicture implements ScanPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tiles: TileStore;
  readonly #copies: ReadonlyMap<Tone, Map<number, Drawable>>;
  readonly #onReady: () => void;
  readonly #mean: number;
  readonly #making = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;
  version = 1;

  constructor(job: string, whole: ImageBitmap, onReady: () => void) {
    this.widthPx = whole.width;
    this.heightPx = whole.height;
    this.#onReady = onReady;
    this.#mean = meanLightness(whole);
    this.#copies = new Map<Tone, Map<number, Drawable>>([
      ['colour', new Map([[0, whole]])],
      ['light', new Map()],
      ['dark', new Map()],
    ]);
    this.tiles = new TileStore(
      job,
      (tone) => greyTable(this.#mean, tone),
      () => this.#more(),
    );
  }

  /** A copy that is halved so many times. Drawings made from a larger one stay as they are. */
  addCopy(halvings: number, copy: ImageBitmap): void {
    if (this.#isClosed) copy.close();
    else this.#copies.get('colour')!.set(halvings, copy);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.tiles.close();
    for (const copies of this.#copies.values())
      for (const copy of copies.values()) if (copy instanceof ImageBitmap) copy.close();
  }

  whole(tone: Tone, widthPx: number): Drawable | null {
    let best = 0;
    while (best < HALVINGS - 1 && this.widthPx / 2 ** (best + 1) >= widthPx) best += 1;
    const copies = this.#copies.get(tone)!;
    const made = copies.get(best);
    if (made) return made;
    const source = this.#copies.get('colour')!.has(best) ? best : 0;
    void this.#make(tone, source);
    // Meanwhile any other size of the same tone.
    return copies.get(source) ?? copies.values().next().value ?? null;
  }

  async #make(tone: Tone, halvings: number): Promise<void> {
    const key = `${tone}/${halvings}`;
    const source = this.#copies.get('colour')!.get(halvings);
    if (tone === 'colour' || this.#making.has(key) || !source) return;
    this.#making.add(key);
    const copy = await greyCopy(source, greyTable(this.#mean, tone));
    if (this.#isClosed) return;
    this.#copies.get(tone)!.set(halvings, copy);
    this.version += 1;
    this.#onReady();
  }

  #more(): void {
    this.version += 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.#isClosed) this.#onReady();
    }, TOLD_AFTER_MS);
  }
}
