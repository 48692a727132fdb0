import type { CutPlan } from '#domain/cut-plan.ts';
import type { Machine } from '#domain/machine.ts';
import type { Point } from '#domain/ring.ts';
import { layerOfStep } from './layers.ts';
import { checkInsideMachine, toMachine } from './machine-frame.ts';

const COLOURS = { DRAW: '#0aa', NOTCH: '#a80', DRILL: '#a0a', INNER: '#00c', OUTER: '#c00', SHEET: '#080' } as const;

/** The plan as SVG in mm, in the machine's frame with y up (one transform turns it for SVG): groups SHEET and LABEL, which
 *  are not cut, and one group a run of steps on one layer, so that document order is the order of cutting. One path a
 *  contour, closed by Z; a drill is a circle of 0.5 mm. Same plan, same bytes.
 *  @throws KerfError CUT_OUTSIDE_MACHINE */
export function writeSvg(plan: CutPlan, machine: Machine): string {
  checkInsideMachine(plan, machine);
  const { width, height } = machine;
  const d = (points: readonly Point[], isClosed: boolean) =>
    `M${points.map((point) => toMachine(machine, point).join(' ')).join('L')}${isClosed ? 'Z' : ''}`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">`,
    `<g transform="matrix(1 0 0 -1 0 ${height})" fill="none" stroke-width="0.2">`,
    `<g class="SHEET" stroke="${COLOURS.SHEET}">`,
    ...[plan.sheet, ...plan.sheetHoles].map((ring) => `<path d="${d(ring, true)}"/>`),
    '</g>',
  ];
  let open: string | null = null;
  for (const step of plan.steps) {
    const layer = layerOfStep(step.kind);
    if (layer !== open) {
      if (open !== null) lines.push('</g>');
      lines.push(`<g class="${layer}" stroke="${COLOURS[layer]}">`);
      open = layer;
    }
    const named = `data-piece="${step.piece}" data-placement="${step.placement}" data-tool="${step.tool}"`;
    if (step.points.length === 1) {
      const [x, y] = toMachine(machine, step.points[0]!);
      lines.push(`<circle cx="${x}" cy="${y}" r="0.5" ${named}/>`);
    } else lines.push(`<path d="${d(step.points, step.isClosed)}" ${named}/>`);
  }
  if (open !== null) lines.push('</g>');
  lines.push('</g>', '<g class="LABEL" font-size="8" text-anchor="middle" fill="#444">');
  for (const label of plan.labels) {
    const [x, y] = toMachine(machine, label.at);
    lines.push(`<text x="${x}" y="${Math.round((height - y) * 1e6) / 1e6}">${escaped(label.text)}</text>`);
  }
  lines.push('</g>', '</svg>', '');
  return lines.join('\n');
}

function escaped(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
