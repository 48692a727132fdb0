import type { Inspection } from '#domain/inspection.ts';
import type { Order, Problem } from '#domain/problem.ts';
import type { Settings } from '#domain/settings.ts';

/** The nesting problem of one hide: the order's pieces on the inspected sheet. The station's spacing and margin hold
 *  where the order and the inspection state none; a single hide is filled by value unless the order says otherwise. */
export function problemOf(inspection: Inspection, order: Order, settings: Settings): Problem {
  const { sheet } = inspection;
  return {
    ...order,
    kerf: 1,
    sheets: [{ ...sheet, margin: sheet.margin ?? settings.margin }],
    spacing: order.spacing ?? settings.spacing,
    objective: order.objective ?? 'value',
    limits: { ...settings.nest, ...order.limits },
  };
}

/** Doubtful regions that wait for a person: found by the model, and more doubtful than the grading lets pass. */
export function doubtfulCount(
  inspection: Inspection,
  doubt: { readonly above: number; readonly then: string },
): number {
  if (doubt.then !== 'ask') return 0;
  return inspection.defects.filter((d) => d.source === 'model' && d.doubt > doubt.above).length;
}
