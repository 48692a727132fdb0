import type { ModelCard } from '#domain/model-card.ts';
import type { Clock, OnProgress, Progress } from '#domain/ports.ts';
import type { Ring } from '#domain/ring.ts';
import type { Scan } from '#domain/scan.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { hasCrossing, simplifyRings } from '#geometry/simplify-ring.ts';
import { evenMap } from './even-map.ts';
import type { EvenMap } from './even-map.ts';
import { prepareFill } from './fill-table.ts';
import { findChalk } from './find-chalk.ts';
import type { ChalkColour, ChalkSeen } from './find-chalk.ts';
import type { ScoreMaps } from './find-defects.ts';
import { findFolds } from './find-folds.ts';
import type { SeenFold } from './find-folds.ts';
import { findHide } from './find-hide.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { addTile, emptyCells } from './leather-cells.ts';
import type { LeatherCells } from './leather-cells.ts';
import { SURE_MM2, withoutSpecks } from './openings.ts';
import type { PixelSource, ScanPixels } from './pixel-source.ts';
import { planFine } from './plan-fine.ts';
import type { TilePlan } from './plan-tiles.ts';
import { fileRing, ringToMm } from './ring-to-mm.ts';
import { scaledSize } from './read-scaled.ts';
import { wholeHide } from './see-through.ts';
import { marksOfAnswer } from './mark-pixels.ts';
import { markPicture, segmentPicture, TILE_STRIDE_PX } from './segment-picture.ts';
import type { TilePixels, TilesOptions } from './segment-picture.ts';
import { settleOutline, type SettledHide } from './settle-outline.ts';
import type { Segmenter, TileMarks, TileScores } from './segmenter.ts';
import { COARSEST_SHARE, isCoarser, knowsScales, workingScale } from './working-scale.ts';
import { blendMaps, defectAt, emptyMaps, enlarge, keepToHide, withoutChalk, writeMaps } from './write-maps.ts';

/** The part of a loaded pack that inspecting needs. */
export interface PackView {
  readonly card: ModelCard;
  /** Of model.onnx. */
  readonly sha256: string;
}

export interface SurveyOptions {
  readonly segmenter: Segmenter;
  readonly clock: Clock;
  /** The picture is all material: no outline is sought. */
  readonly isWhole?: boolean | undefined;
  /** The hide is cut: what hangs together no more belongs to it too. */
  readonly isCut?: boolean | undefined;
  /** Colours of inspectors' strokes, CIELAB. */
  readonly chalk?: readonly ChalkColour[] | undefined;
  /** Look at the whole in twice the pixel first, and in the scan's own only where that is doubtful: in half the time, and blind
   *  to what only fine pixels show. A scan whose pixels are too wide for that is looked at as without it, and so is any by a
   *  pack that knows one scale alone. Default: where the picture is large (COARSE_FROM_PX). False: every tile, with the whole
   *  rim that the card names. */
  readonly isCoarseFirst?: boolean | undefined;
  /** Look at defects alone: no evenness, grain, folds or chalk. */
  readonly isModelOnly?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Sees every tile that has been looked at, table left out; some twice, coarse and then fine. */
  readonly onTile?: ((tile: SeenTile) => void) | undefined;
  /** Sees every tile's scores once, in working pixels (`--scores`): then every tile is looked at. */
  readonly onScores?: ((tile: TilePlan, scores: TileScores) => void | Promise<void>) | undefined;
}

export interface SeenTile {
  readonly plan: TilePlan;
  readonly marks: TileMarks;
  /** Scan pixels per pixel of the plan, across and down. */
  readonly pxPerPx: readonly [number, number];
  /** It was seen before, in coarser pixels. */
  readonly isSecondLook: boolean;
}

/** What was seen before anything is decided: outline and openings in table mm, and the model's word on every pixel. */
export interface Survey {
  readonly scan: Scan;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  /** Pixels of the overview that are hide, openings taken off. */
  readonly material: HideMask;
  readonly maps: ScoreMaps;
  /** What tells more than the model is asked; null where the survey was told to leave it out. */
  readonly leather: SeenLeather | null;
  readonly chalk: ChalkSeen | null;
  readonly seconds: { readonly outline: number; readonly model: number };
}

export interface SeenLeather {
  readonly cells: LeatherCells;
  /** Scan pixels per pixel of the picture that the cells lie on. */
  readonly pxPerPx: readonly [number, number];
  readonly even: EvenMap;
  /** None where the picture is all material: then nothing tells what lies flat. */
  readonly folds: readonly SeenFold[];
}

/** Longest side of the picture in which the outline is sought: a 2 m hide has 1 mm pixels there. */
const OVERVIEW_PX = 2400;
/** Largest distance of the outline's polygon from its pixels. */
const OUTLINE_TOLERANCE = 0.5;
/** By fewer pixels the settled ring and the mask's contour may differ: contours cut corners. */
const LEAST_BAY_PX = 4;

/** Seeks the hide and runs the model over it.
 *  @throws KerfError INSPECT_NO_HIDE, INSPECT_TABLE_NOT_SEEN (fault answer) */
export async function surveyScan(pixels: ScanPixels, pack: PackView, options: SurveyOptions): Promise<Survey> {
  const { clock, signal, onProgress, onTile } = options;
  signal?.throwIfAborted();
  const begin = clock.monotonicMs();
  const { scan } = pixels;
  const small = await pixels.overview(OVERVIEW_PX);
  const overview = { ...small, mm2PerPx: ((scan.mmPerPx * scan.widthPx) / small.widthPx) ** 2 };
  const found = options.isWhole ? null : findHide(overview, { keepsParts: options.isCut });
  const seen: HideMask = found ?? wholeHide(small);
  const chalk = findStrokes(overview, seen, scan, options);
  // Chalk is no opening, where it is surely chalk.
  const marked = chalk === null ? seen : { ...seen, mask: seen.mask.map((v, i) => v | chalk.mask[i]!) };
  // The rim of a hide that is cut is full of gaps narrower than what settling looks at.
  const settled = found === null || options.isCut ? null : settleOutline(overview, marked, found);
  const hide: HideMask = settled ?? marked;
  const outlined = clock.monotonicMs();
  onProgress?.({ what: 'outline', done: 1, total: 1 });

  const pxPerPx = workingScale(scan.mmPerPx, pack.card);
  const source = { widthPx: scan.widthPx, heightPx: scan.heightPx, tile: pixels.tile.bind(pixels) };
  const size = scaledSize(source, pxPerPx);
  const maps = emptyMaps(size.widthPx, size.heightPx);
  const fill = options.isWhole ? null : prepareFill(overview, hide);
  const isCoarse = isCoarseFirst(scan, pack.card, pxPerPx, options, size.widthPx * size.heightPx);
  const leatherSize = isCoarse ? scaledSize(source, pxPerPx * COARSE) : size;
  const pxPerCellPx = [scan.widthPx / leatherSize.widthPx, scan.heightPx / leatherSize.heightPx] as const;
  const cells = emptyCells(leatherSize, scan.mmPerPx * pxPerCellPx[0]);
  // The hide without its rim, which darkens and is half table.
  const inner = options.isModelOnly || fill === null ? hide : inBoth(hide, fill.keep);
  const outline = once(() => outlineOf(hide, scan, settled));
  const even = once(() => evenMap(cells, overview, inner));
  const folds = once(() => (options.isWhole ? [] : findFolds(overview, hide, frameOf(overview, scan))));
  // What waits for no model is done while that looks at tiles, from the first on that eyes wait for.
  const meanwhile: (() => unknown)[] = options.isModelOnly ? [outline] : [outline, folds];
  const { tilePx, overlapPx } = pack.card.input;
  const rimPx = isHurried(pack.card, options) ? hurriedRim(overlapPx) : overlapPx;
  const onPixels = options.isModelOnly ? undefined : (tile: TilePixels) => addTile(cells, tile, leatherSize, inner);
  // Looking coarsely first is a second look as well, and the small one of a coarse picture is nothing a net has learnt.
  const isSeenOnce = isCoarse || isCoarser(scan.mmPerPx * pxPerPx, pack.card);
  const look = lookWith({ source, segmenter: options.segmenter, fill, tilePx, rimPx, isSeenOnce }, pack.card, {
    ...options,
    onTile: (tile) => {
      onTile?.(tile);
      meanwhile.shift()?.();
    },
  });
  if (isCoarse) {
    const coarse = emptyMaps(leatherSize.widthPx, leatherSize.heightPx);
    await look(coarse, { pxPerPx: pxPerPx * COARSE, onPixels });
    enlarge(coarse, maps);
    if (!options.isModelOnly) meanwhile.push(even);
    await look(maps, { pxPerPx, plans: planFine(coarse, size, { tilePx, rimPx, stridePx: TILE_STRIDE_PX }) });
  } else await look(maps, { pxPerPx, onPixels });
  const believed = options.isWhole ? Infinity : SURE_MM2;
  const confirmed = withoutSpecks(hide, overview.mm2PerPx, (x, y) => defectAt(maps, hide, x, y), believed);
  const { holes } = confirmed === hide ? outline() : outlineOf(confirmed, scan);
  keepToHide(
    maps,
    confirmed,
    pack.card.classes.findIndex((c) => c.name === 'hole'),
  );
  if (chalk !== null) withoutChalk(maps, hide, chalk.mask);
  const leather = options.isModelOnly ? null : { cells, pxPerPx: pxPerCellPx, even: even(), folds: folds() };
  const ended = clock.monotonicMs();
  return {
    scan,
    outline: outline().outline,
    holes,
    material: confirmed,
    maps,
    leather,
    chalk,
    seconds: { outline: seconds(begin, outlined), model: seconds(outlined, ended) },
  };
}

/** Size of the picture that the model sees, and in which tiles are counted. */
export function workingSize(scan: Scan, card: ModelCard): { widthPx: number; heightPx: number } {
  return scaledSize(scan, workingScale(scan.mmPerPx, card));
}

function seconds(fromMs: number, toMs: number): number {
  return Math.max(0, Math.round(toMs - fromMs)) / 1000;
}

/** By the settled ring where that goes round the same pixels as the mask's own contour and past its openings. */
function outlineOf(hide: HideMask, scan: Scan, settled: SettledHide | null = null): { outline: Ring; holes: Ring[] } {
  const regions = maskToContours((i) => hide.mask[i] !== 0, hide.widthPx, hide.heightPx);
  const largest = regions.reduce((a, b) => (b.areaPx > a.areaPx ? b : a));
  const scale = [scan.widthPx / hide.widthPx, scan.heightPx / hide.heightPx] as const;
  const filledPx = largest.areaPx + largest.holes.reduce((sum, h) => sum + ringArea(h), 0);
  const isSettled =
    settled !== null &&
    Math.abs(settled.insidePx - filledPx) < LEAST_BAY_PX &&
    !hasCrossing([settled.ring, ...largest.holes]);
  const inMm = [isSettled ? settled.ring : largest.outline, ...largest.holes].map((r) => ringToMm(r, scan.toMm, scale));
  const [outline, ...holes] = simplifyRings(inMm, OUTLINE_TOLERANCE) as [Float64Array, ...Float64Array[]];
  return {
    outline: fileRing(outline, true),
    holes: holes.filter((h) => ringArea(h) !== 0).map((h) => fileRing(h, false)),
  };
}

/** A coarse look sees pixels of this many of the fine one. */
const COARSE = 2;

/** Pictures of so many working pixels are looked at coarsely first (decision 44). */
const COARSE_FROM_PX = 2e6;

/** Nets of classes hardly need what lies round a tile; a model of good leather does. Where every tile is asked for, or scores are written, nothing is spared. */
function isHurried(card: ModelCard, { isCoarseFirst, onScores }: SurveyOptions): boolean {
  return card.task === 'classes' && isCoarseFirst !== false && onScores === undefined;
}

/** A coarse look has to be within the scales on which a pack learnt, or it would miss what it is to find: a pack that was taught on
 *  one scale takes none. */
function isCoarseFirst(scan: Scan, card: ModelCard, pxPerPx: number, options: SurveyOptions, countPx: number): boolean {
  if (!knowsScales(card) || !isHurried(card, options) || !(options.isCoarseFirst ?? countPx >= COARSE_FROM_PX))
    return false;
  return scan.mmPerPx * pxPerPx * COARSE <= card.input.mmPerPx * COARSEST_SHARE * (1 + 1e-6);
}

/** Half the context round a tile, on the model's inner grid of 16 pixels: rims are a third of what a look at small tiles reads, most
 *  of what a second one does, and a net hardly sees the difference (decisions 44 and 45). */
function hurriedRim(overlapPx: number): number {
  return Math.ceil(overlapPx / 32) * 16;
}

type Look = (into: ScoreMaps, at: Pick<TilesOptions, 'pxPerPx' | 'onPixels' | 'plans'>) => Promise<void>;

/** Looks at tiles and writes what is seen into maps; counts the tiles of several looks together. */
function lookWith(
  {
    source,
    segmenter,
    ...tiles
  }: Pick<TilesOptions, 'fill' | 'tilePx' | 'rimPx' | 'isSeenOnce'> & {
    readonly source: PixelSource;
    readonly segmenter: Segmenter;
  },
  card: ModelCard,
  { signal, onProgress, onTile, onScores }: SurveyOptions,
): Look {
  const classCount = card.classes.length;
  let before = 0;
  return async (into, at) => {
    let total = 0;
    const pxPerPx = [source.widthPx / into.widthPx, source.heightPx / into.heightPx] as const;
    const isSecondLook = before > 0;
    const options = {
      ...tiles,
      ...at,
      signal,
      onProgress: (p: Progress) => {
        total = p.total;
        onProgress?.({ ...p, done: before + p.done, total: before + p.total });
      },
    };
    const write = (plan: TilePlan, marks: TileMarks) => {
      if (isSecondLook) blendMaps(into, plan, marks);
      else writeMaps(into, plan, marks);
      onTile?.({ plan, marks, pxPerPx, isSecondLook });
    };
    if (onScores === undefined) await markPicture(source, segmenter, { ...options, onTile: write });
    else
      await segmentPicture(source, segmenter, {
        ...options,
        classCount,
        onTile: (plan, scores) => {
          write(plan, marksOfAnswer(scores, classCount));
          return onScores(plan, scores);
        },
      });
    before += total;
  };
}

function findStrokes(overview: Overview, hide: HideMask, scan: Scan, options: SurveyOptions): ChalkSeen | null {
  if (options.chalk === undefined || options.chalk.length === 0 || options.isModelOnly) return null;
  return findChalk(overview, hide, options.chalk, frameOf(overview, scan));
}

/** Where the pixels of an overview lie. */
function frameOf(overview: Overview, scan: Scan): { toMm: Scan['toMm']; pxPerPx: readonly [number, number] } {
  return { toMm: scan.toMm, pxPerPx: [scan.widthPx / overview.widthPx, scan.heightPx / overview.heightPx] };
}

function inBoth(hide: HideMask, mask: Uint8Array): HideMask {
  const both = hide.mask.slice();
  for (let i = 0; i < both.length; i += 1) both[i]! &= mask[i]!;
  return { ...hide, mask: both };
}

/** Made when it is first asked for, and kept. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
