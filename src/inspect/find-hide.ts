import { KerfError } from '#domain/kerf-error.ts';
import { labOfRgb } from './colour-lab.ts';
import { fitSurface, surfaceAt } from './fit-surface.ts';
import type { Surface } from './fit-surface.ts';
import { labelComponents } from './label-components.ts';

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

/** Tells the hide from the table by colour, whatever the colours are. The table is what lies along the picture's rim,
 *  lit unevenly (a surface of degree 2 per channel of CIELAB); the hide is the rest. Both are fitted in turn on a coarse
 *  grid, shadow counts as table; then every pixel is asked with its neighbours, and the largest piece stays, its
 *  holes open where the table is seen through.
 *  @throws KerfError INSPECT_NO_HIDE where nothing stands out from the rim */
export function findHide(overview: Overview): HideMask {
  const { widthPx, heightPx } = overview;
  if (widthPx < 16 || heightPx < 16)
    throw noHide(`The picture is ${widthPx} x ${heightPx} px: too small to hold a hide.`, 0);
  const factor = Math.max(1, Math.round(Math.max(widthPx, heightPx) / GRID_PX));
  const lab = labOfRgb(overview.rgb);
  const coarse = reduce(lab, widthPx, heightPx, factor);
  const colours = tellApart(coarse);
  const ratio = logRatio(lab, widthPx, heightPx, colours);
  const smooth = boxBlur(ratio, widthPx, heightPx, 1);
  const isHide = new Uint8Array(smooth.length);
  for (let i = 0; i < smooth.length; i += 1) isHide[i] = smooth[i]! > 0 ? 1 : 0;
  return largestPiece(isHide, overview);
}

function noHide(found: string, share: number): KerfError {
  return new KerfError(
    'INSPECT_NO_HIDE',
    `No hide in the picture: ${found} Expected one hide lying on a table of another colour, the table seen all round. ` +
      'If the picture is all material, say --whole.',
    { fault: 'answer', details: { share } },
  );
}

interface Lab {
  readonly lab: Float32Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

function reduce(lab: Float32Array, widthPx: number, heightPx: number, factor: number): Lab {
  const w = Math.floor(widthPx / factor);
  const h = Math.floor(heightPx / factor);
  const out = new Float32Array(w * h * 3);
  for (let y = 0; y < h * factor; y += 1) {
    const row = Math.floor(y / factor) * w;
    for (let x = 0; x < w * factor; x += 1) {
      const to = 3 * (row + Math.floor(x / factor));
      const from = 3 * (y * widthPx + x);
      out[to]! += lab[from]!;
      out[to + 1]! += lab[from + 1]!;
      out[to + 2]! += lab[from + 2]!;
    }
  }
  for (let i = 0; i < out.length; i += 1) out[i]! /= factor * factor;
  return { lab: out, widthPx: w, heightPx: h };
}

interface Material {
  readonly surface: Surface;
  /** Standard deviation of L, a, b about the surface. */
  readonly deviation: readonly [number, number, number];
}
interface Colours {
  readonly table: Material;
  readonly hide: Material;
}

/** Fits table and hide in turn on the coarse picture. */
function tellApart(picture: Lab): Colours {
  const { widthPx: w, heightPx: h, lab } = picture;
  const count = w * h;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    x[i] = (((i % w) + 0.5) / w) * 2 - 1;
    y[i] = ((Math.floor(i / w) + 0.5) / h) * 2 - 1;
  }
  const rim = Math.max(1, Math.round(RIM_SHARE * Math.min(w, h)));
  const isRim = (i: number) => {
    const u = i % w;
    const v = Math.floor(i / w);
    return u < rim || v < rim || u >= w - rim || v >= h - rim;
  };
  const values = Float64Array.from(lab);
  const weight = new Float64Array(count);
  for (let i = 0; i < count; i += 1) weight[i] = isRim(i) ? 1 : 0;
  const fit = (w0: Float64Array) => fitMaterial({ x, y, weight: w0 }, values);
  let table = fit(weight);
  // What stands out from the table seeds the hide; 4 deviations lie beyond its texture and printed lines.
  const distance = new Float64Array(count);
  const seeds = new Float64Array(count);
  let share = 0;
  for (let i = 0; i < count; i += 1) {
    distance[i] = squareDistance(table, lab, i, x[i]!, y[i]!);
    seeds[i] = distance[i]! > 16 && !isRim(i) ? 1 : 0;
    share += seeds[i]! / count;
  }
  if (share < LEAST_SHARE)
    throw noHide(
      `${(share * 100).toFixed(1)} % of it differs from the colour along its rim (at least ${LEAST_SHARE * 100} % is needed).`,
      share,
    );
  let hide = fit(seeds);
  for (let round = 0; round < ROUNDS; round += 1) {
    const inHide = new Float64Array(count);
    const inTable = new Float64Array(count);
    for (let i = 0; i < count; i += 1) {
      const llr = logOdds({ table, hide }, lab, i, x[i]!, y[i]!);
      const p = 1 / (1 + Math.exp(-Math.max(-30, Math.min(30, llr))));
      inHide[i] = isRim(i) ? p * 0.2 : p;
      inTable[i] = 1 - p;
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

const scratch = new Float64Array(3);
const difference = [0, 0, 0];

function squareDistance(m: Material, lab: Float32Array, i: number, x: number, y: number): number {
  surfaceAt(m.surface, x, y, scratch);
  let sum = 0;
  for (let c = 0; c < 3; c += 1) {
    difference[c] = lab[3 * i + c]! - scratch[c]!;
    sum += (difference[c]! / m.deviation[c]!) ** 2;
  }
  return sum;
}

/** Beyond this a pixel is as odd as can be (a defect, a marker): further distance says nothing about which side. */
const FARTHEST = 40;

/** Log odds of hide against table or its shadow. */
function logOdds({ table, hide }: Colours, lab: Float32Array, i: number, x: number, y: number): number {
  const spread = (m: Material) => 2 * Math.log(m.deviation[0] * m.deviation[1] * m.deviation[2]);
  const toTable = squareDistance(table, lab, i, x, y);
  const lit = scratch[0]!;
  const [dL, da, db] = difference as [number, number, number];
  let plain = Math.min(FARTHEST, toTable) + spread(table);
  // Shadow: the table's colour, darker by up to half of its light, less colourful in step.
  if (dL < 0 && lit > 5) {
    const k = Math.max(0.45, 1 + dL / lit);
    const off = lit * (k - 1);
    const ta = scratch[1]!;
    const tb = scratch[2]!;
    const shaded =
      ((dL - off) / table.deviation[0]) ** 2 +
      ((da + ta * (1 - k)) / table.deviation[1]) ** 2 +
      ((db + tb * (1 - k)) / table.deviation[2]) ** 2;
    plain = Math.min(plain, Math.min(FARTHEST, shaded) + spread(table) + SHADOW_COST);
  }
  const toHide = Math.min(FARTHEST, squareDistance(hide, lab, i, x, y)) + spread(hide);
  return (plain - toHide) / 2;
}
/** -2 log of how much rarer shadow is than table. */
const SHADOW_COST = 6;

function logRatio(lab: Float32Array, widthPx: number, heightPx: number, colours: Colours): Float32Array {
  const out = new Float32Array(widthPx * heightPx);
  for (let v = 0; v < heightPx; v += 1) {
    const y = ((v + 0.5) / heightPx) * 2 - 1;
    for (let u = 0; u < widthPx; u += 1) {
      const i = v * widthPx + u;
      const llr = logOdds(colours, lab, i, ((u + 0.5) / widthPx) * 2 - 1, y);
      out[i] = Math.max(-8, Math.min(8, llr));
    }
  }
  return out;
}

/** Mean over (2 r + 1)² pixels, fewer at the border. */
function boxBlur(values: Float32Array, widthPx: number, heightPx: number, r: number): Float32Array {
  const across = new Float32Array(values.length);
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      let sum = 0;
      for (let d = -r; d <= r; d += 1) sum += values[y * widthPx + Math.min(widthPx - 1, Math.max(0, x + d))]!;
      across[y * widthPx + x] = sum / (2 * r + 1);
    }
  const out = new Float32Array(values.length);
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      let sum = 0;
      for (let d = -r; d <= r; d += 1) sum += across[Math.min(heightPx - 1, Math.max(0, y + d)) * widthPx + x]!;
      out[y * widthPx + x] = sum / (2 * r + 1);
    }
  return out;
}

function largestPiece(isHide: Uint8Array, { widthPx, heightPx, mm2PerPx }: Overview): HideMask {
  const pieces = labelComponents(isHide, widthPx, heightPx);
  let largest = 0;
  for (let i = 1; i <= pieces.count; i += 1)
    if (largest === 0 || pieces.areaPx[i]! > pieces.areaPx[largest]!) largest = i;
  const share = largest === 0 ? 0 : pieces.areaPx[largest]! / isHide.length;
  if (share < LEAST_SHARE)
    throw noHide(`the largest piece that stands out covers ${(share * 100).toFixed(1)} % of it.`, share);
  const mask = new Uint8Array(isHide.length);
  for (let i = 0; i < mask.length; i += 1) mask[i] = pieces.labels[i] === largest ? 1 : 0;
  const outside = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i += 1) outside[i] = 1 - mask[i]!;
  const gaps = labelComponents(outside, widthPx, heightPx);
  const touches = (i: number) =>
    gaps.boxes[4 * i]! === 0 ||
    gaps.boxes[4 * i + 1]! === 0 ||
    gaps.boxes[4 * i + 2]! === widthPx - 1 ||
    gaps.boxes[4 * i + 3]! === heightPx - 1;
  for (let i = 0; i < mask.length; i += 1) {
    const gap = gaps.labels[i]!;
    if (gap !== 0 && !touches(gap) && gaps.areaPx[gap]! * mm2PerPx < LEAST_HOLE_MM2) mask[i] = 1;
  }
  return { mask, widthPx, heightPx };
}
