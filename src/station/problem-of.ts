import { isUnbelieved, type Inspection } from '#domain/inspection.ts';
import type { Machine } from '#domain/machine.ts';
import { nestedPart, type Order, type Problem } from '#domain/problem.ts';
import type { Settings } from '#domain/settings.ts';

/** The nesting problem of one hide: the order's pieces on the inspected sheet. The station's spacing and margin hold
 *  where the order and the inspection state none; a single hide is filled by value unless the order says otherwise.
 *  Pieces that lie closer than a beam or jet takes away would lose it to each other's cuts: a machine's kerf is the least
 *  spacing, and then no line is common to two pieces. */
export function problemOf(
  inspection: Inspection,
  order: Order,
  settings: Settings,
  { kerfWidth }: Pick<Machine, 'kerfWidth'>,
): Problem {
  const { sheet } = inspection;
  const wanted = withoutBanned(nestedPart(order), new Set(inspection.banned));
  return {
    ...wanted,
    ...(kerfWidth > 0 && { pieces: wanted.pieces.map(({ commonLine: _, ...piece }) => piece) }),
    kerf: 1,
    sheets: [{ ...sheet, margin: sheet.margin ?? settings.margin }],
    spacing: Math.max(order.spacing ?? settings.spacing, kerfWidth),
    limits: { ...settings.nest, ...order.limits },
  };
}

/** The order without the pieces that a person keeps off this hide, and without those that mirror them; a kit that has
 *  none left is not asked for. */
function withoutBanned(order: Order, banned: ReadonlySet<string>): Order & Pick<Problem, 'objective'> {
  const objective = order.objective ?? 'value';
  if (banned.size === 0) return { ...order, objective };
  const isBanned = ({ id, mirror }: Order['pieces'][number]) =>
    banned.has(id) || (typeof mirror === 'object' && banned.has(mirror.pairOf));
  const { kits: wanted = [], ...rest } = order;
  const pieces = order.pieces.filter((piece) => !isBanned(piece));
  const kits = wanted.filter((kit) => pieces.some((piece) => piece.kit === kit.id));
  return {
    ...rest,
    pieces,
    ...(kits.length > 0 ? { kits } : {}),
    objective: objective === 'kits' && kits.length === 0 ? 'value' : objective,
  };
}

/** Doubtful regions that wait for a person: found by the model, and more doubtful than the grading lets pass; what it marked
 *  and was not believed about is one of them. */
export function doubtfulCount(
  inspection: Pick<Inspection, 'defects' | 'regions'>,
  doubt: { readonly above: number; readonly then: string },
): number {
  if (doubt.then !== 'ask') return 0;
  const marks = inspection.defects.filter((d) => d.source === 'model' && d.doubt > doubt.above);
  return marks.length + inspection.regions.filter(isUnbelieved).length;
}
