import type { Cover } from './sample-plane.ts';

/** How steeply the better picture takes over: at 3 the seam is a third of the overlap wide, so that what does not lie quite
 *  alike is doubled in a narrow band only. */
const STEEPNESS = 3;

/** Lays tiles of several pictures over each other, each weighted by how far from its rim it shows a pixel. */
export class TileBlend {
  readonly #sums: Float32Array;
  readonly #weights: Float32Array;

  constructor(tilePx: number) {
    this.#sums = new Float32Array(3 * tilePx * tilePx);
    this.#weights = new Float32Array(tilePx * tilePx);
  }

  clear(): void {
    this.#sums.fill(0);
    this.#weights.fill(0);
  }

  add(tile: Uint8Array, { weights }: Cover): void {
    for (let i = 0; i < weights.length; i += 1) {
      if (weights[i] === 0) continue;
      const weight = weights[i]! ** STEEPNESS;
      this.#weights[i] = this.#weights[i]! + weight;
      for (let c = 3 * i; c < 3 * i + 3; c += 1) this.#sums[c] = this.#sums[c]! + weight * tile[c]!;
    }
  }

  /** Writes the blend; what no picture shows is white. @returns how many pixels of the box no picture shows */
  finish(tile: Uint8Array, tilePx: number, box: { readonly widthPx: number; readonly heightPx: number }): number {
    tile.fill(255);
    let unseen = 0;
    for (let y = 0; y < box.heightPx; y += 1)
      for (let x = 0; x < box.widthPx; x += 1) {
        const i = y * tilePx + x;
        const weight = this.#weights[i]!;
        if (weight === 0) {
          unseen += 1;
          continue;
        }
        for (let c = 3 * i; c < 3 * i + 3; c += 1) tile[c] = this.#sums[c]! / weight + 0.5;
      }
    return unseen;
  }
}
