import { countedCuts } from '#domain/counted-cuts.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { flatRing } from '#domain/ring.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';

export interface SheetFacts {
  readonly job: Job;
  readonly inspection: Inspection;
  readonly problem: Problem;
  readonly result: NestResult;
  /** Placements in the order in which they are cut. */
  readonly cutOrder: readonly number[];
  readonly correctionCount: number;
  /** States of the job in order, with the moment at which each began. */
  readonly states: readonly { readonly state: string; readonly at: string }[];
  readonly version: string;
  readonly solverSha256: string | null;
  readonly problemSha256: string;
  readonly layoutSha256: string;
}

/** The ledger's record of a sheet whose job has ended. Pieces of a job that was broken off count as cut as far as the
 *  cutter has counted. */
export function sheetRecord(facts: SheetFacts): SheetRecord {
  const { job, inspection, problem, result, cutOrder } = facts;
  const { pieces } = inMillimetres(problem);
  const areas = pieces.map((_, k) => {
    const { outline, holes } = pieceShape(pieces, k, AREA_TOLERANCE);
    return regionArea(outline, holes);
  });
  const placements = result.layouts.flatMap((layout) => layout.placements);
  const isCut = new Set(countedCuts(job, cutOrder).cut);
  const area = (which: (placement: number) => boolean) =>
    rounded(placements.reduce((sum, p, k) => sum + (which(k) ? (areas[p.piece] ?? 0) : 0), 0));
  return {
    kerf: 1,
    job: job.id,
    seq: job.seq,
    order: job.order,
    machine: job.machine,
    follows: job.follows ?? null,
    remnant: job.remnant ?? null,
    state: job.state,
    at: job.updatedAt,
    grossMm2: rounded(regionArea(flatRing(inspection.outline), inspection.holes.map(flatRing))),
    usableMm2: inspection.usableMm2,
    nestedMm2: area(() => true),
    cutMm2: area((k) => isCut.has(k)),
    accepted: null,
    pieces: pieces.flatMap((piece, index) => {
      const placed = placements.filter((p) => p.piece === index).length;
      const cut = placements.filter((p, k) => p.piece === index && isCut.has(k)).length;
      return placed > 0 ? [{ id: piece.id, placed, cut, areaMm2: rounded(areas[index] ?? 0) }] : [];
    }),
    unplacedCount: result.unplaced.reduce((sum, u) => sum + u.count, 0),
    secondsIn: secondsIn(facts.states, job.updatedAt),
    approvedBy: job.approvedBy,
    waivedCount: job.waivedCount,
    correctionCount: facts.correctionCount,
    made: {
      pack: inspection.pack,
      version: facts.version,
      solverSha256: facts.solverSha256,
      seed: result.seed,
      threads: result.threads,
      evaluations: result.trace.at(-1)?.evaluations ?? 0,
      problemSha256: facts.problemSha256,
      layoutSha256: facts.layoutSha256,
    },
  };
}

/** With what a person, or a scan after cutting, has accepted: all that was cut but the rejected placements.
 *  @param rejectedById how many of each piece these are; only what was cut can be rejected */
export function withAcceptance(
  record: SheetRecord,
  acceptance: Omit<NonNullable<SheetRecord['accepted']>, 'areaMm2'>,
  rejectedById: ReadonlyMap<string, number>,
): SheetRecord {
  const pieces = record.pieces.map((piece) => ({ ...piece, rejected: rejectedById.get(piece.id) ?? 0 }));
  const rejectedMm2 = pieces.reduce((sum, { rejected, areaMm2 }) => sum + rejected * areaMm2, 0);
  return {
    ...record,
    pieces,
    accepted: { ...acceptance, areaMm2: rounded(Math.max(0, record.cutMm2 - rejectedMm2)) },
  };
}

/** Curves are flattened this finely for areas; doubled, an area is some 0.01 % off. */
const AREA_TOLERANCE = 0.05;

function secondsIn(states: SheetFacts['states'], endedAt: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [k, { state, at }] of states.entries()) {
    const until = states[k + 1]?.at ?? endedAt;
    const seconds = Math.max(0, Date.parse(until) - Date.parse(at)) / 1000;
    found[state] = Math.round(((found[state] ?? 0) + seconds) * 1000) / 1000;
  }
  return found;
}

function rounded(areaMm2: number): number {
  return Math.round(areaMm2 * 10) / 10;
}
