import { z } from 'zod';
import { finite, nonNegative, positive, wireId } from './shapes.ts';

export const cutStepKinds = ['draw', 'notch', 'drill', 'inner', 'outer'] as const;
export type CutStepKind = (typeof cutStepKinds)[number];

/** machine.json: what a cutter is and wants (docs/contracts.md, "Machine profile and cut file"). */
export const machineSchema = z.strictObject({
  kerf: z.literal(1),
  id: wireId,
  kind: z.enum(['dragKnife', 'tangentialKnife', 'laser', 'waterJet', 'pen', 'simulated']),
  format: z.enum(['dxf', 'hpgl', 'gcode', 'svg', 'pdf']),
  width: positive,
  height: positive,
  /** x' = a x + c y + e, y' = b x + d y + f. */
  toMachine: z.tuple([finite, finite, finite, finite, finite, finite]).readonly(),
  step: positive,
  arcs: z.boolean(),
  splines: z.boolean(),
  kerfWidth: nonNegative,
  knifeOffset: nonNegative,
  overcut: nonNegative,
  leadIn: nonNegative,
  liftAngle: nonNegative,
  travelMmPerSecond: positive,
  pierceMs: nonNegative,
  tools: z
    .array(
      z.strictObject({
        id: z.int().nonnegative(),
        does: z.array(z.enum(cutStepKinds)).readonly(),
        feedMmPerSecond: positive,
        lifeMetres: positive.optional(),
      }),
    )
    .min(1)
    .readonly(),
  header: z.array(z.string()).readonly(),
  footer: z.array(z.string()).readonly(),
  send: z.strictObject({ to: z.enum(['folder', 'tcp', 'serial']), address: z.string() }),
  codes: z.record(z.string(), z.string()),
});
export type Machine = z.infer<typeof machineSchema>;

/** The machine of the first run: no cutter stands behind it, so the demo may release to it. */
export const SIMULATED_MACHINE: Machine = {
  kerf: 1,
  id: 'simulated',
  kind: 'simulated',
  format: 'dxf',
  width: 3200,
  height: 2400,
  toMachine: [1, 0, 0, 1, 0, 0],
  step: 0.025,
  arcs: false,
  splines: false,
  kerfWidth: 0,
  knifeOffset: 0,
  overcut: 0,
  leadIn: 0,
  liftAngle: 20,
  travelMmPerSecond: 800,
  pierceMs: 60,
  tools: [{ id: 1, does: ['draw', 'notch', 'drill', 'inner', 'outer'], feedMmPerSecond: 400 }],
  header: [],
  footer: [],
  send: { to: 'folder', address: 'jobs' },
  codes: { '101': 'vacuum low', '102': 'knife broken' },
};
