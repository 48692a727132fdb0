import { deltaE2000 } from '#domain/delta-e-2000.ts';
import type { Lab } from '#domain/delta-e-2000.ts';
import { toPaths } from './validate-area.ts';
import { common, offset, sizeOf } from './validate-placed.ts';
import type { Grid, PlacedPiece } from './validate-placed.ts';
import type { JudgedKit, JudgedPiece, JudgedSheet } from './validate-problem.ts';
import { refuse } from './validate-refuse.ts';

/** One layout that could be judged. */
export interface LaidSheet {
  readonly material: number;
  readonly sheet: JudgedSheet;
  readonly grid: Grid;
  readonly placed: readonly PlacedPiece[];
}

/** Dealings of placements into kits that are followed side by side. With more, the ones with the fewest kits begun go on. */
const MOST_DEALINGS = 400;
const SAME_COLOUR = 1e-9;

/** How many kits are whole, and what is wrong with them: with `oneSheet` no kit may take pieces from two sheets, with
 *  `deltaE` no kit may have shades further apart than that. Kits may be begun and not whole.
 *  @throws KerfError NEST_CHECK_UNREADABLE when there are too many ways to deal the pieces into kits to tell */
export function judgeKit(
  kit: JudgedKit,
  laid: readonly LaidSheet[],
  pieces: readonly JudgedPiece[],
): { readonly whole: number; readonly faults: readonly string[] } {
  const perLayout = laid.map(({ placed }) =>
    kit.pieces.map(({ piece }) => placed.filter((there) => there.placement.piece === piece).length),
  );
  const counts = kit.isOneSheet
    ? perLayout
    : [kit.pieces.map((_, slot) => perLayout.reduce((sum, row) => sum + row[slot]!, 0))];
  const sumOver = (of: (shares: number[]) => number) =>
    counts.reduce((sum, row) => sum + of(row.map((n, slot) => n / kit.pieces[slot]!.each)), 0);
  const whole = sumOver((shares) => Math.min(...shares.map(Math.floor)));
  const begun = sumOver((shares) => Math.max(...shares.map(Math.ceil)));
  if (begun > kit.quantity) {
    // From any sheets, more begun than wanted means a piece placed too often, which is a fault of its own.
    const fault = `kit ${kit.id}: ${begun} kits begun, each on one sheet, ${kit.quantity} wanted`;
    return { whole, faults: kit.isOneSheet ? [fault] : [] };
  }
  return kit.deltaE === null ? { whole, faults: [] } : judgeShades(kit, kit.deltaE, laid, pieces);
}

/** One placement as it is dealt: which piece of the kit, on which sheet, over which shades. */
interface Card {
  readonly slot: number;
  readonly sheet: number;
  readonly shades: readonly Lab[];
}

function judgeShades(
  kit: JudgedKit,
  limit: number,
  laid: readonly LaidSheet[],
  pieces: readonly JudgedPiece[],
): { whole: number; faults: string[] } {
  const areTooFar = (a: Lab, b: Lab) => deltaE2000(a, b) > limit + SAME_COLOUR;
  const faults: string[] = [];
  const cards: Card[] = [];
  for (const [k, { material, sheet, grid, placed }] of laid.entries()) {
    for (const there of placed) {
      const slot = kit.pieces.findIndex(({ piece }) => piece === there.placement.piece);
      if (slot < 0) continue;
      const shades = shadesUnder(there, pieces[there.placement.piece]!, sheet, grid);
      if (shades.some((a) => shades.some((b) => areTooFar(a, b)))) {
        faults.push(`material ${material} placement ${there.index}: its shades are more than ${limit} apart`);
      }
      cards.push({ slot, sheet: kit.isOneSheet ? k : -1, shades });
    }
  }
  if (faults.length > 0) return { whole: 0, faults };
  const doClash = (a: Card, b: Card) =>
    a.sheet !== b.sheet || a.shades.some((x) => b.shades.some((y) => areTooFar(x, y)));
  const whole = dealIntoKits(cards, kit, doClash);
  return whole === null
    ? { whole: 0, faults: [`kit ${kit.id}: shades within a kit are more than ${limit} apart`] }
    : { whole, faults: [] };
}

function shadesUnder(there: PlacedPiece, piece: JudgedPiece, sheet: JudgedSheet, grid: Grid): Lab[] {
  if (sheet.shades.length === 0) return [];
  const sure = offset(there.paths, -grid.toleranceUnits - piece.slack / grid.frame.step);
  return sheet.shades
    .filter(({ area }) => sizeOf(common(sure, toPaths(area, grid.frame)), grid) > 0)
    .map(({ lab }) => lab);
}

/** One way of dealing so far. Whole kits are only counted; open ones are told apart by what they hold. */
interface Dealing {
  readonly begun: number;
  readonly whole: number;
  readonly open: readonly (readonly Card[])[];
}

/** The most whole kits over all ways to deal the cards into at most `kit.quantity` kits, or null when no way keeps the
 *  rules. Cards alike are dealt alike, so that dealings that differ only in names fall together. */
function dealIntoKits(cards: readonly Card[], kit: JudgedKit, doClash: (a: Card, b: Card) => boolean): number | null {
  const sorted = [...cards].sort((a, b) => compare(cardKey(a), cardKey(b)));
  const holds = (open: readonly Card[], slot: number) => open.filter((card) => card.slot === slot).length;
  const isWhole = (open: readonly Card[]) => kit.pieces.every(({ each }, slot) => holds(open, slot) === each);
  let dealings: Dealing[] = [{ begun: 0, whole: 0, open: [] }];
  let isCut = false;
  for (const card of sorted) {
    const next = new Map<string, Dealing>();
    for (const { begun, whole, open } of dealings) {
      const hands = begun < kit.quantity ? [...open, []] : open;
      for (const [h, hand] of hands.entries()) {
        if (holds(hand, card.slot) >= kit.pieces[card.slot]!.each || hand.some((other) => doClash(other, card)))
          continue;
        const filled = [...hand, card];
        const rest = open.filter((_, k) => k !== h);
        const dealing: Dealing = {
          begun: begun + (hand.length === 0 ? 1 : 0),
          whole: whole + (isWhole(filled) ? 1 : 0),
          open: isWhole(filled) ? rest : [...rest, filled],
        };
        next.set(dealingKey(dealing), dealing);
      }
    }
    const best = [...next.entries()].sort(
      ([ka, a], [kb, b]) => a.begun - b.begun || b.whole - a.whole || compare(ka, kb),
    );
    isCut ||= best.length > MOST_DEALINGS;
    dealings = best.slice(0, MOST_DEALINGS).map(([, dealing]) => dealing);
  }
  if (dealings.length === 0 && isCut) {
    refuse(`kit ${kit.id}`, 'too many ways to deal its pieces into kits', 'few enough to tell whether the shades fit');
  }
  return dealings.length === 0 ? null : Math.max(...dealings.map(({ whole }) => whole));
}

function cardKey({ slot, sheet, shades }: Card): string {
  return JSON.stringify([sheet, [...shades].sort(), slot]);
}

function dealingKey({ begun, whole, open }: Dealing): string {
  return JSON.stringify([begun, whole, open.map((hand) => hand.map(cardKey).sort()).sort()]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
