import { readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parkingPlace, toMachine } from '#cut/machine-frame.ts';
import { planCuts } from '#cut/plan-cuts.ts';
import { writeDxf } from '#cut/write-dxf.ts';
import { writeSvg } from '#cut/write-svg.ts';
import { machineSchema } from '#domain/machine.ts';
import { LAYOUT, ORDER, SHEET } from './cut-fixture.ts';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../fixtures/machines');
const machines = readdirSync(folder).map((name) =>
  machineSchema.parse(JSON.parse(readFileSync(resolve(folder, name), 'utf8'))),
);

it.each(machines)('$id gets its tools, its frame and its format', (machine) => {
  const plan = planCuts(LAYOUT, ORDER, SHEET, machine);
  for (const { kind, tool } of plan.steps) expect(machine.tools.find(({ id }) => id === tool)!.does).toContain(kind);
  expect(toMachine(machine, parkingPlace(machine))).toEqual([0, 0]);
  const text = machine.format === 'dxf' ? writeDxf(plan, machine) : writeSvg(plan, machine);
  expect(text.length).toBeGreaterThan(1000);
});
