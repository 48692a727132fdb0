import { seededRandom } from '#domain/seeded-random.ts';
import type { Random } from '#domain/ports.ts';
import { between, logBetween, pick } from './chance.ts';
import type { DefectKind } from './defect-kinds.ts';
import { developPicture } from './develop-picture.ts';
import { drawDefect } from './draw-defect.ts';
import { drawGrain } from './draw-grain.ts';
import { drawVisibly } from './draw-visibly.ts';
import { readTruth, type TrueDefect } from './hide-truth.ts';
import { makeCanvas, type LeatherCanvas } from './leather-canvas.ts';
import { chooseLook, type LeatherLook } from './leather-look.ts';

export interface LeatherTileOptions {
  readonly seed: number;
  readonly sizePx: number;
  /** Default: log-uniform 0.15 to 0.5. */
  readonly mmPerPx?: number;
  /** Kinds to draw, one object each in this order; default: 0 to 3 of the usual mixture. */
  readonly kinds?: readonly DefectKind[];
  /** Parts of the look to fix (colour, grain, …); the rest is drawn. */
  readonly look?: Partial<LeatherLook>;
}

export interface LeatherTile {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  /** Interleaved, 3 bytes a pixel. */
  readonly rgb: Uint8Array;
  /** Class index a pixel (`DEFECT_KINDS`, 1-based; 0 good). */
  readonly mask: Uint8Array;
  readonly defects: readonly TrueDefect[];
}

/** How often each kind appears in a training tile. */
const TILE_MIXTURE: readonly DefectKind[] = [
  'cut',
  'cut',
  'cut',
  'hole',
  'hole',
  'hole',
  'scratch',
  'scratch',
  'scratch',
  'wrinkle',
  'wrinkle',
  'scar',
  'tick',
  'stain',
  'vein',
  'loose',
  'brand',
];

/** Draws a square of leather, all material, with defects and their mask. The same seed and options give the same bytes. */
export function drawLeatherTile(options: LeatherTileOptions): LeatherTile {
  const random = seededRandom(options.seed);
  const mmPerPx = options.mmPerPx ?? logBetween(random, 0.15, 0.5);
  const look = { ...chooseLook(random), ...options.look };
  const canvas = makeCanvas({ widthPx: options.sizePx, heightPx: options.sizePx, mmPerPx }, look, random);
  drawGrain(canvas);
  for (const kind of options.kinds ?? chooseKinds(random)) {
    const place = {
      x: between(random, 0.08, 0.92) * options.sizePx,
      y: between(random, 0.08, 0.92) * options.sizePx,
      spanPx: between(random, 0.25, 0.95) * options.sizePx,
    };
    drawVisibly(canvas, place, () => drawDefect(canvas, kind, place));
  }
  return developTile(canvas, random);
}

/** The picture, mask and truth of a square that is leather all over; through its holes shows a table of any colour. */
export function developTile(canvas: LeatherCanvas, random: Random): LeatherTile {
  const { widthPx, heightPx, mmPerPx } = canvas;
  const below = pick(random, [
    [205, 206, 204],
    [60, 62, 64],
    [30, 30, 30],
    [120, 170, 190],
  ] as const);
  const rgb = developPicture(canvas, {
    table: { colour: below, texture: 0.02, lines: 0 },
    cover: null,
    shadow: null,
    rim: null,
  });
  return { widthPx, heightPx, mmPerPx, rgb, mask: canvas.label, defects: readTruth(canvas).defects };
}

function chooseKinds(random: Random): DefectKind[] {
  const count = random() < 0.15 ? 0 : random() < 0.55 ? 1 : random() < 0.7 ? 2 : 3;
  return Array.from({ length: count }, () => pick(random, TILE_MIXTURE));
}
