import { scanTileUrl } from '../link/station-client.ts';
import type { Tone } from './grey-tone.ts';
import type { Drawable } from './pictures.ts';

export interface TileName {
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/** Tiles kept; 512 px a side they take 1 MB each. A panel shows some twenty. */
const MOST_KEPT = 72;
const MOST_AT_ONCE = 4;
/** A tile that could not be had is asked for again after this, ms. */
const RETRY_MS = 2000;
/** A tile that has not come by then does not come: its place is another's, ms. */
const TILE_MS = 30_000;

/** Tiles of one job's scan: those asked for last are fetched first, those not asked for longest are forgotten. */
export class TileStore {
  readonly #job: string;
  readonly #make: (file: Blob, tone: Tone) => Promise<Drawable>;
  readonly #onTile: () => void;
  readonly #kept = new Map<string, Drawable>();
  readonly #failed = new Map<string, number>();
  readonly #loading = new Set<string>();
  #wanted: readonly { readonly key: string; readonly name: TileName; readonly tone: Tone }[] = [];
  #isClosed = false;

  constructor(job: string, make: (file: Blob, tone: Tone) => Promise<Drawable>, onTile: () => void) {
    this.#job = job;
    this.#make = make;
    this.#onTile = onTile;
  }

  close(): void {
    this.#isClosed = true;
    this.#wanted = [];
    for (const tile of this.#kept.values()) tile.close();
    this.#kept.clear();
  }

  /** Those of the named tiles that are there, in their order; the others are fetched, the first named first. */
  take(names: readonly TileName[], tone: Tone): readonly (Drawable | null)[] {
    const keyed = names.map((name) => ({ key: `${tone}/${name.level}/${name.column}/${name.row}`, name, tone }));
    this.#wanted = keyed.filter(({ key }) => !this.#kept.has(key));
    const found = keyed.map(({ key }) => {
      const tile = this.#kept.get(key) ?? null;
      if (tile) {
        this.#kept.delete(key);
        this.#kept.set(key, tile);
      }
      return tile;
    });
    this.#fetchNext();
    return found;
  }

  #fetchNext(): void {
    const now = performance.now();
    for (const wanted of this.#wanted) {
      if (this.#loading.size >= MOST_AT_ONCE) return;
      if (this.#loading.has(wanted.key) || now < (this.#failed.get(wanted.key) ?? 0)) continue;
      this.#loading.add(wanted.key);
      void this.#fetch(wanted.key, wanted.name, wanted.tone);
    }
  }

  async #fetch(key: string, name: TileName, tone: Tone): Promise<void> {
    try {
      const response = await fetch(scanTileUrl(this.#job, name), { signal: AbortSignal.timeout(TILE_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const tile = await this.#make(await response.blob(), tone);
      if (this.#isClosed) return tile.close();
      this.#kept.set(key, tile);
      for (const old of this.#kept.keys()) {
        if (this.#kept.size <= MOST_KEPT) break;
        this.#kept.delete(old);
      }
      this.#onTile();
    } catch {
      // The whole picture stands in for it.
      this.#failed.set(key, performance.now() + RETRY_MS);
    } finally {
      this.#loading.delete(key);
      if (!this.#isClosed) {
        this.#wanted = this.#wanted.filter((w) => w.key !== key);
        this.#fetchNext();
      }
    }
  }
}
