import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkProfile } from '#cut/check-profile.ts';
import { planCuts } from '#cut/plan-cuts.ts';
import { machineSchema, SIMULATED_MACHINE, type Machine } from '#domain/machine.ts';
import { LAYOUT, ORDER, SHEET } from './cut-fixture.ts';

const KNIFE: Machine = { ...SIMULATED_MACHINE, id: 'knife', kind: 'dragKnife', liftAngle: 0 };

it.each<[keyof Machine, Partial<Machine>]>([
  ['knifeOffset', { knifeOffset: 0.5 }],
  ['overcut', { overcut: 0.4 }],
  ['leadIn', { leadIn: 2 }],
  ['liftAngle', { liftAngle: 20 }],
  ['header', { header: ['IN;'] }],
  ['footer', { footer: ['M30'] }],
])('a profile that asks for %s is refused by that name, whatever cuts', (key, more) => {
  for (const kind of ['dragKnife', 'tangentialKnife', 'laser', 'waterJet', 'pen'] as const)
    expect(() => planCuts(LAYOUT, ORDER, SHEET, { ...KNIFE, kind, ...more })).toThrow(
      expect.objectContaining({ code: 'CUT_PROFILE_NOT_OBEYED', fault: 'input', details: { machine: 'knife', key } }),
    );
  expect(() => checkProfile({ ...SIMULATED_MACHINE, ...more })).not.toThrow();
});

it('says what was found, and what to do', () => {
  expect(() => checkProfile({ ...KNIFE, overcut: 0.4 })).toThrowErrorMatchingInlineSnapshot(
    `[KerfError: machine "knife": found overcut 0.4, which a dxf file of this version does not hold; expected 0. Set it in the machine's own control, and here to 0.]`,
  );
});

it('takes the profiles that come along', () => {
  checkProfile(SIMULATED_MACHINE);
  const folder = join(import.meta.dirname, '../fixtures/machines');
  for (const name of readdirSync(folder))
    checkProfile(machineSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
});
