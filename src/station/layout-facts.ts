import { BEST_QUALITY } from '#domain/grading.ts';
import type { Placement } from '#domain/nest-result.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import type { Problem, Sheet } from '#domain/problem.ts';
import { flatRing, type FlatRing } from '#domain/ring.ts';
import { cellGrid, fillRing, type CellGrid } from '#geometry/fill-ring.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';

/** Side of the cells by which faultless leather is counted, mm: with 500 pieces an area errs by some 20 cm². */
const CELL = 4;

/** What a person weighs one layout against another by, beside its yield. */
export interface LayoutFacts {
  /** Faultless leather that no piece lies on. */
  readonly bestLeftMm2: number;
  /** Whole kits. */
  readonly kitCount: number;
}

export interface FactsOf {
  of(placements: readonly Placement[], outlines: readonly FlatRing[]): LayoutFacts;
}

/** Counts one problem's layouts: its faultless leather is looked for once. */
export function layoutFacts(problem: Problem): FactsOf {
  const [sheet] = problem.sheets ?? [];
  const leather = sheet ? bestLeather(sheet) : null;
  const perKit = kitNeeds(problem);
  return {
    of(placements, outlines) {
      const placed = new Map<number, number>();
      for (const { piece } of placements) placed.set(piece, (placed.get(piece) ?? 0) + 1);
      const wholeOf = (needs: readonly KitNeed[]) =>
        Math.min(...needs.map(({ piece, count }) => Math.floor((placed.get(piece) ?? 0) / count)));
      return {
        bestLeftMm2: leather ? leftOf(leather, outlines) : 0,
        kitCount: perKit.reduce((sum, needs) => sum + wholeOf(needs), 0),
      };
    },
  };
}

interface KitNeed {
  readonly piece: number;
  /** In one kit. */
  readonly count: number;
}

/** Of each kit, its pieces. */
function kitNeeds(problem: Problem): readonly (readonly KitNeed[])[] {
  const each = orderedQuantities({ pieces: problem.pieces });
  return (problem.kits ?? [])
    .map(({ id }) => problem.pieces.flatMap(({ kit }, piece) => (kit === id ? [{ piece, count: each[piece]! }] : [])))
    .filter((needs) => needs.length > 0);
}

interface Leather {
  readonly grid: CellGrid;
  /** 1 where the leather is faultless. */
  readonly cells: Uint8Array;
}

/** Faultless is what is as good as the sheet where nothing is said of it. A zone replaces the sheet's own quality; where zones overlap the lowest counts. */
function bestLeather({ outline, holes = [], zones = [], baseQuality = BEST_QUALITY }: Sheet): Leather {
  const grid = cellGrid(ringBounds(flatRing(outline)), CELL);
  const quality = new Uint8Array(grid.columns * grid.rows);
  const zone = new Uint8Array(quality.length).fill(255);
  for (const { outline: ring, quality: own } of zones)
    if (own !== undefined)
      fillRing(flatRing(ring), grid, (from, upTo) => {
        for (let i = from; i < upTo; i += 1) zone[i] = Math.min(zone[i]!, own);
      });
  fillRing(flatRing(outline), grid, (from, upTo) => quality.fill(baseQuality, from, upTo));
  const cells = quality.map((own, i) => Number(own > 0 && (zone[i] === 255 ? own : zone[i]!) >= baseQuality));
  for (const hole of holes) fillRing(flatRing(hole), grid, (from, upTo) => cells.fill(0, from, upTo));
  return { grid, cells };
}

function leftOf({ grid, cells }: Leather, outlines: readonly FlatRing[]): number {
  const left = cells.slice();
  for (const outline of outlines) fillRing(outline, grid, (from, upTo) => left.fill(0, from, upTo));
  return left.reduce((sum, cell) => sum + cell, 0) * grid.cell ** 2;
}
