import { assertNever } from '#domain/kerf-error.ts';
import type { DefectKind } from './defect-kinds.ts';
import { drawCut, drawScar, drawScratch, drawVein, drawWrinkle, type Place } from './draw-line-defects.ts';
import { drawBrand, drawHole, drawLoose, drawStain, drawTicks } from './draw-spot-defects.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** Draws one defect of a kind on the canvas, and marks it in label and owner. Strength, size and variant are chance's. */
export function drawDefect(canvas: LeatherCanvas, kind: DefectKind, place: Place): void {
  switch (kind) {
    case 'hole':
      return drawHole(canvas, place);
    case 'cut':
      return drawCut(canvas, place);
    case 'scratch':
      return drawScratch(canvas, place);
    case 'scar':
      return drawScar(canvas, place);
    case 'brand':
      return drawBrand(canvas, place);
    case 'tick':
      return drawTicks(canvas, place);
    case 'stain':
      return drawStain(canvas, place);
    case 'wrinkle':
      return drawWrinkle(canvas, place);
    case 'vein':
      return drawVein(canvas, place);
    case 'loose':
      return drawLoose(canvas, place);
    default:
      return assertNever(kind);
  }
}
