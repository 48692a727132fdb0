import sharp from 'sharp';
import type { OverlayOptions } from 'sharp';
import { NO_MATERIAL } from './training-picture.ts';
import type { JudgedPicture } from './count-picture.ts';

/** A square of a judged picture where the pack was most wrong. */
interface WorstTile {
  readonly name: string;
  /** Mean distance of P(defect) from the truth. */
  readonly error: number;
  readonly sidePx: number;
  readonly rgb: Uint8Array;
  readonly truth: Uint8Array;
  readonly score: Uint8Array;
}

export interface WorstTiles {
  see(picture: JudgedPicture, score: Uint16Array): void;
  /** Picture, truth and P(defect) of each side by side, worst first, as PNG; null when nothing was seen. */
  png(): Promise<Buffer | null>;
}

const TILE_PX = 128;
const COUNT = 20;
const ACROSS = 4;

/** Keeps the twenty worst tiles of what it sees, at most two of a picture. */
export function worstTiles(): WorstTiles {
  let kept: WorstTile[] = [];
  return {
    see(picture, score) {
      const side = Math.min(TILE_PX, picture.widthPx, picture.heightPx);
      const own: WorstTile[] = [];
      for (let top = 0; top + side <= picture.heightPx; top += side)
        for (let left = 0; left + side <= picture.widthPx; left += side)
          own.push(cutTile(picture, score, left, top, side));
      own.sort((a, b) => b.error - a.error);
      kept = [...kept, ...own.slice(0, 2)].sort((a, b) => b.error - a.error).slice(0, COUNT);
    },
    async png() {
      if (kept.length === 0) return null;
      const cell = TILE_PX + 4;
      const rowPx = TILE_PX + 22;
      const width = ACROSS * (3 * cell + 8);
      const height = Math.ceil(kept.length / ACROSS) * rowPx;
      const parts: OverlayOptions[] = [];
      const labels: string[] = [];
      for (const [i, tile] of kept.entries()) {
        const left = (i % ACROSS) * (3 * cell + 8);
        const top = Math.floor(i / ACROSS) * rowPx + 18;
        const raw = { width: tile.sidePx, height: tile.sidePx };
        for (const [k, [data, channels]] of (
          [
            [tile.rgb, 3],
            [tile.truth, 1],
            [tile.score, 1],
          ] as const
        ).entries())
          parts.push({
            input: await sharp(data, { raw: { ...raw, channels } })
              .png()
              .toBuffer(),
            left: left + k * cell,
            top,
          });
        const name = tile.name.replaceAll(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
        labels.push(`<text x="${left}" y="${top - 5}">${name}: ${tile.error.toFixed(3)}</text>`);
      }
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="#ddd">${labels.join('')}</svg>`;
      return sharp({ create: { width, height, channels: 3, background: '#202428' } })
        .composite([...parts, { input: Buffer.from(svg), left: 0, top: 0 }])
        .png()
        .toBuffer();
    },
  };
}

function cutTile(p: JudgedPicture, score: Uint16Array, left: number, top: number, side: number): WorstTile {
  const rgb = new Uint8Array(side * side * 3);
  const truth = new Uint8Array(side * side);
  const seen = new Uint8Array(side * side);
  let error = 0;
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const from = (top + y) * p.widthPx + left + x;
      const to = y * side + x;
      for (let c = 0; c < 3; c += 1) rgb[3 * to + c] = p.rgb[3 * from + c]!;
      seen[to] = score[from]! >> 8;
      if (p.mask[from] === NO_MATERIAL) continue;
      truth[to] = p.mask[from] === 0 ? 0 : 255;
      error += Math.abs(score[from]! / 65535 - truth[to] / 255);
    }
  return { name: p.name, error: error / (side * side), sidePx: side, rgb, truth, score: seen };
}
