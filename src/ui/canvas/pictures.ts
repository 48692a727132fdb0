import { afterCutPictureUrl, scanPictureUrl } from '../link/station-client.ts';
import { greyTable, meanLightness, type Tone } from './grey-tone.ts';
import { PictureMaker } from './picture-maker.ts';
import { TileStore } from './tile-store.ts';

/** Largest side of the scan that is loaded as one picture, px; beyond it come tiles. */
const MAX_PX = 2560;
/** Copies of the picture, each half as large: what is drawn small is drawn from a small one. */
const HALVINGS = 3;
/** News of tiles are told this late, so that a handful of them costs one drawing, ms. */
const TOLD_AFTER_MS = 80;
const RETRY_MS = 1000;
/** A picture that has not come by then does not come, ms. */
const PICTURE_MS = 30_000;

export type Drawable = ImageBitmap;

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

/** Which scan: a job's own, or one after cutting by its comparison. */
export interface ScanSource {
  readonly job: string;
  readonly afterCut: string | null;
}

/** Loads a scan once. Calls back when there is more to draw; a failed load is tried again. */
export class ScanPictures {
  readonly #onReady: () => void;
  readonly #maker = new PictureMaker();
  #shown: string | null = null;
  #picture: LoadedPicture | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  close(): void {
    this.#forget();
    this.#maker.close();
  }

  of({ job, afterCut }: ScanSource): ScanPicture | null {
    const url = afterCut === null ? scanPictureUrl(job, MAX_PX) : afterCutPictureUrl(job, afterCut, MAX_PX);
    if (this.#shown === url) return this.#picture;
    this.#forget();
    this.#shown = url;
    void this.#load(url, job);
    return null;
  }

  #forget(): void {
    this.#shown = null;
    this.#picture?.close();
    this.#picture = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #load(url: string, job: string): Promise<void> {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(PICTURE_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const blob = await response.blob();
      const whole = await this.#maker.make(blob);
      if (this.#shown !== url) return whole.close();
      const picture = new LoadedPicture(job, blob, whole, this.#maker, this.#onReady);
      this.#picture = picture;
      this.#onReady();
      for (let i = 1; i < HALVINGS; i += 1)
        picture.addCopy(i, await this.#maker.make(blob, { size: picture.sizeOf(i) }));
    } catch {
      // Not there yet, or the station is away: the page says so elsewhere.
      if (this.#shown === url) this.#timer = setTimeout(() => void this.#load(url, job), RETRY_MS);
    }
  }
}

class LoadedPicture implements ScanPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly tiles: TileStore;
  readonly #file: Blob;
  readonly #maker: PictureMaker;
  readonly #copies: ReadonlyMap<Tone, Map<number, Drawable>>;
  readonly #onReady: () => void;
  readonly #mean: number;
  readonly #making = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #isClosed = false;
  version = 1;

  constructor(job: string, file: Blob, whole: ImageBitmap, maker: PictureMaker, onReady: () => void) {
    this.#file = file;
    this.#maker = maker;
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
      (tile, tone) => maker.make(tile, this.#in(tone)),
      () => this.#more(),
    );
  }

  /** A copy that is halved so many times. Drawings made from a larger one stay as they are. */
  addCopy(halvings: number, copy: ImageBitmap): void {
    if (this.#isClosed) copy.close();
    else this.#copies.get('colour')!.set(halvings, copy);
  }

  sizeOf(halvings: number): readonly [number, number] {
    return [Math.ceil(this.widthPx / 2 ** halvings), Math.ceil(this.heightPx / 2 ** halvings)];
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.tiles.close();
    for (const copies of this.#copies.values()) for (const copy of copies.values()) copy.close();
  }

  whole(tone: Tone, widthPx: number): Drawable | null {
    let best = 0;
    while (best < HALVINGS - 1 && this.widthPx / 2 ** (best + 1) >= widthPx) best += 1;
    const copies = this.#copies.get(tone)!;
    const made = copies.get(best);
    if (made) return made;
    if (tone !== 'colour') void this.#make(tone, best);
    // Meanwhile any other size of the same tone.
    return copies.get(0) ?? copies.values().next().value ?? null;
  }

  async #make(tone: Exclude<Tone, 'colour'>, halvings: number): Promise<void> {
    const key = `${tone}/${halvings}`;
    if (this.#making.has(key)) return;
    this.#making.add(key);
    try {
      const size = halvings === 0 ? {} : { size: this.sizeOf(halvings) };
      const copy = await this.#maker.make(this.#file, { ...size, ...this.#in(tone) });
      if (this.#isClosed) return copy.close();
      this.#copies.get(tone)!.set(halvings, copy);
      this.version += 1;
      this.#onReady();
    } catch {
      // Another size of the tone stays in its place; the next drawing asks again.
      this.#making.delete(key);
    }
  }

  #in(tone: Tone) {
    return tone === 'colour' ? {} : { greys: greyTable(this.#mean, tone) };
  }

  #more(): void {
    this.version += 1;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.#isClosed) this.#onReady();
    }, TOLD_AFTER_MS);
  }
}
