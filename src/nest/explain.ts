import type { Layout, NestResult } from '#domain/nest-result.ts';
import type { NestPiece, NestProblem } from './nest-problem.ts';
import { reportPairs, type PairReport } from './pairs.ts';
import { solveNest } from './solve.ts';
import type { Solver } from './solver.ts';

/** Why pieces of a kind were left out. The first that holds is given:
 *  - `size`: it fits no sheet, whatever its grade, in no rotation;
 *  - `rotation`: it would fit if it might turn freely;
 *  - `grade`: it would fit if any grade did;
 *  - `lock`: it would fit alone if locked pieces were not there;
 *  - `kit`: it fits, but the rest of its kit lies on another sheet;
 *  - `worth`: it found room only in place of others, which are given;
 *  - `room`: it fits alone, and found no room even when it was placed before the others gave way. */
export type WhyLeftOut = 'size' | 'rotation' | 'grade' | 'lock' | 'kit' | 'worth' | 'room';

export interface LeftOut {
  readonly piece: number;
  readonly count: number;
  readonly why: WhyLeftOut;
  /** With `worth`: how many of which kinds would have to go for one of these. */
  readonly inPlaceOf: readonly { readonly piece: number; readonly count: number }[];
}

/** What a rule costs: by how much the objective's value rose when the search went on for a moment without it. */
export interface RuleCost {
  readonly rule: 'lock' | 'grade' | 'rotation' | 'spacing' | 'margin';
  readonly gain: number;
  /** Pieces that found a place, less those that lost theirs. */
  readonly pieces: number;
}

export interface Explanation {
  readonly leftOut: readonly LeftOut[];
  /** Only rules that the problem has; the dearest first. Empty where nothing was left out. */
  readonly costs: readonly RuleCost[];
  /** How left and right of each pair lie. */
  readonly pairs: readonly PairReport[];
}

export interface ExplainOptions {
  readonly solver: Solver;
  readonly signal?: AbortSignal;
}

/** Evaluations that are enough for one piece on an otherwise empty sheet. */
const ALONE = 6_000;
/** Evaluations in all for making room for what was left out, and beside that for what rules cost: some .3 s each. */
const ROOM = 100_000;
const COST = 100_000;
/** On a busy machine these searches are left where they are after so long, in all. */
const PATIENCE_MS = 700;
/** Kinds that are asked about: those with the most left out. A second is not enough for many more. */
const MOST_KINDS = 5;

/** Says for each kind that a layout leaves out why, and what the problem's rules cost. Takes less than a second: every answer
 *  is a short search of a problem changed in one way, so "it would fit" is certain, "it would not" is not. The same layout
 *  gets the same answer, unless the machine is so busy that it takes longer. */
export async function explainNest(
  problem: NestProblem,
  result: NestResult,
  options: ExplainOptions,
): Promise<Explanation> {
  const pairs = reportPairs(problem, result.layouts);
  const asked = result.unplaced.toSorted((a, b) => b.count - a.count).slice(0, MOST_KINDS);
  if (asked.length === 0 || problem.objective === 'strip') return { leftOut: [], costs: [], pairs };
  const rules = rulesOf(problem);
  /** One of `count` searches that share what may be spent. */
  const brief = (changed: NestProblem, whole: number, count: number) => {
    const patience = AbortSignal.timeout(PATIENCE_MS / count);
    const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
    const evaluations = Math.ceil(whole / count);
    return search(changed, { evaluations, start: result.layouts }, { ...options, signal });
  };
  const [leftOut, costs] = await Promise.all([
    inTurn(asked, async ({ piece, count }) => {
      const made = () => brief(withPriority(problem, piece), ROOM, asked.length);
      return { piece, count, ...(await reasonOf(problem, result, { ...options, piece, made })) };
    }),
    inTurn(rules, async ({ rule, lifted }) => {
      return { rule, ...gainOf(await brief(lifted, COST, rules.length), result) };
    }),
  ]);
  return { leftOut, costs: costs.toSorted((a, b) => b.gain - a.gain), pairs };
}

async function inTurn<T, R>(list: readonly T[], of: (one: T) => Promise<R>): Promise<R[]> {
  const out: R[] = [];
  for (const one of list) out.push(await of(one));
  return out;
}

/** `made` searches with the piece before all others. */
async function reasonOf(
  problem: NestProblem,
  result: NestResult,
  { piece, made, ...options }: ExplainOptions & { readonly piece: number; readonly made: () => Promise<NestResult> },
): Promise<Pick<LeftOut, 'why' | 'inPlaceOf'>> {
  const alone = only(problem, piece);
  const fits = (changed: NestProblem) => doesFit(changed, options);
  const because = (why: WhyLeftOut, inPlaceOf: LeftOut['inPlaceOf'] = []) => ({ why, inPlaceOf });
  const bare = withoutLocks(alone);
  if (!(await fits(bare))) {
    if (!(await fits(withAnyGrade(withAnyRotation(bare))))) return because('size');
    if (await fits(withAnyRotation(bare))) return because('rotation');
    return because('grade');
  }
  if (alone !== bare && !(await fits(alone))) return because('lock');
  const kit = problem.pieces[piece]!.kit;
  const isBound = kit !== null && problem.kits[kit.kit]!.isOneSheet;
  const begged = await made();
  const [before, after] = [countsOf(problem, result.layouts), countsOf(problem, begged.layouts)];
  if (after[piece]! <= before[piece]!) return because(isBound ? 'kit' : 'room');
  const gone = before.flatMap((n, k) => (k !== piece && after[k]! < n ? [{ piece: k, count: n - after[k]! }] : []));
  return gone.length > 0 ? because('worth', gone) : because('room');
}

/** Whether the piece that `only` asks about, its first, finds a place beside what is locked. */
async function doesFit(alone: NestProblem, options: ExplainOptions): Promise<boolean> {
  const { layouts } = await search(alone, { evaluations: ALONE }, options);
  return countsOf(alone, layouts)[0]! > lockedOf(alone, 0);
}

function search(
  problem: NestProblem,
  more: { readonly evaluations: number; readonly start?: readonly Layout[] },
  { solver, signal }: ExplainOptions,
): Promise<NestResult> {
  return solveNest(problem, { solver, ...more, ...(signal ? { signal } : {}) });
}

function gainOf(found: NestResult, result: NestResult): Pick<RuleCost, 'gain' | 'pieces'> {
  const count = (layouts: readonly Layout[]) => layouts.reduce((n, l) => n + l.placements.length, 0);
  return {
    gain: Math.max(0, found.objective.value - result.objective.value),
    pieces: count(found.layouts) - count(result.layouts),
  };
}

function rulesOf(problem: NestProblem): { rule: RuleCost['rule']; lifted: NestProblem }[] {
  const { pieces, sheets } = problem;
  const has = {
    lock: sheets.some((s) => s.locked.length > 0),
    grade: sheets.some((s) => s.zones.some((z) => z.quality > 0)),
    rotation: pieces.some((p) => p.rotations !== null || p.grain !== null),
    spacing: problem.spacing > 0 || pieces.some((p) => p.spacing > 0),
    margin: sheets.some((s) => s.margin > 0),
  };
  const lifted = {
    lock: withoutLocks(problem),
    grade: withAnyGrade(problem),
    rotation: withAnyRotation(problem),
    spacing: { ...problem, spacing: 0, pieces: pieces.map((p) => ({ ...p, spacing: 0 })) },
    margin: { ...problem, sheets: sheets.map((s) => ({ ...s, margin: 0 })) },
  };
  const rules = ['lock', 'grade', 'rotation', 'spacing', 'margin'] as const;
  return rules.filter((rule) => has[rule]).map((rule) => ({ rule, lifted: lifted[rule] }));
}

/** One of a kind, as the first, beside what is locked; of the other kinds nothing is left to make ready. */
function only(problem: NestProblem, piece: number): NestProblem {
  const kept = [piece, ...problem.pieces.flatMap((_, k) => (k !== piece && lockedOf(problem, k) > 0 ? [k] : []))];
  const pieces = kept.map((k) => ({
    ...problem.pieces[k]!,
    kit: null,
    pairOf: null,
    quantity: lockedOf(problem, k) + (k === piece ? 1 : 0),
  }));
  const sheets = problem.sheets.map((s) => ({
    ...s,
    locked: s.locked.map((l) => ({ ...l, piece: kept.indexOf(l.piece) })),
  }));
  return { ...problem, objective: 'sheets', kits: [], pieces, sheets };
}

function lockedOf(problem: NestProblem, piece: number): number {
  return problem.sheets.reduce((n, s) => n + s.locked.filter((l) => l.piece === piece).length, 0);
}

function withoutLocks(problem: NestProblem): NestProblem {
  if (problem.sheets.every((s) => s.locked.length === 0)) return problem;
  return { ...problem, sheets: problem.sheets.map((s) => ({ ...s, locked: [] })) };
}

function withAnyRotation(problem: NestProblem): NestProblem {
  return { ...problem, pieces: problem.pieces.map((p) => ({ ...p, rotations: null, grain: null })) };
}

/** Holes stay holes: what asked for any grade at all asks for the least. */
function withAnyGrade(problem: NestProblem): NestProblem {
  const least = (quality: number) => Math.min(quality, 1);
  const lenient = (p: NestPiece): NestPiece => ({
    ...p,
    quality: least(p.quality),
    zones: p.zones.map((z) => ({ ...z, quality: least(z.quality) })),
  });
  const sheets = problem.sheets.map((s) => ({ ...s, zones: s.zones.filter((z) => z.quality === 0) }));
  return { ...problem, sheets, pieces: problem.pieces.map(lenient) };
}

function withPriority(problem: NestProblem, piece: number): NestProblem {
  const most = Math.max(...problem.pieces.map((p) => p.priority)) + 1;
  return { ...problem, pieces: problem.pieces.map((p, k) => (k === piece ? { ...p, priority: most } : p)) };
}

function countsOf(problem: NestProblem, layouts: readonly Layout[]): number[] {
  const counts = new Array<number>(problem.pieces.length).fill(0);
  for (const { placements } of layouts) for (const p of placements) counts[p.piece]! += 1;
  return counts;
}
