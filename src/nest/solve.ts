import { KerfError } from '#domain/kerf-error.ts';
import type { Layout, NestResult } from '#domain/nest-result.ts';
import type { Region } from '#domain/ring.ts';
import type { SearchRecord } from '#domain/search-record.ts';
import { assembleResult, layoutsOf } from './assemble-result.ts';
import { editProblem } from './edit-problem.ts';
import type { NestEdit } from './edit-problem.ts';
import { encodeProblem } from './encode-problem.ts';
import type { StartPlacement } from './encode-problem.ts';
import type { NestProblem } from './nest-problem.ts';
import type { SearchReport, Solver } from './solver.ts';

export interface NestOptions {
  readonly solver: Solver;
  /** Wall time of the search; 10 when neither is given. */
  readonly seconds?: number;
  /** Instead of seconds: the same problem, seed, threads and evaluations give the same result, byte for byte. */
  readonly evaluations?: number;
  /** The file that the problem came from, named where the solver refuses it. */
  readonly where?: string;
  /** Default 1. */
  readonly threads?: number;
  /** Default 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  /** Each better layout, verified, at most ten a second. */
  readonly onProgress?: (progress: NestProgress) => void;
  /** Layouts to start from: what is still allowed of them stays where it is while the rest is placed again. */
  readonly start?: readonly Layout[];
  /** A search by time of this problem that is gone again, placement for placement, whatever the machine does meanwhile: its
   *  seed, threads, start and end count. Each of its layouts is told, better or not. */
  readonly record?: SearchRecord;
  /** Told before a search by time resolves: with it the same layouts are found again. */
  readonly onRecord?: (record: SearchRecord) => void;
}

export interface NestProgress {
  readonly value: number;
  readonly seconds: number;
  readonly evaluations: number;
  readonly layouts: readonly Layout[];
  /** The edition of the problem that it is of: 0 the first, one more with each edit that was asked for, also with one that
   *  the solver refused later. */
  readonly edits: number;
}

const DEFAULT_SECONDS = 10;

/** A search that runs. */
export interface NestRun {
  /** The best layout found, whole or not, for the problem with every edit that was accepted. */
  readonly result: Promise<NestResult>;
  /** Changes the problem under the search: what it still allows of the best layout stays where it is, and the search goes
   *  on from there. Resolves with the first layout that has the change in it; edits are worked in one after the other.
   *  @throws KerfError NEST_EDIT_REFUSED, NEST_LOCKED_PIECE_INVALID (the search goes on without the edit),
   *    NEST_SEARCH_ENDED (start again from the layout, with the edited problem) */
  edit(edit: NestEdit): Promise<NestProgress>;
  /** As edited so far. */
  readonly problem: () => NestProblem;
}

/** Nests a problem (see `readProblem`). Resolves with the best layout found, whole or not; also when `signal` aborts
 *  (`stopped: 'aborted'`, within 50 ms).
 *  @throws KerfError NEST_BUDGET_REFUSED, and what the solver refuses (NEST_LOCKED_PIECE_INVALID, NEST_UNSUPPORTED_…) */
export async function solveNest(problem: NestProblem, options: NestOptions): Promise<NestResult> {
  return startNest(problem, options).result;
}

/** As `solveNest`, with the running search in hand for edits. With edits evaluations count anew for each, and seconds go
 *  on, one at least for each.
 *  @throws KerfError NEST_BUDGET_REFUSED; what the solver refuses rejects `result`, as does a record of something else
 *  (NEST_RECORD_UNREADABLE, NEST_REPLAY_STRAYED) */
export function startNest(given: NestProblem, options: NestOptions): NestRun {
  const { solver, signal, onProgress, start = [], record, onRecord, where } = options;
  const { threads = 1, seed = 1 } = record ?? options;
  const budget = budgetOf(options);
  // By edition.
  const problems = new Map([[0, given]]);
  let problem = given;
  let waiting: { edition: number; seen: (p: NestProgress) => void; refused: (e: KerfError) => void } | null = null;
  const begin = record ? { numbers: record.start } : startPlacements(given, start);
  const running = solver.start(encodeProblem(given, begin), {
    ...budget,
    record: record ? Float64Array.from(record.met) : null,
    threads,
    seed,
    signal: signal ?? null,
    onReport: (report) => {
      const progress = progressOf(given, report);
      if (waiting && report.edition >= waiting.edition) waiting.seen(progress);
      onProgress?.(progress);
    },
    onRefused: (edition, error) => {
      if (waiting?.edition === edition) waiting.refused(withNames(error, problems.get(edition) ?? given, where));
    },
  });
  const result = running.outcome.then(
    (outcome) => {
      // Ended by the very edit: its report may have been left out for the last one.
      if (waiting && outcome.edition >= waiting.edition) waiting.seen(progressOf(given, outcome));
      if (outcome.record) onRecord?.({ kerf: 1, seed, threads, start: [...outcome.start], met: [...outcome.record] });
      return assembleResult(problems.get(outcome.edition) ?? given, outcome, { seed, threads });
    },
    (error: unknown) => {
      throw error instanceof KerfError ? withNames(error, given, where) : error;
    },
  );
  const ended = result.then(
    () => refuseEnded(),
    () => refuseEnded(),
  );
  ended.catch(() => undefined);
  const asked = (next: NestProblem): number | null => {
    try {
      return running.change(encodeProblem(next));
    } catch (cause) {
      throw cause instanceof KerfError ? withNames(cause, next, where) : cause;
    }
  };
  const edit = async (change: NestEdit): Promise<NestProgress> => {
    const next = editProblem(problem, change);
    const edition = asked(next);
    if (edition === null) return refuseEnded();
    problems.set(edition, next);
    const seen = new Promise<NestProgress>((resolve, reject) => {
      waiting = { edition, seen: resolve, refused: reject };
    });
    try {
      const progress = await Promise.race([seen, ended]);
      problem = next;
      return progress;
    } finally {
      waiting = null;
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    result,
    problem: () => problem,
    edit: (change) => {
      const mine = last.then(() => edit(change));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Codes whose message names a piece or a sheet by its position, as the solver knows no names. */
const BY_POSITION = ['NEST_LOCKED_PIECE_INVALID', 'NEST_PIECE_WITHOUT_AREA', 'NEST_SHEET_WITHOUT_AREA'];

/** The solver's error with the file and the ids that a person gave. */
function withNames(error: KerfError, problem: NestProblem, where: string | undefined): KerfError {
  const { pieces, sheets } = problem;
  const details: Record<string, string> = where === undefined ? {} : { where };
  let { message } = error;
  if (BY_POSITION.includes(error.code))
    message = message.replaceAll(/\b(piece|sheet) (\d+)\b/g, (text, kind: 'piece' | 'sheet', at: string) => {
      const named = (kind === 'piece' ? pieces : sheets)[Number(at)];
      if (!named) return text;
      details[kind] = named.name;
      return `${kind} "${named.name}"`;
    });
  else if (error.code === 'NEST_COORDINATE_TOO_LARGE') {
    const far = tooFar(problem);
    if (far) details[far.kind] = far.name;
    if (far) message = `${far.kind} "${far.name}": ${message}`;
  } else return error;
  return new KerfError(error.code, where === undefined ? message : `${where}: ${message}`, { details, cause: error });
}

/** The solver's own limit, which says how far it is and not of what. */
const FARTHEST = 4e7;

interface Named {
  readonly kind: 'piece' | 'sheet';
  readonly name: string;
}

/** What the solver met first, in the order in which the problem is encoded. */
function tooFar({ pieces, sheets }: NestProblem): Named | null {
  const isFar = ({ outline, holes }: Region) =>
    [outline, ...holes].some((ring) => ring.some((point) => point.some((at) => Math.abs(at) > FARTHEST)));
  const piece = pieces.find(({ shape, zones }) => [shape, ...zones.map((zone) => zone.shape)].some(isFar));
  if (piece) return { kind: 'piece', name: piece.name };
  const sheet = sheets.find((on) => [on, ...[...on.zones, ...on.shades].map((zone) => zone.shape)].some(isFar));
  return sheet ? { kind: 'sheet', name: sheet.name } : null;
}

function progressOf(problem: NestProblem, report: SearchReport): NestProgress {
  const { value, seconds, evaluations, edition } = report;
  return { value, seconds, evaluations, layouts: layoutsOf(problem, report), edits: edition };
}

function refuseEnded(): never {
  throw new KerfError(
    'NEST_SEARCH_ENDED',
    'edit: the search has ended. Start another from its layout, with the edited problem.',
  );
}

function budgetOf({ seconds, evaluations, threads = 1, seed = 1 }: NestOptions) {
  const refuse = (what: string, value: number, expected: string): never => {
    throw new KerfError('NEST_BUDGET_REFUSED', `${what}: found ${value}, expected ${expected}.`, { details: { what } });
  };
  if (seconds !== undefined && !(seconds >= 0 && seconds <= 1e6)) refuse('seconds', seconds, '0 to 1000000');
  if (evaluations !== undefined && !(Number.isInteger(evaluations) && evaluations >= 0 && evaluations <= 2 ** 53)) {
    refuse('evaluations', evaluations, 'a whole number of at least 0');
  }
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 256)) refuse('threads', threads, '1 to 256');
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 2 ** 53)) refuse('seed', seed, 'a whole number of at least 0');
  return evaluations === undefined
    ? { seconds: seconds ?? DEFAULT_SECONDS, evaluations: null }
    : { seconds: null, evaluations };
}

function startPlacements(problem: NestProblem, layouts: readonly Layout[]): StartPlacement[] {
  const copies = new Map<number, number>();
  return layouts.flatMap((layout) => {
    const copy = copies.get(layout.material) ?? 0;
    copies.set(layout.material, copy + 1);
    const isKnown = problem.objective === 'strip' || layout.material < problem.sheets.length;
    return layout.placements
      .filter((p) => isKnown && p.piece < problem.pieces.length)
      .map((p) => ({ ...p, sheet: layout.material, copy }));
  });
}
