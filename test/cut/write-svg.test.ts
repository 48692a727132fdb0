import { expect, it } from 'vitest';
import { planCuts } from '#cut/plan-cuts.ts';
import { toMachine } from '#cut/machine-frame.ts';
import { writeSvg } from '#cut/write-svg.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { LAYOUT, ORDER, SHEET, TURNED_MACHINE } from './cut-fixture.ts';

it.each([SIMULATED_MACHINE, TURNED_MACHINE])(
  'the SVG for $id holds the steps of the plan, in their order and place',
  (machine) => {
    const plan = planCuts(LAYOUT, ORDER, SHEET, machine);
    const svg = writeSvg(plan, machine);
    expect(svg).toContain(
      `width="${machine.width}mm" height="${machine.height}mm" viewBox="0 0 ${machine.width} ${machine.height}"`,
    );
    expect(svg).toContain(`matrix(1 0 0 -1 0 ${machine.height})`);
    const read: { layer: string; points: number[][]; isClosed: boolean; placement: number }[] = [];
    let layer = '';
    for (const line of svg.split('\n')) {
      layer = /<g class="(\w+)"/.exec(line)?.[1] ?? layer;
      const placement = Number(/data-placement="(\d+)"/.exec(line)?.[1] ?? NaN);
      const path = /<path d="M([^"]+)"/.exec(line)?.[1];
      const circle = /<circle cx="([^"]+)" cy="([^"]+)"/.exec(line);
      if (Number.isNaN(placement)) continue;
      if (circle) read.push({ layer, placement, isClosed: false, points: [[Number(circle[1]), Number(circle[2])]] });
      if (path === undefined) continue;
      const points = path
        .replace('Z', '')
        .split('L')
        .map((pair) => pair.split(' ').map(Number));
      read.push({ layer, placement, isClosed: path.endsWith('Z'), points });
    }
    const should = plan.steps.map((step) => ({
      layer: step.kind.toUpperCase(),
      placement: step.placement,
      isClosed: step.isClosed,
      points: step.points.map((point) => toMachine(machine, point)),
    }));
    expect(read).toEqual(should);
  },
);

it('texts are escaped, and the groups close', () => {
  const svg = writeSvg(planCuts(LAYOUT, ORDER, SHEET, SIMULATED_MACHINE), SIMULATED_MACHINE);
  expect(svg).toContain('>up &amp; &lt;in&gt;</text>');
  expect(svg).toContain('>Träger ½</text>');
  expect(svg.match(/<g[ >]/g)!.length).toBe(svg.match(/<\/g>/g)!.length);
});
