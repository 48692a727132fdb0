import type { Defect, Inspection } from '#domain/inspection.ts';
import type { Ring } from '#domain/ring.ts';
import { visitPolygons } from './fill-polygons.ts';
import { leastNear } from './object-counts.ts';

/** What is known of a drawn picture (`truth.json`), mm of the table frame. */
export interface TrueInspection {
  readonly mmPerPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly defects: readonly { readonly class: string; readonly outline: Ring; readonly areaMm2: number }[];
}

export interface InspectionScore {
  /** Area shared by found and true outline (holes not counted) over the area of either. */
  readonly outlineIou: number;
  /** Share of the true defects over `leastMm2` that were hit. */
  readonly recall: number;
  readonly trueCount: number;
  /** Found defects that lie beside the true ones (widened by `reach`), per square metre of hide. */
  readonly falsePerM2: number;
  readonly falseCount: number;
  /** Area of the true hide. */
  readonly hideM2: number;
  /** Share of the hit defects that a found one of the same class touches. */
  readonly classRecall: number;
  readonly recallByClass: Readonly<Record<string, { readonly hit: number; readonly count: number }>>;
  readonly falseByClass: Readonly<Record<string, number>>;
}

export interface ScoreOptions {
  readonly leastMm2?: number;
  /** A true defect is hit when found ones cover at least this share of it. */
  readonly leastCover?: number;
  /** Found defects lie near true ones within this. */
  readonly reach?: number;
}

/** Compares an inspection with the truth, on a grid of the truth's pixels. A true defect of at least 25 mm² is hit when
 *  found polygons cover a quarter of it; a found polygon is false, and hits nothing, when less than a tenth of it lies within 3 mm
 *  of any true defect (of any size), or less than twice the share that does of the hide. O(pixels). */
export function scoreInspection(
  inspection: Pick<Inspection, 'outline' | 'defects'>,
  truth: TrueInspection,
  options: ScoreOptions = {},
): InspectionScore {
  const { leastMm2 = 25, leastCover = 0.25, reach = 3 } = options;
  const grid = makeGrid(truth);
  const found = grid.fill([inspection.outline]);
  const real = grid.fill([truth.outline]);
  let both = 0;
  let either = 0;
  let hidePx = 0;
  for (let i = 0; i < found.length; i += 1) {
    if (found[i]! + real[i]! === 2) both += 1;
    if (found[i]! + real[i]! > 0) either += 1;
    hidePx += real[i]!;
  }
  const near = nearTruth(truth, grid, reach);
  let nearHidePx = 0;
  for (let i = 0; i < near.length; i += 1) if (real[i] === 1 && near[i] !== 0) nearHidePx += 1;
  const least = leastNear(nearHidePx / Math.max(1, hidePx));
  const right: Defect[] = [];
  const falseByClass: Record<string, number> = {};
  for (const d of inspection.defects) {
    let areaPx = 0;
    let nearPx = 0;
    grid.paint([d.outline, ...d.holes], (i) => {
      areaPx += 1;
      if (near[i] !== 0) nearPx += 1;
    });
    if (nearPx < least * areaPx) falseByClass[d.class] = (falseByClass[d.class] ?? 0) + 1;
    else right.push(d);
  }
  const seen = new Uint8Array(found.length);
  for (const d of right) grid.paint([d.outline, ...d.holes], (i) => (seen[i] = 1));

  const recallByClass: Record<string, { hit: number; count: number }> = {};
  const inspected = classGrid(right, grid);
  let hit = 0;
  let trueCount = 0;
  let rightClass = 0;
  for (const d of truth.defects) {
    if (d.areaMm2 < leastMm2) continue;
    let px = 0;
    let covered = 0;
    let isSameClass = false;
    grid.paint([d.outline], (i) => {
      px += 1;
      covered += seen[i]!;
      if (inspected.at(i) === d.class) isSameClass = true;
    });
    const row = (recallByClass[d.class] ??= { hit: 0, count: 0 });
    row.count += 1;
    trueCount += 1;
    if (px === 0 || covered / px < leastCover) continue;
    row.hit += 1;
    hit += 1;
    if (isSameClass) rightClass += 1;
  }
  const falseCount = inspection.defects.length - right.length;
  const hideM2 = (hidePx * truth.mmPerPx ** 2) / 1e6;
  return {
    outlineIou: either === 0 ? 0 : both / either,
    recall: trueCount === 0 ? 1 : hit / trueCount,
    trueCount,
    falsePerM2: falseCount / Math.max(1e-9, hideM2),
    falseCount,
    hideM2,
    classRecall: hit === 0 ? 0 : rightClass / hit,
    recallByClass,
    falseByClass,
  };
}

interface Grid {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  fill(rings: readonly Ring[]): Uint8Array;
  /** Calls `visit` for each pixel of the polygon (`visitPolygons`). */
  paint(rings: readonly Ring[], visit: (index: number) => void): void;
}

function makeGrid({ widthPx, heightPx, mmPerPx }: TrueInspection): Grid {
  const toPx = (ring: Ring): number[] => ring.flatMap(([x, y]) => [x / mmPerPx, heightPx - y / mmPerPx]);
  const paint: Grid['paint'] = (rings, visit) => visitPolygons(widthPx, heightPx, rings.map(toPx), visit);
  const fill: Grid['fill'] = (rings) => {
    const out = new Uint8Array(widthPx * heightPx);
    paint(rings, (i) => (out[i] = 1));
    return out;
  };
  return { widthPx, heightPx, mmPerPx, fill, paint };
}

/** Class names by pixel of what was found; later defects lie over earlier ones. */
function classGrid(defects: readonly Defect[], grid: Grid): { at(index: number): string | undefined } {
  const names = [...new Set(defects.map((d) => d.class))];
  const classes = new Uint8Array(grid.widthPx * grid.heightPx);
  for (const d of defects) grid.paint([d.outline, ...d.holes], (i) => (classes[i] = names.indexOf(d.class) + 1));
  return { at: (i) => names[classes[i]! - 1] };
}

/** 1 where a true defect lies within `reach` (a square of that half side: a little generous at the corners). */
function nearTruth(truth: TrueInspection, grid: Grid, reach: number): Uint8Array {
  const near = new Uint8Array(grid.widthPx * grid.heightPx);
  const r = Math.round(reach / grid.mmPerPx);
  for (const outline of [...truth.defects.map((d) => d.outline), ...truth.holes])
    grid.paint([outline], (i) => {
      if (near[i] === 2) return;
      const u = i % grid.widthPx;
      const v = (i - u) / grid.widthPx;
      for (let y = Math.max(0, v - r); y <= Math.min(grid.heightPx - 1, v + r); y += 1) {
        const from = y * grid.widthPx + Math.max(0, u - r);
        const to = y * grid.widthPx + Math.min(grid.widthPx - 1, u + r);
        for (let k = from; k <= to; k += 1) if (near[k] === 0) near[k] = 1;
      }
      near[i] = 2;
    });
  return near;
}
