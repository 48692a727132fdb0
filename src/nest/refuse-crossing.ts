import { KerfError } from '#domain/kerf-error.ts';
import { flatRing } from '#domain/ring.ts';
import { cleanRing } from '#geometry/clean-ring.ts';
import { findSelfCrossing } from '#geometry/self-crossing.ts';
import type { NestProblem } from './nest-problem.ts';

/** For a problem that a person wrote: solver and judge agree on what is inside a ring that crosses itself, a cutter that
 *  follows it does not. `readProblem` takes it, as files of others hold such rings.
 *  @throws KerfError NEST_PIECE_CROSSES_ITSELF naming piece and place */
export function refuseCrossingPieces(problem: NestProblem, where: string): void {
  for (const [k, { name, shape }] of problem.pieces.entries())
    for (const [h, ring] of [shape.outline, ...shape.holes].entries()) {
      const met = findSelfCrossing(cleanRing(flatRing(ring)));
      if (met?.kind !== 'crosses') continue;
      const at = `problem.pieces[${k}].${h === 0 ? 'outline' : `holes[${h - 1}]`}`;
      throw new KerfError(
        'NEST_PIECE_CROSSES_ITSELF',
        `${where}: ${at}: found a ring that crosses itself at (${Number(met.x.toFixed(3))}, ${Number(met.y.toFixed(3))}), expected a simple ring: redraw piece "${name}" there.`,
        { details: { where, piece: name, x: met.x, y: met.y } },
      );
    }
}
