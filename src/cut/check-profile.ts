import { KerfError } from '#domain/kerf-error.ts';
import type { Machine } from '#domain/machine.ts';

/** Lengths and angles that DXF and SVG have no words for: a cut file holds every contour as it was drawn, closed, once. */
const OF_THE_CONTROL = ['knifeOffset', 'overcut', 'leadIn', 'liftAngle'] as const;
const LINES = ['header', 'footer'] as const;

/** Refuses what a profile asks for and no cut file would hold: somebody would count on it. `step` is not of these, as every
 *  control rounds to its own; nor is what is said of the simulated machine, which cuts nothing.
 *  @throws KerfError CUT_PROFILE_NOT_OBEYED */
export function checkProfile(machine: Machine): void {
  if (machine.kind === 'simulated') return;
  for (const key of OF_THE_CONTROL) if (machine[key] !== 0) throw notObeyed(machine, key, String(machine[key]), '0');
  for (const key of LINES)
    if (machine[key].length > 0) throw notObeyed(machine, key, JSON.stringify(machine[key]), 'no lines');
}

function notObeyed({ id, format }: Machine, key: string, found: string, expected: string): KerfError {
  return new KerfError(
    'CUT_PROFILE_NOT_OBEYED',
    `machine "${id}": found ${key} ${found}, which a ${format} file of this version does not hold; expected ${expected}. ` +
      `Set it in the machine's own control, and here to ${expected}.`,
    { details: { machine: id, key } },
  );
}
