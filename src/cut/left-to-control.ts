import type { Machine } from '#domain/machine.ts';

/** Lengths and angles that DXF and SVG have no words for: a cut file holds every contour as it was drawn, closed, once. */
const OF_THE_CONTROL = ['knifeOffset', 'overcut', 'leadIn', 'liftAngle'] as const;
const LINES = ['header', 'footer'] as const;

/** What a profile says and no cut file of ours holds, in a sentence; null where there is nothing. The machine's own control
 *  does it, and somebody would count on it here. `step` is not of these, as every control rounds to its own; nor is what is
 *  said of the simulated machine, which cuts nothing. */
export function leftToControl(machine: Machine): string | null {
  if (machine.kind === 'simulated') return null;
  const said = [
    ...OF_THE_CONTROL.flatMap((key) => (machine[key] === 0 ? [] : [`${key} ${machine[key]}`])),
    ...LINES.flatMap((key) => (machine[key].length === 0 ? [] : [`${key} ${JSON.stringify(machine[key])}`])),
  ];
  if (said.length === 0) return null;
  return `machine "${machine.id}": a ${machine.format} file holds the contours as they are drawn, so ${said.join(', ')} must be set in the machine's own control.`;
}
