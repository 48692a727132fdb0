import { areaSize, boxOf, without } from './validate-area.ts';
import type { Area, JudgedLock, JudgedProblem, JudgedSheet, ObjectiveKind } from './validate-problem.ts';
import { judgeKit } from './validate-kits.ts';
import type { LaidSheet } from './validate-kits.ts';
import { claimDiffers, objectiveValue } from './validate-objective.ts';
import type { Measured } from './validate-objective.ts';
import { gridOf, placed, placePiece } from './validate-placed.ts';
import type { PlacedPiece } from './validate-placed.ts';
import { partsAbove } from './validate-quality.ts';
import { readForeignProblem } from './validate-read-foreign.ts';
import { readOwnProblem } from './validate-read-own.ts';
import { isPosition, readPlacement, readResult } from './validate-read-result.ts';
import type { ClaimedLayout, JudgedPlacement } from './validate-read-result.ts';
import { isRecord } from './validate-refuse.ts';
import {
  ANGLE_SLACK,
  digits,
  edgeFaults,
  freedomFaults,
  grainFaults,
  groundOf,
  pairFaults,
  qualityFaults,
  turnBetween,
} from './validate-sheet-faults.ts';

/** What `kerf check` says; the names are those of ../shared/tools/check_layout.py. */
export interface Verdict {
  readonly valid: boolean;
  /** Every piece wanted is placed. A valid result may leave pieces out. */
  readonly complete: boolean;
  readonly placed: number;
  readonly wanted: number;
  readonly placed_area_pct: number;
  /** Layouts with at least one placement. */
  readonly materials: number;
  readonly net_yield_pct: number;
  readonly gross_yield_pct: number;
  /** The first ten. */
  readonly faults: readonly string[];
  readonly fault_count: number;
  /** Of strips only: the largest x reached. */
  readonly strip_width?: number;
  /** Of problems with kits only. */
  readonly whole_kits?: number;
  /** Of Kerf's own problems only, with what follows. */
  readonly objective?: { readonly kind: ObjectiveKind; readonly value: number };
  /** null where the result claims none. */
  readonly claimed_objective_differs?: boolean | null;
}

const SHOWN_FAULTS = 10;

/** Judges a nest result against its problem: Kerf's own ("kerf": 1), jagua-rs or OR-Datasets, both as parsed JSON. Rounds
 *  to integers of a quarter of (larger side / 2^24, at most 1 µm where the unit is mm) and lets pieces enter each other, a
 *  forbidden zone or the outside by two such steps. Shares no code with any solver. Errs on the side of the rule: what
 *  lies within rounding of that limit may be called a fault. About 1 ms a placement.
 *  @throws KerfError NEST_CHECK_UNREADABLE when problem or result do not have their form */
export function validateLayout(problem: unknown, result: unknown): Verdict {
  const read = isRecord(problem) && 'kerf' in problem ? readOwnProblem(problem) : readForeignProblem(problem);
  const claimed = readResult(result);
  const parts = partsAbove(read.pieces);
  const faults: string[] = [];
  const laid: LaidSheet[] = [];
  let stripWidth: number | null = null;
  if (read.stripHeight !== null && claimed.layouts.length > 1)
    faults.push(`${claimed.layouts.length} layouts on one strip`);
  for (const layout of claimed.layouts) {
    if (!isPosition(layout.material, read.stripHeight === null ? read.sheets.length : 1)) {
      faults.push(`no material ${JSON.stringify(layout.material)}`);
      continue;
    }
    const judged = judgeSheet(read, layout, layout.material, parts);
    faults.push(...judged.faults);
    laid.push(judged.laid);
    stripWidth = judged.width ?? stripWidth;
  }
  const used = read.pieces.map((_, k) =>
    sum(laid, ({ placed: all }) => all.filter((p) => p.placement.piece === k).length),
  );
  faults.push(...countFaults(read, used, laid), ...lockedFaults(read, laid));
  const kits = read.kits.map((kit) => judgeKit(kit, laid, read.pieces));
  faults.push(...kits.flatMap((kit) => kit.faults));
  const areaPlaced = sum(read.pieces, (piece, k) => used[k]! * piece.areaSize);
  const areaWanted = sum(read.pieces, (piece) => piece.demand * piece.areaSize);
  const gross = sum(laid, ({ sheet }) => areaSize(sheet.outline));
  const net = sum(laid, ({ sheet }) => areaSize(without(sheet.outline, sheet.holes)));
  const wholeKits = sum(kits, (kit) => kit.whole);
  const measured = {
    used,
    areaPlaced,
    areaWanted,
    stripWidth,
    wholeKits,
    sheetsUsed: laid.map(({ material }) => material),
  };
  return {
    valid: faults.length === 0,
    complete: sum(used, (n) => n) === sum(read.pieces, (piece) => piece.demand),
    placed: sum(used, (n) => n),
    wanted: sum(read.pieces, (piece) => piece.demand),
    placed_area_pct: percent(areaPlaced, areaWanted),
    materials: claimed.layouts.length,
    net_yield_pct: percent(areaPlaced, net),
    gross_yield_pct: percent(areaPlaced, gross),
    faults: faults.slice(0, SHOWN_FAULTS),
    fault_count: faults.length,
    ...(stripWidth === null ? {} : { strip_width: rounded(stripWidth, 6) }),
    ...(kits.length === 0 ? {} : { whole_kits: wholeKits }),
    ...objectiveFields(read, claimed, measured),
  };
}

function objectiveFields(
  read: JudgedProblem,
  claimed: { readonly objective: Parameters<typeof claimDiffers>[1] },
  measured: Measured,
): Pick<Verdict, 'objective' | 'claimed_objective_differs'> {
  if (read.objective === null) return {};
  const value = objectiveValue(read, measured);
  return {
    objective: { kind: read.objective, value: rounded(value, 9) },
    claimed_objective_differs: claimDiffers(read, claimed.objective, value),
  };
}

function judgeSheet(
  read: JudgedProblem,
  layout: ClaimedLayout,
  material: number,
  parts: (piece: number, quality: number) => Area,
): { readonly laid: LaidSheet; readonly faults: string[]; readonly width: number | null } {
  const faults: string[] = [];
  const spots: { readonly index: number; readonly placement: JudgedPlacement }[] = [];
  for (const [index, claim] of layout.placements.entries()) {
    const placement = readPlacement(claim, read.pieces);
    if (typeof placement === 'string') faults.push(`material ${material} placement ${index}: ${placement}`);
    else spots.push({ index, placement });
  }
  const width = read.stripHeight === null ? null : reachOf(read, spots);
  const sheet = width === null ? read.sheets[material]! : stripSheet(width, read.stripHeight!);
  const grid = gridOf(boxOf(sheet.outline), read.kind === 'own');
  if (width !== null && layout.width !== null) {
    const slack = Math.max(0, ...spots.map(({ placement }) => read.pieces[placement.piece]!.slack));
    if (layout.width < width - grid.tolerance - slack) {
      faults.push(`strip of ${digits(width, 6)} claimed to be ${digits(layout.width, 6)}`);
    }
  }
  const ground = groundOf(sheet, grid);
  const all = spots.map(({ index, placement }) =>
    placePiece(index, placement, read.pieces[placement.piece]!.area, grid),
  );
  for (const there of all) {
    const { piece } = there.placement;
    const wanted = read.pieces[piece]!;
    const at = `material ${material} placement ${there.index}`;
    const say = (text: string) => `${at}: ${text}`;
    faults.push(...[...freedomFaults(there, wanted), ...edgeFaults(there, wanted, ground)].map(say));
    const quality = qualityFaults(there, wanted, ground, (q) => parts(piece, q));
    faults.push(
      ...quality.map((text) => `${at} (piece ${piece}): ${text}`),
      ...grainFaults(there, wanted, ground).map(say),
    );
  }
  faults.push(...pairFaults(all, read.pieces, read.spacing, grid).map((text) => `material ${material}: ${text}`));
  return { laid: { material, sheet, grid, placed: all }, faults, width };
}

/** The largest x that a piece on a strip reaches. */
function reachOf(read: JudgedProblem, spots: readonly { readonly placement: JudgedPlacement }[]): number {
  return Math.max(
    0,
    ...spots.map(({ placement }) => boxOf(placed(read.pieces[placement.piece]!.area, placement)).maxX),
  );
}

function stripSheet(width: number, height: number): JudgedSheet {
  return {
    outline: [Float64Array.of(0, 0, width, 0, width, height, 0, height)],
    holes: [],
    zones: [],
    base: null,
    margin: 0,
    grain: null,
    stock: 1,
    cost: 1,
    locked: [],
    shades: [],
  };
}

function countFaults(read: JudgedProblem, used: readonly number[], laid: readonly LaidSheet[]): string[] {
  const faults: string[] = [];
  if (read.stripHeight === null) {
    for (const [m, { stock }] of read.sheets.entries()) {
      const count = laid.filter(({ material }) => material === m).length;
      if (count > stock) faults.push(`material ${m}: ${count} used, ${stock} in stock`);
    }
  }
  for (const [k, { demand }] of read.pieces.entries()) {
    if (used[k]! > demand) faults.push(`piece ${k}: ${used[k]!} placed, ${demand} wanted`);
  }
  return faults;
}

/** Locked pieces of a sheet have to lie on one layout of it, all of them, though its quantity be more. */
function lockedFaults(read: JudgedProblem, laid: readonly LaidSheet[]): string[] {
  return read.sheets.flatMap((sheet, m) => {
    const missing = laid
      .filter(({ material }) => material === m)
      .map((layout) =>
        sheet.locked.filter((lock) => !layout.placed.some((there) => isAt(there, lock, layout.grid.tolerance))),
      );
    const fewest = missing.reduce((a, b) => (b.length < a.length ? b : a), sheet.locked);
    return fewest.map(
      ({ piece, x, y }) => `material ${m}: locked piece ${piece} at ${digits(x, 6)}, ${digits(y, 6)} is missing`,
    );
  });
}

function isAt({ placement }: PlacedPiece, lock: JudgedLock, tolerance: number): boolean {
  return (
    placement.piece === lock.piece &&
    placement.mirrored === lock.mirrored &&
    Math.hypot(placement.x - lock.x, placement.y - lock.y) <= tolerance &&
    turnBetween(placement.rotation, lock.rotation) <= ANGLE_SLACK
  );
}

function sum<T>(rows: readonly T[], of: (row: T, k: number) => number): number {
  return rows.reduce((total, row, k) => total + of(row, k), 0);
}

function percent(part: number, whole: number): number {
  return whole ? rounded((100 * part) / whole, 3) : 0;
}

function rounded(v: number, places: number): number {
  return Number(v.toFixed(places));
}
