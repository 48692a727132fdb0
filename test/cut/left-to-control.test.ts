import { expect, it } from 'vitest';
import { leftToControl } from '#cut/left-to-control.ts';
import { SIMULATED_MACHINE, type Machine } from '#domain/machine.ts';

const KNIFE: Machine = { ...SIMULATED_MACHINE, id: 'knife', kind: 'dragKnife', liftAngle: 0 };

it.each<[string, Partial<Machine>]>([
  ['knifeOffset 0.5', { knifeOffset: 0.5 }],
  ['overcut 0.4', { overcut: 0.4 }],
  ['leadIn 2', { leadIn: 2 }],
  ['liftAngle 20', { liftAngle: 20 }],
  ['header ["IN;"]', { header: ['IN;'] }],
  ['footer ["M30"]', { footer: ['M30'] }],
])("%s of a profile is named as the control's to do, whatever cuts", (said, more) => {
  for (const kind of ['dragKnife', 'tangentialKnife', 'laser', 'waterJet', 'pen'] as const)
    expect(leftToControl({ ...KNIFE, kind, ...more })).toContain(`so ${said} must be set`);
  expect(leftToControl({ ...SIMULATED_MACHINE, ...more })).toBeNull();
});

it('of a profile that asks for nothing of the kind nothing is said', () => {
  expect(leftToControl(KNIFE)).toBeNull();
});
