import type { Random } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { between, normal, pick, wholeBetween } from './chance.ts';
import { OUTSIDE_INDEX, type DefectKind } from './defect-kinds.ts';
import { developPicture, type TableLook } from './develop-picture.ts';
import { drawBody } from './draw-body.ts';
import { drawChalk, type ChalkWish } from './draw-chalk.ts';
import { drawDefect } from './draw-defect.ts';
import { drawGrain } from './draw-grain.ts';
import { drawHole } from './draw-spot-defects.ts';
import { drawUneven, type UnevenLook } from './draw-uneven.ts';
import { drawVisibly } from './draw-visibly.ts';
import { boxBlur, fillRing } from './fill-ring.ts';
import type { GrainFlow } from './grain-flow.ts';
import { hideOutline, type HideFrame, type HideShape } from './hide-outline.ts';
import { pixelRingToMm, readTruth, type Truth } from './hide-truth.ts';
import { makeCanvas, type LeatherCanvas } from './leather-canvas.ts';
import { layFolds, trueFolds, type FoldKind } from './lay-folds.ts';
import { chooseLook, type LeatherLook } from './leather-look.ts';
import { simplifyRing } from './trace-region.ts';

export interface HideOptions {
  readonly seed: number;
  /** Default 1. */
  readonly mmPerPx?: number;
  /** A whole hide (default), or one half cut along the spine. */
  readonly shape?: HideShape;
  /** Size of the table seen; default 2200 x 1700, for a side 2200 x 1000. The hide fills it but for a rim of at least 60. */
  readonly width?: number;
  readonly height?: number;
  /** How many defects of each kind; default: the usual few, by chance. */
  readonly counts?: Partial<Readonly<Record<DefectKind, number>>>;
  readonly look?: Partial<LeatherLook>;
  readonly table?: TableLook;
  /** What does not lie flat; default nothing. */
  readonly folds?: readonly FoldKind[];
  /** Loose belly of another shade along both flanks; default none. */
  readonly uneven?: UnevenLook;
  /** Lines along which grains are drawn out; default straight, `look.grainAngle`. */
  readonly grainFlow?: GrainFlow;
  /** Strokes of an inspector; default none. */
  readonly chalk?: readonly ChalkWish[];
}

export interface DrawnHide {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  /** Interleaved, 3 bytes a pixel. */
  readonly rgb: Uint8Array;
  /** Class index a pixel (`DEFECT_KINDS`, 1-based; 0 good; 255 table). */
  readonly mask: Uint8Array;
  /** How much of the loose belly each pixel has, 0 to 1; null where none was asked for. */
  readonly uneven: Float32Array | null;
  readonly truth: Truth;
}

const TABLES: readonly TableLook[] = [
  { colour: [196, 202, 206], texture: 0.012, lines: 0 },
  { colour: [196, 202, 206], texture: 0.012, lines: 100 },
  { colour: [226, 226, 222], texture: 0.01, lines: 0 },
  { colour: [48, 51, 55], texture: 0.04, lines: 0 },
  { colour: [52, 96, 78], texture: 0.03, lines: 100 },
  { colour: [64, 88, 120], texture: 0.03, lines: 0 },
  { colour: [150, 146, 138], texture: 0.05, lines: 0 },
];

/** Least difference of brightness between leather and table, levels: a camera table is chosen so that hides stand out. */
const LEAST_CONTRAST = 45;

/** Draws a whole hide lying on a table, with its truth. The same seed and options give the same bytes. About 0.6 µs a
 *  pixel: 2 to 3 s for the default 2200 x 1700. */
export function drawHide(options: HideOptions, random: Random = seededRandom(options.seed)): DrawnHide {
  const shape = options.shape ?? 'whole';
  const mmPerPx = options.mmPerPx ?? 1;
  const widthPx = Math.round((options.width ?? 2200) / mmPerPx);
  const heightPx = Math.round((options.height ?? (shape === 'side' ? 1000 : 1700)) / mmPerPx);
  const look = { ...chooseLook(random), ...options.look };
  const table = options.table ?? chooseTable(random, look);
  const canvas = makeCanvas({ widthPx, heightPx, mmPerPx }, look, random);
  const rimPx = 60 / mmPerPx;
  const lengthPx = (widthPx - 2 * rimPx) * between(random, 0.9, 0.98);
  const room = (heightPx - 2 * rimPx) * between(random, 0.9, 0.98);
  const halfWidthPx = shape === 'side' ? room : room / 2;
  const spineV = shape === 'side' ? heightPx / 2 + room / 2 : heightPx / 2;
  const frame: HideFrame = { shape, centreU: widthPx / 2, spineV, lengthPx, halfWidthPx, mmPerPx };
  // Chance of its own: a hide keeps its bytes whatever else learns to be drawn.
  const own = seededRandom(options.seed ^ 0x5eed);
  const laid = layFolds(hideOutline(random, canvas.noise, frame), options.folds ?? [], mmPerPx, own);
  const { ring } = laid;
  const cover = fillRing(ring, widthPx, heightPx);

  drawGrain(canvas, options.grainFlow ?? null);
  drawBody(canvas, frame);
  const uneven = options.uneven ? drawUneven(canvas, frame, options.uneven, options.seed) : null;
  for (const fold of laid.folds) fold.paint(canvas);
  for (const [kind, count] of chooseCounts(random, options.counts)) {
    for (let i = 0; i < count; i += 1) placeDefect(canvas, kind, cover, frame);
  }
  for (let i = 0; i < cover.length; i += 1) {
    if (cover[i]! >= 128) continue;
    canvas.label[i] = OUTSIDE_INDEX;
    canvas.owner[i] = 0;
  }
  const { shadow, rim } = shadowAndRim(cover, widthPx, heightPx, mmPerPx, look.lightAngle);
  const rgb = developPicture(canvas, { table, cover, shadow, rim });
  const outline = pixelRingToMm(simplifyRing(ring, 0.25), mmPerPx, heightPx);
  const chalk = drawChalk({ rgb, widthPx, heightPx, mmPerPx, cover, noise: canvas.noise }, options.chalk ?? [], own);
  const truth: Truth = {
    kerf: 1,
    seed: options.seed,
    mmPerPx,
    widthPx,
    heightPx,
    outline,
    ...readTruth(canvas),
    ...(options.folds && { folds: trueFolds(laid.folds, mmPerPx, heightPx) }),
    ...(options.chalk && { chalk }),
  };
  return { widthPx, heightPx, mmPerPx, rgb, mask: canvas.label, uneven, truth };
}

function brightness(colour: readonly [number, number, number]): number {
  return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
}

function chooseTable(random: Random, look: LeatherLook): TableLook {
  const fitting = TABLES.filter(
    (table) => Math.abs(brightness(table.colour) - brightness(look.colour)) >= LEAST_CONTRAST,
  );
  return pick(random, fitting);
}

/** In drawing order: areas first, so that lines and holes lie over them. */
function chooseCounts(random: Random, fixed: HideOptions['counts']): [DefectKind, number][] {
  const usual: [DefectKind, number, number][] = [
    ['loose', 0, 2],
    ['stain', 0, 3],
    ['vein', 0, 3],
    ['wrinkle', 2, 6],
    ['brand', 0, 1],
    ['scar', 1, 5],
    ['scratch', 2, 8],
    ['tick', 1, 4],
    ['cut', 1, 4],
    ['hole', 1, 5],
  ];
  return usual.map(([kind, low, high]) => [
    kind,
    fixed === undefined ? wholeBetween(random, low, high) : (fixed[kind] ?? 0),
  ]);
}

/** Where on the animal a kind is found: [along the spine, share of the half width], with spread. */
const HOME: Readonly<
  Partial<Record<DefectKind, { readonly along: number; readonly wide: number; readonly spread: number }>>
> = {
  loose: { along: 0.48, wide: 0.72, spread: 0.12 },
  vein: { along: 0.5, wide: 0.66, spread: 0.16 },
  wrinkle: { along: 0.14, wide: 0.15, spread: 0.14 },
  brand: { along: 0.82, wide: 0.4, spread: 0.06 },
};

function placeDefect(canvas: LeatherCanvas, kind: DefectKind, cover: Uint8Array, frame: HideFrame): void {
  const { random, widthPx, heightPx, mmPerPx } = canvas;
  const home = HOME[kind];
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const side = frame.shape === 'side' || random() < 0.5 ? -1 : 1;
    const along = home === undefined ? between(random, 0.03, 0.97) : home.along + normal(random) * home.spread;
    const wide = home === undefined ? between(random, 0, 0.98) : home.wide + normal(random) * home.spread;
    const x = frame.centreU + (along - 0.5) * frame.lengthPx;
    const y = frame.spineV + side * wide * frame.halfWidthPx;
    const clear = (kind === 'hole' ? 14 : 6) / mmPerPx;
    const on = [
      [0, 0],
      [clear, 0],
      [-clear, 0],
      [0, clear],
      [0, -clear],
    ].every(([du, dv]) => {
      const u = Math.floor(x + du!);
      const v = Math.floor(y + dv!);
      return u >= 0 && v >= 0 && u < widthPx && v < heightPx && cover[v * widthPx + u] === 255;
    });
    if (!on) continue;
    const place = { x, y, spanPx: 600 / mmPerPx };
    // Neck folds lie across the spine; elsewhere a fold may lie as it likes.
    drawVisibly(canvas, place, () => {
      if (kind === 'wrinkle' && along < 0.35) drawDefect(canvas, kind, { ...place, angle: 90 + normal(random) * 14 });
      else if (kind === 'hole') drawHole(canvas, place, random() < 0.75);
      else drawDefect(canvas, kind, place);
    });
    return;
  }
}

/** Soft shadow that the hide throws on the table, away from the light, and the darkening towards its own rim. */
function shadowAndRim(
  cover: Uint8Array,
  widthPx: number,
  heightPx: number,
  mmPerPx: number,
  lightAngle: number,
): { shadow: Float32Array; rim: Float32Array } {
  const shadow = new Float32Array(cover.length);
  const shiftU = Math.round((-Math.cos((lightAngle * Math.PI) / 180) * 4) / mmPerPx);
  const shiftV = Math.round((Math.sin((lightAngle * Math.PI) / 180) * 4) / mmPerPx);
  for (let v = 0; v < heightPx; v += 1) {
    const fromV = Math.min(heightPx - 1, Math.max(0, v - shiftV));
    for (let u = 0; u < widthPx; u += 1) {
      const fromU = Math.min(widthPx - 1, Math.max(0, u - shiftU));
      shadow[v * widthPx + u] = cover[fromV * widthPx + fromU]! / 255;
    }
  }
  boxBlur(shadow, widthPx, heightPx, Math.max(1, Math.round(5 / mmPerPx)));
  for (let i = 0; i < shadow.length; i += 1) shadow[i] = shadow[i]! * 0.55;
  const rim = new Float32Array(cover.length);
  for (let i = 0; i < rim.length; i += 1) rim[i] = 1 - cover[i]! / 255;
  boxBlur(rim, widthPx, heightPx, Math.max(1, Math.round(3 / mmPerPx)));
  return { shadow, rim };
}
