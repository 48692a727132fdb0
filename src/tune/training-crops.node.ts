import type { OnProgress, Random } from '#domain/ports.ts';
import { fillTable, prepareFill } from '#inspect/fill-table.ts';
import { NO_MATERIAL } from './training-picture.ts';
import type { PictureList, TrainingPicture } from './training-picture.ts';

/** Pieces of pictures to learn from, each of `storedPx` a side, of which smaller crops are drawn. */
export interface CropSet {
  readonly count: number;
  /** Writes crop number `at` of a batch: a chance piece, shifted, mirrored and turned. `w` gets 1 on material, else 0. */
  draw(random: Random, batch: CropBatch): void;
}

export interface CropBatch {
  /** [N,3,side,side] in 0..1, [N,K,side,side] one-hot, [N,1,side,side]. */
  readonly pixels: Float32Array;
  readonly y: Float32Array;
  readonly w: Float32Array;
  readonly at: number;
  readonly sidePx: number;
  readonly classCount: number;
}

export interface CollectCropsOptions {
  readonly storedPx: number;
  /** Of each picture: pieces around its defects, at most, and pieces anywhere. */
  readonly onDefects: number;
  readonly anywhere: number;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

interface Piece {
  readonly rgb: Uint8Array;
  readonly mask: Uint8Array;
  /** Positions with a defect, a few. */
  readonly defects: Int32Array;
}

/** How many of the crops are put on a defect where the piece has one. */
const ON_DEFECT_SHARE = 0.75;

/** Cuts pieces out of every picture as inspecting shows them to the model: table filled in, mirrored beyond the rim. */
export async function collectCrops(
  lists: readonly { readonly list: PictureList; readonly options: CollectCropsOptions }[],
): Promise<CropSet> {
  const pieces: Piece[] = [];
  let storedPx = 0;
  for (const { list, options } of lists) {
    storedPx = options.storedPx;
    for (let index = 0; index < list.count; index += 1) {
      options.signal?.throwIfAborted();
      cutPieces(await list.picture(index), options, pieces);
      options.onProgress?.({ what: 'pictures', done: index + 1, total: list.count });
    }
  }
  return {
    count: pieces.length,
    draw: (random, batch) => drawCrop(pieces[Math.floor(random() * pieces.length)]!, storedPx, random, batch),
  };
}

function cutPieces(picture: TrainingPicture, options: CollectCropsOptions, into: Piece[]): void {
  const { widthPx, heightPx, mask } = picture;
  const { random, storedPx } = options;
  const rgb = mask.includes(NO_MATERIAL) ? filled(picture) : picture.rgb;
  const material: number[] = [];
  const byClass = new Map<number, number[]>();
  for (let i = 0; i < mask.length; i += 1) {
    const kind = mask[i]!;
    if (kind === NO_MATERIAL) continue;
    if (kind !== 0) {
      const known = byClass.get(kind);
      if (known) known.push(i);
      else byClass.set(kind, [i]);
    } else if ((i * 2_654_435_761) % 97 === 0) material.push(i);
  }
  const kinds = [...byClass.values()];
  const centres: number[] = [];
  if (kinds.length > 0)
    for (let k = 0; k < options.onDefects; k += 1) {
      const of = kinds[k % kinds.length]!;
      centres.push(of[Math.floor(random() * of.length)]!);
    }
  if (material.length > 0)
    for (let k = 0; k < options.anywhere; k += 1) centres.push(material[Math.floor(random() * material.length)]!);
  for (const centre of centres) {
    const shift = () => Math.floor((random() - 0.5) * storedPx * 0.5);
    const half = storedPx >> 1;
    const left = within((centre % widthPx) - half + shift(), widthPx - storedPx);
    const top = within(Math.floor(centre / widthPx) - half + shift(), heightPx - storedPx);
    into.push(cutPiece({ ...picture, rgb }, left, top, storedPx));
  }
}

function within(value: number, most: number): number {
  return Math.max(Math.min(0, most >> 1), Math.min(most, value));
}

function filled(picture: TrainingPicture): Uint8Array {
  const { widthPx, heightPx, mask } = picture;
  const hide = { mask: mask.map((k) => (k === NO_MATERIAL ? 0 : 1)), widthPx, heightPx };
  const fill = prepareFill({ ...picture, mm2PerPx: picture.mmPerPx ** 2 }, hide);
  const rgb = picture.rgb.slice();
  fillTable(rgb, { leftPx: 0, topPx: 0, widthPx, heightPx }, picture, fill);
  return rgb;
}

/** A square of the picture; beyond its rim the mirror image, which is no material. */
function cutPiece(picture: TrainingPicture, left: number, top: number, side: number): Piece {
  const { widthPx, heightPx } = picture;
  const rgb = new Uint8Array(side * side * 3);
  const mask = new Uint8Array(side * side);
  const defects: number[] = [];
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const u = mirror(left + x, widthPx);
      const v = mirror(top + y, heightPx);
      const from = v * widthPx + u;
      const to = y * side + x;
      for (let c = 0; c < 3; c += 1) rgb[3 * to + c] = picture.rgb[3 * from + c]!;
      const isInside = u === left + x && v === top + y;
      mask[to] = isInside ? picture.mask[from]! : NO_MATERIAL;
      if (mask[to] !== 0 && mask[to] !== NO_MATERIAL) defects.push(to);
    }
  return { rgb, mask, defects: Int32Array.from(defects) };
}

function mirror(p: number, size: number): number {
  const period = 2 * size;
  const q = ((p % period) + period) % period;
  return q < size ? q : period - 1 - q;
}

function drawCrop(piece: Piece, storedPx: number, random: Random, batch: CropBatch): void {
  const { pixels, y, w, at, sidePx, classCount } = batch;
  const room = storedPx - sidePx;
  let left = Math.floor(random() * (room + 1));
  let top = Math.floor(random() * (room + 1));
  if (piece.defects.length > 0 && random() < ON_DEFECT_SHARE) {
    const on = piece.defects[Math.floor(random() * piece.defects.length)]!;
    const place = () => Math.floor((0.1 + 0.8 * random()) * sidePx);
    left = within((on % storedPx) - place(), room);
    top = within(Math.floor(on / storedPx) - place(), room);
  }
  const isMirrored = random() < 0.5;
  const isFlipped = random() < 0.5;
  const isTurned = random() < 0.5;
  const gain = (0.85 + 0.3 * random()) / 255;
  const plane = sidePx * sidePx;
  for (let v = 0; v < sidePx; v += 1)
    for (let u = 0; u < sidePx; u += 1) {
      const a = isMirrored ? sidePx - 1 - u : u;
      const b = isFlipped ? sidePx - 1 - v : v;
      const from = (top + (isTurned ? a : b)) * storedPx + left + (isTurned ? b : a);
      const to = v * sidePx + u;
      for (let c = 0; c < 3; c += 1) pixels[(at * 3 + c) * plane + to] = Math.min(1, piece.rgb[3 * from + c]! * gain);
      const kind = piece.mask[from]!;
      w[at * plane + to] = kind === NO_MATERIAL ? 0 : 1;
      y[(at * classCount + (kind === NO_MATERIAL ? 0 : kind)) * plane + to] = 1;
    }
}
