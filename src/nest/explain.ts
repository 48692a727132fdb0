import type { Layout, NestResult } from '#domain/nest-result.ts';
import { flatRing } from '#domain/ring.ts';
import { ringArea } from '#geometry/ring-area.ts';
import type { NestPiece, NestProblem, NestSheet } from './nest-problem.ts';
import { reportPairs, type PairReport } from './pairs.ts';
import { solveNest } from './solve.ts';
import type { Solver } from './solver.ts';

/** Why pieces of a kind were left out. The first that holds is given:
 *  - `size`: it fits no sheet, whatever its grade, in no rotation;
 *  - `rotation`: it would fit if it might turn freely;
 *  - `grade`: it would fit if any grade did;
 *  - `both`: it would fit if it might turn freely and any grade did, not by one of the two;
 *  - `lock`: it would fit alone if locked pieces were not there;
 *  - `worth`: it found room only in place of others, which are given;
 *  - `time`: it found room, and none in place of others, when the search went on with it before the others;
 *  - `kit`: it fits, but not where its kit may lie: on one sheet, or in like shade;
 *  - `room`: it fits alone, and found no room even when it was placed before the others gave way;
 *  - `unanswered`: the time for all answers was over, or too many kinds were left out to ask about this one. */
export type WhyLeftOut =
  | 'size'
  | 'rotation'
  | 'grade'
  | 'both'
  | 'lock'
  | 'worth'
  | 'time'
  | 'kit'
  | 'room'
  | 'unanswered';

export interface LeftOut {
  readonly piece: number;
  readonly count: number;
  readonly why: WhyLeftOut;
  /** With `worth`: how many of which kinds would have to go for one of these. */
  readonly inPlaceOf: readonly { readonly piece: number; readonly count: number }[];
}

/** What a rule costs: by how much the objective's value rose when the search went on for a moment without it. */
export interface RuleCost {
  readonly rule: 'lock' | 'grade' | 'rotation' | 'spacing' | 'margin' | 'kit';
  readonly gain: number;
  /** Pieces that found a place, less those that lost theirs. */
  readonly pieces: number;
}

export interface Explanation {
  /** Every kind of which a piece was left out, those with the most first. */
  readonly leftOut: readonly LeftOut[];
  /** Only rules that the problem has; the dearest first. Empty where nothing was left out. */
  readonly costs: readonly RuleCost[];
  /** Rules of which the time for all answers did not let it be told what they cost. */
  readonly unanswered: readonly RuleCost['rule'][];
  /** How left and right of each pair lie. */
  readonly pairs: readonly PairReport[];
}

export interface ExplainOptions {
  readonly solver: Solver;
  readonly signal?: AbortSignal;
  /** For all answers together; default 900. */
  readonly patienceMs?: number;
}

/** Evaluations that are enough for one piece on an otherwise empty sheet. */
const ALONE = 6_000;
/** Evaluations in all for making room for what was left out, and beside that for what rules cost: some .3 s each. */
const ROOM = 100_000;
const COST = 100_000;
/** What is not answered by then is left unanswered. On a quiet machine that is what many hides of many points take to be
 *  made ready for each search. */
const PATIENCE_MS = 900;
/** Of the patience: what may pass until the last search for room, or for what a rule costs, has had its share. */
const SHARED = 0.75;
/** Sheets that are asked about first. */
const FEW_SHEETS = 8;
/** Kinds that are asked about: those with the most left out. A second is not enough for many more. */
const MOST_KINDS = 5;

/** Says for each kind that a layout leaves out why, and what the problem's rules cost. Takes about a second at most: every
 *  answer is a short search of a problem changed in one way, so "it would fit" is certain, "it would not" is not. The same
 *  layout gets the same answer, unless the machine is so busy that it takes longer. */
export async function explainNest(
  problem: NestProblem,
  result: NestResult,
  options: ExplainOptions,
): Promise<Explanation> {
  const patienceMs = options.patienceMs ?? PATIENCE_MS;
  const signal = either(options.signal, AbortSignal.timeout(patienceMs));
  const pairs = reportPairs(problem, result.layouts);
  const left = result.unplaced.toSorted((a, b) => b.count - a.count);
  if (left.length === 0 || problem.objective === 'strip') return { leftOut: [], costs: [], unanswered: [], pairs };
  const rules = rulesOf(problem);
  const asked = left.slice(0, MOST_KINDS).map((u) => u.piece);
  /** One of `count` searches that share what may be spent. */
  const brief = (changed: NestProblem, whole: number, count: number) => {
    const share = AbortSignal.timeout(Math.ceil((SHARED * patienceMs) / count));
    const evaluations = Math.ceil(whole / count);
    return search(changed, { evaluations, start: result.layouts }, { ...options, signal: either(signal, share) });
  };
  const [reasons, costs] = await Promise.all([
    (async () => {
      const known = await standingReasons(problem, asked, { ...options, signal, result });
      const sought = asked.filter((piece) => !known.has(piece));
      for (const piece of sought) {
        if (signal.aborted) break;
        const beg = async (from: NestProblem) => {
          const begged = await brief(
            withPriority(from, piece),
            ROOM,
            sought.length * (hasKitRule(problem, piece) ? 2 : 1),
          );
          return reasonOfRoom(problem, piece, result, begged);
        };
        const reason = await beg(problem);
        const isKit =
          reason.why !== 'time' && hasKitRule(problem, piece) && (await beg(withLooseKits(problem))).why === 'time';
        known.set(piece, isKit ? because('kit') : reason);
      }
      return known;
    })(),
    inTurn(rules, async ({ rule, lifted }) => {
      if (signal.aborted) return { rule, isAnswered: false, gain: 0, pieces: 0 };
      const found = await brief(lifted, COST, rules.length);
      const cost = gainOf(found, result);
      return { rule, isAnswered: found.stopped !== 'aborted' || cost.gain > 0, ...cost };
    }),
  ]);
  return {
    leftOut: left.map(({ piece, count }) => ({ piece, count, ...(reasons.get(piece) ?? because('unanswered')) })),
    costs: costs
      .filter((c) => c.isAnswered)
      .map(({ rule, gain, pieces }) => ({ rule, gain, pieces }))
      .toSorted((a, b) => b.gain - a.gain),
    unanswered: costs.flatMap((c) => (c.isAnswered ? [] : [c.rule])),
    pairs,
  };
}

function either(one: AbortSignal | undefined, other: AbortSignal): AbortSignal {
  return one ? AbortSignal.any([one, other]) : other;
}

async function inTurn<T, R>(list: readonly T[], of: (one: T) => Promise<R>): Promise<R[]> {
  const out: R[] = [];
  for (const one of list) out.push(await of(one));
  return out;
}

type Reason = Pick<LeftOut, 'why' | 'inPlaceOf'>;

function because(why: WhyLeftOut, inPlaceOf: LeftOut['inPlaceOf'] = []): Reason {
  return { why, inPlaceOf };
}

/** Of those that do not fit where nothing else lies, or fit only where something is locked, or that could not be asked
 *  about. The others are not in it. */
async function standingReasons(
  problem: NestProblem,
  asked: readonly number[],
  { result, ...options }: ExplainOptions & { readonly result: NestResult },
): Promise<Map<number, Reason>> {
  const reasons = new Map<number, Reason>();
  const fits = (of: (alone: NestProblem) => NestProblem, kinds: readonly number[]) =>
    whichFit(problem, of, kinds, options);
  /** Gives the reason to those of which `answers` says `holds`, and none to those without an answer. Returns the rest. */
  const settle = (why: WhyLeftOut, answers: ReadonlyMap<number, boolean | null>, holds: boolean): number[] => {
    for (const [kind, answer] of answers) {
      if (answer === null) reasons.set(kind, because('unanswered'));
      else if (answer === holds) reasons.set(kind, because(why));
    }
    return [...answers.keys()].filter((kind) => !reasons.has(kind));
  };
  // The search itself has asked this of what it left out, and longer.
  const isTooMuch = (kind: number) =>
    result.unplaced.some((u) => u.piece === kind && u.reason === 'NEST_PIECE_EXCEEDS_SHEETS');
  const bare = new Map(asked.filter(isTooMuch).map((kind): [number, boolean | null] => [kind, false]));
  const doubtful = asked.filter((kind) => !isTooMuch(kind));
  for (const [kind, answer] of await fits(withoutLocks, doubtful)) bare.set(kind, answer);
  const fitting = [...bare].flatMap(([kind, answer]) => (answer === true ? [kind] : []));
  const unfit = [...bare].flatMap(([kind, answer]) => (answer === false ? [kind] : []));
  for (const [kind, answer] of bare) if (answer === null) reasons.set(kind, because('unanswered'));
  // Alone it knows of no kit: what was too large for every sheet, and now is not, lies over shades that its kit parts.
  const parted = unfit.filter((kind) => hasKitRule(problem, kind));
  settle('kit', await fits(withoutLocks, parted), true);
  const either = (alone: NestProblem) => withAnyGrade(withAnyRotation(withoutLocks(alone)));
  const whole = unfit.filter((kind) => !reasons.has(kind));
  const perhaps = settle('size', await fits(either, whole), false);
  const isTurned = (kind: number) => problem.pieces[kind]!.rotations !== null || problem.pieces[kind]!.grain !== null;
  // What may turn as it likes already lacks nothing but grade.
  for (const kind of perhaps) if (!isTurned(kind)) reasons.set(kind, because('grade'));
  const free = (alone: NestProblem) => withAnyRotation(withoutLocks(alone));
  const stiff = settle('rotation', await fits(free, perhaps.filter(isTurned)), true);
  const faulty = (alone: NestProblem) => withAnyGrade(withoutLocks(alone));
  for (const kind of settle('grade', await fits(faulty, stiff), true)) reasons.set(kind, because('both'));
  if (withoutLocks(problem) !== problem) settle('lock', await fits((alone) => alone, fitting), false);
  return reasons;
}

/** Whether one of each kind finds a place alone; null where the time was over. On the largest sheets first, as the others
 *  are needed for those alone that found none there. */
async function whichFit(
  problem: NestProblem,
  changed: (alone: NestProblem) => NestProblem,
  kinds: readonly number[],
  options: ExplainOptions,
): Promise<Map<number, boolean | null>> {
  const bySize = problem.sheets.toSorted((a, b) => areaOf(b) - areaOf(a));
  const answers = new Map(kinds.map((kind): [number, boolean | null] => [kind, false]));
  for (const sheets of [bySize.slice(0, FEW_SHEETS), bySize.slice(FEW_SHEETS)]) {
    const open = kinds.filter((kind) => answers.get(kind) === false);
    if (open.length === 0 || sheets.length === 0) break;
    // All are tried at once, as sheets of many points take longer to be made ready than a piece to be tried.
    const made = (some: readonly number[]) => changed(only({ ...problem, sheets }, some));
    const together = await tried(made(open), open, options);
    for (const [k, kind] of open.entries()) {
      const first = together[k]!;
      // It may have lost its place to the others that are asked about.
      const answer = first === 'crowded' ? (await tried(made([kind]), [kind], options))[0]! : first;
      answers.set(kind, answer === 'crowded' ? false : answer);
    }
  }
  return answers;
}

function areaOf({ outline }: NestSheet): number {
  return Math.abs(ringArea(flatRing(outline)));
}

/** Of `alone`'s first kinds, as many as `kinds`. 'crowded': not placed beside the others that are asked about or locked. */
async function tried(
  alone: NestProblem,
  kinds: readonly number[],
  options: ExplainOptions,
): Promise<(boolean | null | 'crowded')[]> {
  if (options.signal?.aborted) return kinds.map(() => null);
  const { layouts, unplaced, stopped } = await search(alone, { evaluations: ALONE * kinds.length }, options);
  const counts = countsOf(alone, layouts);
  return kinds.map((_, k) => {
    if (counts[k]! > lockedOf(alone, k)) return true;
    if (stopped === 'aborted') return null;
    return unplaced.find((u) => u.piece === k)?.reason === 'NEST_PIECE_EXCEEDS_SHEETS' ? false : 'crowded';
  });
}

/** Of a piece that fits alone, by a search that had it before all others. */
function reasonOfRoom(problem: NestProblem, piece: number, result: NestResult, begged: NestResult): Reason {
  const [before, after] = [countsOf(problem, result.layouts), countsOf(problem, begged.layouts)];
  if (after[piece]! <= before[piece]!) {
    return because(begged.stopped === 'aborted' ? 'unanswered' : 'room');
  }
  const gone = before.flatMap((n, k) => (k !== piece && after[k]! < n ? [{ piece: k, count: n - after[k]! }] : []));
  return gone.length > 0 ? because('worth', gone) : because('time');
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
    kit: pieces.some((_, k) => hasKitRule(problem, k)),
  };
  const lifted = {
    lock: withoutLocks(problem),
    grade: withAnyGrade(problem),
    rotation: withAnyRotation(problem),
    spacing: { ...problem, spacing: 0, pieces: pieces.map((p) => ({ ...p, spacing: 0 })) },
    margin: { ...problem, sheets: sheets.map((s) => ({ ...s, margin: 0 })) },
    kit: withLooseKits(problem),
  };
  const rules = ['lock', 'grade', 'rotation', 'spacing', 'margin', 'kit'] as const;
  return rules.filter((rule) => has[rule]).map((rule) => ({ rule, lifted: lifted[rule] }));
}

/** One of each of these kinds, as the first ones, beside what is locked; of the others nothing is left to make ready. */
function only(problem: NestProblem, kinds: readonly number[]): NestProblem {
  const held = problem.pieces.flatMap((_, k) => (!kinds.includes(k) && lockedOf(problem, k) > 0 ? [k] : []));
  const kept = [...kinds, ...held];
  const pieces = kept.map((k) => ({
    ...problem.pieces[k]!,
    kit: null,
    pairOf: null,
    quantity: lockedOf(problem, k) + (kinds.includes(k) ? 1 : 0),
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

function hasKitRule({ pieces, kits }: NestProblem, piece: number): boolean {
  const kit = kits[pieces[piece]!.kit?.kit ?? -1];
  return kit !== undefined && (kit.isOneSheet || kit.deltaE !== null);
}

/** Kits whose pieces may lie on several sheets and in any shade. */
function withLooseKits(problem: NestProblem): NestProblem {
  return { ...problem, kits: problem.kits.map((kit) => ({ ...kit, isOneSheet: false, deltaE: null })) };
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
