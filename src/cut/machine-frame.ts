import { KerfError } from '#domain/kerf-error.ts';
import type { CutPlan } from '#domain/cut-plan.ts';
import type { Machine } from '#domain/machine.ts';
import type { Point } from '#domain/ring.ts';

/** Room for rounding at the machine's rim, mm. */
const RIM_SLACK = 1e-6;

/** Table mm to machine mm: x' = a x + c y + e, y' = b x + d y + f, to the nanometre. */
export function toMachine(machine: Machine, [x, y]: Point): [number, number] {
  const [a, b, c, d, e, f] = machine.toMachine;
  return [nanometres(a * x + c * y + e), nanometres(b * x + d * y + f)];
}

/** Where the tool waits before the first cut: the machine's origin, in table mm.
 *  @throws KerfError CUT_PROFILE_NOT_RIGID when toMachine would change lengths or angles */
export function parkingPlace(machine: Machine): [number, number] {
  const [a, b, c, d, e, f] = machine.toMachine;
  const det = a * d - b * c;
  const isRigid =
    Math.abs(Math.hypot(a, b) - 1) < 1e-6 && Math.abs(Math.hypot(c, d) - 1) < 1e-6 && Math.abs(a * c + b * d) < 1e-6;
  if (!isRigid) {
    throw new KerfError(
      'CUT_PROFILE_NOT_RIGID',
      `machine "${machine.id}": found toMachine [${machine.toMachine.join(', ')}], which changes lengths or angles; ` +
        `expected a turn or mirroring with a shift. A calibration belongs into the machine's control.`,
      { details: { machine: machine.id } },
    );
  }
  return [(c * f - d * e) / det, (b * e - a * f) / det];
}

/** @throws KerfError CUT_OUTSIDE_MACHINE when a contour leaves the machine's width or height */
export function checkInsideMachine(plan: CutPlan, machine: Machine): void {
  for (const step of plan.steps) {
    for (const point of step.points) {
      const [x, y] = toMachine(machine, point);
      if (x >= -RIM_SLACK && y >= -RIM_SLACK && x <= machine.width + RIM_SLACK && y <= machine.height + RIM_SLACK)
        continue;
      throw new KerfError(
        'CUT_OUTSIDE_MACHINE',
        `placement ${step.placement} (piece ${step.piece}): found a ${step.kind} cut at (${x.toFixed(2)}, ${y.toFixed(2)}) ` +
          `of machine "${machine.id}", expected 0 to ${machine.width} by 0 to ${machine.height} mm. ` +
          `Move the sheet on the table, or choose a larger machine.`,
        { details: { machine: machine.id, placement: step.placement, piece: step.piece, x, y } },
      );
    }
  }
}

function nanometres(v: number): number {
  return Math.round(v * 1e6) / 1e6 + 0;
}
