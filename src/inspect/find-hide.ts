import { KerfError } from '#domain/kerf-error.ts';
import { checkBorder } from './check-border.ts';
import { labOfRgb } from './colour-lab.ts';
import { fitSurface, surfaceAt } from './fit-surface.ts';
import { labelRuns } from './label-components.ts';
import { runsOf } from './mask-runs.ts';
import { touchesBorder } from './openings.ts';
import { hideOdds, type Colours, type HideOdds, type Material } from './hide-odds.ts';

/** A reduced picture of the whole scan. */
export interface Overview {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Area of one of its pixels. */
  readonly mm2PerPx: number;
}

/** Which pixels of the overview are hide: 1, else 0. Open holes are 0. */
export interface HideMask {
  readonly mask: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface FoundHide extends HideMask {
  /** What else of the hide's colour lies on the table, 1 where there is some: another hide, an offcut; no crumbs. */
  readonly beside: Uint8Array;
  /** The table's colour where no shadow lies on it. */
  readonly table: Material;
}

export interface FindHideOptions {
  /** The hide is cut: everything of its colour stays that is no crumb, also what hangs together no more. */
  readonly keepsParts?: boolean | undefined;
}

/** Parts of a cut hide from this area on. */
const LEAST_PART_MM2 = 100;
/** Share of the picture along each side that is taken to show the table. */
const RIM_SHARE = 0.02;
/** A hide is at least this share of the picture; less is a speck, a marker or nothing. */
const LEAST_SHARE = 0.02;
/** Holes smaller than this are left to the model. */
const LEAST_HOLE_MM2 = 4;
/** Rounds of assigning pixels and fitting both colours anew; the assignment hardly moves after four. */
const ROUNDS = 6;
/** Levels of L, a, b: a material is never known better than this. */
const LEAST_DEVIATION = [2.5, 1.6, 1.6] as const;
const GRID_PX = 420;
/** Of the grid's cells every so many each way are fitted: the surfaces have six numbers each, and 15,000 cells say them as
 *  well as all. */
const FITTED = 3;
/** Pictures from this size on are judged in pixels of twice the size first. */
const TWO_STEPS_PX = 1000;
/** Log odds from which a pixel of twice the size is believed, where its neighbours say the same. */
const SURE_ODDS = 4;

/** Tells the hide from the table by colour, whatever the colours are. The table is what lies along the picture's rim,
 *  lit unevenly (a surface of degree 2 per channel of CIELAB); the hide is the rest. Both are fitted in turn on a coarse
 *  grid, shadow counts as table; then pixels are asked with their neighbours, of a large picture one by one only along
 *  borders and where it is not clear; and the largest piece stays, its holes open where the table is seen through.
 *  @throws KerfError INSPECT_NO_HIDE where nothing stands out from the rim; INSPECT_TABLE_NOT_SEEN where too little of it
 *  is table to tell which is which */
export function findHide(overview: Overview, { keepsParts = false }: FindHideOptions = {}): FoundHide {
  const { widthPx, heightPx } = overview;
  if (widthPx < 16 || heightPx < 16)
    throw noHide(`The picture is ${widthPx} x ${heightPx} px: too small to hold a hide.`, 0);
  const factor = Math.max(1, Math.round(Math.max(widthPx, heightPx) / GRID_PX));
  const colours = tellApart(overview, factor);
  const hide = largestPiece(judgePixels(overview, hideOdds(colours)), overview, keepsParts);
  checkBorder(overview, hide);
  return { ...hide, table: colours.table };
}

function noHide(found: string, share: number): KerfError {
  return new KerfError(
    'INSPECT_NO_HIDE',
    `No hide in the picture: ${found} Expected one hide lying on a table of another colour, the table seen all round. ` +
      'If the picture is all material, say --whole.',
    { fault: 'answer', details: { share } },
  );
}

type Picture = Pick<Overview, 'rgb' | 'widthPx' | 'heightPx'>;

interface Cell {
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

function writeMean(rgb: Uint8Array, widthPx: number, cell: Cell, out: Uint8Array, to: number): void {
  let [r, g, b] = [0, 0, 0];
  for (let y = cell.top; y < cell.top + cell.heightPx; y += 1)
    for (let x = 0, i = 3 * (y * widthPx + cell.left); x < cell.widthPx; x += 1, i += 3) {
      r += rgb[i]!;
      g += rgb[i + 1]!;
      b += rgb[i + 2]!;
    }
  const count = cell.widthPx * cell.heightPx;
  out[to] = r / count + 0.5;
  out[to + 1] = g / count + 0.5;
  out[to + 2] = b / count + 0.5;
}

/** Every pixel of the answer is the mean of 2 x 2; an odd last row or column is left out. */
function halve({ rgb, widthPx, heightPx }: Picture): Picture {
  const w = widthPx >> 1;
  const h = heightPx >> 1;
  const out = new Uint8Array(w * h * 3);
  for (let v = 0, to = 0; v < h; v += 1) {
    let a = 6 * v * widthPx;
    let b = a + 3 * widthPx;
    for (let u = 0; u < w; u += 1, a += 6, b += 6, to += 3) {
      out[to] = (rgb[a]! + rgb[a + 3]! + rgb[b]! + rgb[b + 3]! + 2) >> 2;
      out[to + 1] = (rgb[a + 1]! + rgb[a + 4]! + rgb[b + 1]! + rgb[b + 4]! + 2) >> 2;
      out[to + 2] = (rgb[a + 2]! + rgb[a + 5]! + rgb[b + 2]! + rgb[b + 5]! + 2) >> 2;
    }
  }
  return { rgb: out, widthPx: w, heightPx: h };
}

/** Fits table and hide in turn on some of the cells of factor x factor pixels. */
function tellApart({ rgb, widthPx, heightPx }: Picture, factor: number): Colours {
  const across = Math.floor(widthPx / factor);
  const down = Math.floor(heightPx / factor);
  const w = Math.ceil(across / FITTED);
  const h = Math.ceil(down / FITTED);
  const count = w * h;
  const x = Float64Array.from({ length: w }, (_, u) => ((u * FITTED + 0.5) / across) * 2 - 1);
  const y = Float64Array.from({ length: h }, (_, v) => ((v * FITTED + 0.5) / down) * 2 - 1);
  const samples = { x: new Float64Array(count), y: new Float64Array(count) };
  const isRim = new Uint8Array(count);
  const picked = new Uint8Array(3 * count);
  const rim = Math.max(1, Math.round(RIM_SHARE * Math.min(across, down)));
  for (let v = 0, i = 0; v < h; v += 1)
    for (let u = 0; u < w; u += 1, i += 1) {
      samples.x[i] = x[u]!;
      samples.y[i] = y[v]!;
      const [left, top] = [u * FITTED, v * FITTED];
      isRim[i] = left < rim || top < rim || left >= across - rim || top >= down - rim ? 1 : 0;
      const cell = { left: left * factor, top: top * factor, widthPx: factor, heightPx: factor };
      writeMean(rgb, widthPx, cell, picked, 3 * i);
    }
  const lab = labOfRgb(picked);
  const values = Float64Array.from(lab);
  const fit = (weight: Float64Array) => fitMaterial({ ...samples, weight }, values);
  let table = fit(Float64Array.from(isRim));
  // What stands out from the table seeds the hide; 4 deviations lie beyond its texture and printed lines.
  const seeds = new Float64Array(count);
  const at = new Float64Array(3);
  let share = 0;
  for (let i = 0; i < count; i += 1) {
    surfaceAt(table.surface, samples.x[i]!, samples.y[i]!, at);
    let square = 0;
    for (let c = 0; c < 3; c += 1) square += ((lab[3 * i + c]! - at[c]!) / table.deviation[c]!) ** 2;
    seeds[i] = square > 16 && isRim[i] === 0 ? 1 : 0;
    share += seeds[i]! / count;
  }
  if (share < LEAST_SHARE)
    throw noHide(
      `${(share * 100).toFixed(1)} % of it differs from the colour along its rim (at least ${LEAST_SHARE * 100} % is needed).`,
      share,
    );
  let hide = fit(seeds);
  for (let round = 0; round < ROUNDS; round += 1) {
    const odds = hideOdds({ table, hide });
    const inHide = new Float64Array(count);
    const inTable = new Float64Array(count);
    for (let v = 0, i = 0; v < h; v += 1) {
      odds.atRow(y[v]!);
      for (let u = 0; u < w; u += 1, i += 1) {
        const p = 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, odds.of(lab, 3 * i, x[u]!)))));
        inHide[i] = isRim[i] === 0 ? p : p * 0.2;
        inTable[i] = 1 - p;
      }
    }
    hide = fit(inHide);
    table = fit(inTable);
  }
  return { table, hide };
}

/** Surface and deviation, refitted without what lies beyond three deviations (markers, defects, writing). */
function fitMaterial(
  samples: { readonly x: Float64Array; readonly y: Float64Array; readonly weight: Float64Array },
  values: Float64Array,
): Material {
  let weight = samples.weight;
  let material: Material = { surface: fitSurface(samples, values, 3), deviation: [20, 20, 20] };
  for (let round = 0; round < 3; round += 1) {
    const square = [0, 0, 0];
    let total = 1e-9;
    const at = new Float64Array(3);
    const next = new Float64Array(weight.length);
    for (let i = 0; i < weight.length; i += 1) {
      const w = samples.weight[i]!;
      if (w < 1e-3) continue;
      surfaceAt(material.surface, samples.x[i]!, samples.y[i]!, at);
      let far = 0;
      for (let c = 0; c < 3; c += 1)
        far = Math.max(far, Math.abs(values[3 * i + c]! - at[c]!) / material.deviation[c]!);
      if (far > 3) continue;
      next[i] = w;
      total += w;
      for (let c = 0; c < 3; c += 1) square[c]! += w * (values[3 * i + c]! - at[c]!) ** 2;
    }
    const deviation = [0, 1, 2].map((c) =>
      Math.max(LEAST_DEVIATION[c]!, Math.sqrt(square[c]! / total)),
    ) as unknown as Material['deviation'];
    weight = next;
    material = { surface: fitSurface({ ...samples, weight }, values, 3), deviation };
  }
  return material;
}

/** 1 where a pixel and its neighbours speak for hide. */
function judgePixels(overview: Overview, odds: HideOdds): Uint8Array {
  const { widthPx, heightPx } = overview;
  const step = Math.max(widthPx, heightPx) < TWO_STEPS_PX ? 1 : 2;
  const blocks = step === 1 ? overview : halve(overview);
  const rough = roughOdds(blocks, odds);
  const isClear = step === 1 ? new Uint8Array(rough.length) : clearOnes(rough, blocks);
  const fine = step === 1 ? rough : oddsNear(overview, odds, isClear, blocks);
  const isHide = new Uint8Array(widthPx * heightPx);
  for (let v = 0; v < heightPx; v += 1) {
    const row = Math.min(blocks.heightPx - 1, Math.floor(v / step)) * blocks.widthPx;
    for (let b = 0; b < blocks.widthPx; b += 1) {
      const begin = b * step;
      const end = b === blocks.widthPx - 1 ? widthPx : begin + step;
      for (let u = begin; u < end; u += 1) {
        const odds = isClear[row + b] === 0 ? sumAround(fine, widthPx, heightPx, u, v) : rough[row + b]!;
        isHide[v * widthPx + u] = odds > 0 ? 1 : 0;
      }
    }
  }
  return isHide;
}

/** Odds are held between these: no single pixel outvotes its neighbours. */
const MOST_ODDS = 8;

function roughOdds({ rgb, widthPx, heightPx }: Picture, odds: HideOdds): Float32Array {
  const out = new Float32Array(widthPx * heightPx);
  for (let v = 0; v < heightPx; v += 1) {
    const lab = labOfRgb(rgb.subarray(3 * v * widthPx, 3 * (v + 1) * widthPx));
    odds.atRow(((v + 0.5) / heightPx) * 2 - 1);
    for (let u = 0; u < widthPx; u += 1)
      out[v * widthPx + u] = held(odds.of(lab, 3 * u, ((u + 0.5) / widthPx) * 2 - 1));
  }
  return out;
}

function held(odds: number): number {
  return Math.max(-MOST_ODDS, Math.min(MOST_ODDS, odds));
}

/** 1 where a pixel is sure and its eight neighbours are of one mind with it. */
function clearOnes(rough: Float32Array, { widthPx: w, heightPx: h }: Picture): Uint8Array {
  const isClear = new Uint8Array(rough.length);
  for (let v = 1; v < h - 1; v += 1)
    for (let u = 1, i = v * w + 1; u < w - 1; u += 1, i += 1) {
      const own = rough[i]!;
      const sign = own > 0 ? 1 : -1;
      if (own * sign < SURE_ODDS) continue;
      isClear[i] =
        rough[i - 1]! * sign > 0 &&
        rough[i + 1]! * sign > 0 &&
        rough[i - w - 1]! * sign > 0 &&
        rough[i - w]! * sign > 0 &&
        rough[i - w + 1]! * sign > 0 &&
        rough[i + w - 1]! * sign > 0 &&
        rough[i + w]! * sign > 0 &&
        rough[i + w + 1]! * sign > 0
          ? 1
          : 0;
    }
  return isClear;
}

/** Odds of single pixels in and round the blocks of 2 x 2 that are not clear; 0 elsewhere. */
function oddsNear({ rgb, widthPx, heightPx }: Picture, odds: HideOdds, isClear: Uint8Array, blocks: Picture) {
  const out = new Float32Array(widthPx * heightPx);
  const isNear = new Uint8Array(blocks.widthPx);
  for (let v = 0; v < heightPx; v += 1) {
    const block = Math.min(blocks.heightPx - 1, v >> 1);
    if (v === 0 || block !== Math.min(blocks.heightPx - 1, (v - 1) >> 1)) {
      isNear.fill(0);
      for (let y = Math.max(0, block - 1); y <= Math.min(blocks.heightPx - 1, block + 1); y += 1)
        for (let u = 0, i = y * blocks.widthPx; u < blocks.widthPx; u += 1, i += 1)
          if (isClear[i] === 0) isNear.fill(1, Math.max(0, u - 1), u + 2);
    }
    const row = v * widthPx;
    odds.atRow(((v + 0.5) / heightPx) * 2 - 1);
    for (let b = 0; b < blocks.widthPx; b += 1) {
      if (isNear[b] === 0) continue;
      const begin = 2 * b;
      while (b < blocks.widthPx && isNear[b] !== 0) b += 1;
      const end = b === blocks.widthPx ? widthPx : 2 * b;
      const lab = labOfRgb(rgb.subarray(3 * (row + begin), 3 * (row + end)));
      for (let u = begin, k = 0; u < end; u += 1, k += 3)
        out[row + u] = held(odds.of(lab, k, ((u + 0.5) / widthPx) * 2 - 1));
    }
  }
  return out;
}

/** Sum over a pixel and its eight neighbours; at the border those inside count again. */
function sumAround(plane: Float32Array, widthPx: number, heightPx: number, u: number, v: number): number {
  const left = Math.max(0, u - 1) - u;
  const right = Math.min(widthPx - 1, u + 1) - u;
  const middle = v * widthPx + u;
  const above = v === 0 ? middle : middle - widthPx;
  const below = v === heightPx - 1 ? middle : middle + widthPx;
  return (
    plane[above + left]! +
    plane[above]! +
    plane[above + right]! +
    plane[middle + left]! +
    plane[middle]! +
    plane[middle + right]! +
    plane[below + left]! +
    plane[below]! +
    plane[below + right]!
  );
}

function largestPiece(
  isHide: Uint8Array,
  { widthPx, heightPx, mm2PerPx }: Overview,
  keepsParts: boolean,
): HideMask & Pick<FoundHide, 'beside'> {
  const runs = runsOf(isHide, widthPx, heightPx);
  const pieces = labelRuns(runs, widthPx, heightPx);
  let largest = 0;
  for (let i = 1; i <= pieces.count; i += 1)
    if (largest === 0 || pieces.areaPx[i]! > pieces.areaPx[largest]!) largest = i;
  const share = largest === 0 ? 0 : pieces.areaPx[largest]! / isHide.length;
  if (share < LEAST_SHARE)
    throw noHide(`the largest piece that stands out covers ${(share * 100).toFixed(1)} % of it.`, share);
  const mask = new Uint8Array(isHide.length);
  const beside = new Uint8Array(isHide.length);
  const isOff = new Uint8Array(isHide.length).fill(1);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[y]!; r < runs.firstOfRow[y + 1]!; r += 1) {
      const piece = pieces.numberOf[r]!;
      const isPart = pieces.areaPx[piece]! * mm2PerPx >= LEAST_PART_MM2;
      if (piece !== largest && isPart && !keepsParts)
        beside.fill(1, y * widthPx + runs.begin[r]!, y * widthPx + runs.end[r]!);
      if (piece !== largest && !(keepsParts && isPart)) continue;
      mask.fill(1, y * widthPx + runs.begin[r]!, y * widthPx + runs.end[r]!);
      isOff.fill(0, y * widthPx + runs.begin[r]!, y * widthPx + runs.end[r]!);
    }
  const gapRuns = runsOf(isOff, widthPx, heightPx);
  const gaps = labelRuns(gapRuns, widthPx, heightPx);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = gapRuns.firstOfRow[y]!; r < gapRuns.firstOfRow[y + 1]!; r += 1) {
      const gap = gaps.numberOf[r]!;
      if (gaps.areaPx[gap]! * mm2PerPx < LEAST_HOLE_MM2 && !touchesBorder(gaps.boxes, gap, widthPx, heightPx))
        mask.fill(1, y * widthPx + gapRuns.begin[r]!, y * widthPx + gapRuns.end[r]!);
    }
  return { mask, widthPx, heightPx, beside };
}
