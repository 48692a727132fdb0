import { Colors, DxfWriter, LWPolylineFlags, point2d, point3d, Units } from '@tarikjabiri/dxf';
import type { CutPlan } from '#domain/cut-plan.ts';
import type { Machine } from '#domain/machine.ts';
import type { Point } from '#domain/ring.ts';
import { layerOfStep } from './layers.ts';
import { checkInsideMachine, toMachine } from './machine-frame.ts';

const LAYERS = [
  ['DRAW', Colors.Cyan],
  ['NOTCH', Colors.Yellow],
  ['DRILL', Colors.Magenta],
  ['INNER', Colors.Blue],
  ['OUTER', Colors.Red],
  ['SHEET', Colors.Green],
  ['LABEL', Colors.White],
] as const;

/** Height of label text, mm: readable on the table and smaller than a card holder's narrowest piece. */
const LABEL_HEIGHT = 8;

/** The plan as DXF (AC1021, UTF-8, mm): layers DRAW NOTCH DRILL INNER OUTER and, not cut, SHEET and LABEL; one closed
 *  LWPOLYLINE a contour in the order of cutting, an open one for a line, a POINT for a drill; in the machine's frame.
 *  Same plan, same bytes. Coordinates are written to the nanometre.
 *  @throws KerfError CUT_OUTSIDE_MACHINE */
export function writeDxf(plan: CutPlan, machine: Machine): string {
  checkInsideMachine(plan, machine);
  const dxf = new DxfWriter();
  dxf.setUnits(Units.Millimeters);
  dxf.setVariable('$MEASUREMENT', { 70: 1 });
  for (const [name, colour] of LAYERS) dxf.addLayer(name, colour, 'Continuous');
  const ring = (points: readonly Point[], layerName: string, isClosed: boolean) => {
    const vertices = points.map((point) => ({ point: point2d(...toMachine(machine, point)) }));
    dxf.addLWPolyline(vertices, { flags: isClosed ? LWPolylineFlags.Closed : LWPolylineFlags.None, layerName });
  };
  for (const outline of [plan.sheet, ...plan.sheetHoles]) ring(outline, 'SHEET', true);
  for (const step of plan.steps) {
    const layerName = layerOfStep(step.kind);
    if (step.points.length === 1) {
      const [x, y] = toMachine(machine, step.points[0]!);
      dxf.addPoint(x, y, 0, { layerName });
    } else ring(step.points, layerName, step.isClosed);
  }
  for (const label of plan.labels) {
    const [x, y] = toMachine(machine, label.at);
    dxf.addText(point3d(x, y, 0), LABEL_HEIGHT, oneLine(label.text), { layerName: 'LABEL' });
  }
  return `${dxf.stringify().trimEnd()}\n`;
}

/** A line break inside a text would shift every group code after it. AC1021 is UTF-8 by definition. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
