import { composeAffine } from '#geometry/transform-figure.ts';
import type { Affine } from '#geometry/transform-figure.ts';
import { chainFigures } from './chain-figures.ts';
import { dxfFigure, named, ocsMap } from './dxf-figure.ts';
import { pieceFromContours, refuseDrawing } from './drawn-piece.ts';
import type { DrawnContour, DrawnPiece } from './drawn-piece.ts';
import { numberOf, pointOf, readDxf, textOf } from './read-dxf.ts';
import type { DxfDrawing, DxfEntity, DxfRecord } from './read-dxf.ts';

/** $INSUNITS: 0 (none said) counts as mm. $MEASUREMENT chooses hatches and line types, it is no unit. */
const MM_PER_UNIT: Readonly<Record<number, number>> = { 0: 1, 1: 25.4, 2: 304.8, 4: 1, 5: 10, 6: 1000, 14: 100 };

/** What no line of a piece is drawn with. All else that a viewer shows is read or refused. */
const NOT_DRAWN = new Set([
  ...['TEXT', 'MTEXT', 'RTEXT', 'ARCALIGNEDTEXT', 'ATTDEF', 'ATTRIB', 'ACAD_TABLE', 'TOLERANCE'],
  ...['DIMENSION', 'ARC_DIMENSION', 'LARGE_RADIAL_DIMENSION', 'LEADER', 'MULTILEADER', 'MLEADER'],
  ...['HATCH', 'WIPEOUT', 'IMAGE', 'OLEFRAME', 'OLE2FRAME', 'PDFUNDERLAY', 'DWFUNDERLAY', 'DGNUNDERLAY'],
  ...['VIEWPORT', 'XLINE', 'RAY', 'LIGHT', 'CAMERA', 'SUN'],
]);
const NO_CONTOURS = new Set(['SHEET', 'LABEL']);
/** Layers that say what their lines are for. */
const TELLING = new Set([...NO_CONTOURS, 'NOTCH', 'DRILL', 'DRAW', 'INNER', 'OUTER']);

/** A piece's drawing as DXF: lines, arcs, circles, ellipses, polylines and splines of model space, also in blocks and seen
 *  from below (extrusion 0, 0, -1); their curves are kept, splines with weights followed within 0.005 mm. Lines and arcs
 *  whose ends meet within 0.01 mm are one contour. $INSUNITS gives the unit. Layers NOTCH, DRILL, DRAW are marks, SHEET and
 *  LABEL are left out, as are texts, dimensions and construction lines, paper space, what is invisible, and layers that
 *  are off, frozen or not plotted: to cut is to plot, and on these are helping lines.
 *  @throws KerfError ORDERS_DRAWING_REFUSED */
export function drawnFromDxf(text: string, where: string): DrawnPiece {
  const drawing = readDxf(text, where);
  refuseTooMany(drawing, where);
  const scale = MM_PER_UNIT[drawing.units];
  if (scale === undefined)
    return refuseDrawing(where, `$INSUNITS ${drawing.units}`, '4 (mm), 1 (in), 2 (ft), 5 (cm), 6 (m) or 14 (dm)');
  const contours: DrawnContour[] = [];
  const leftOut = { hidden: 0, paper: 0 };
  const walk = (entities: readonly DxfEntity[], toMm: Affine, around: Surroundings): void => {
    for (const entity of entities) {
      if (NOT_DRAWN.has(entity.type)) continue;
      if (isPaper(entity, where)) {
        leftOut.paper += 1;
        continue;
      }
      const own = textOf(entity, 8) || '0';
      // What a block has on layer 0 stands on the layer that the block is inserted on.
      const layer = own === '0' ? around.layer : own;
      const { isFrozen, isOff } = sightOf(layer, drawing);
      // A block on NOTCH is a notch, whatever its own layers are called.
      const meant = isTelling(layer) || !isTelling(around.meant) ? layer : around.meant;
      const isInsert = entity.type === 'INSERT';
      // Off, a layer hides of the blocks on it only what is on layer 0; frozen, all.
      if (numberOf(entity, 60, where, 0) !== 0 || isFrozen || (isOff && !isInsert)) {
        leftOut.hidden += 1;
        continue;
      }
      if (isInsert) {
        const block = drawing.blocks.get(textOf(entity, 2).toUpperCase());
        if (!block)
          return refuseDrawing(
            where,
            `${named(entity)} of a block "${textOf(entity, 2)}" that is not in it`,
            'the block',
          );
        for (const copy of copiesOf(entity, block.base, where))
          walk(block.entities, composeAffine(toMm, copy), { layer, meant });
        continue;
      }
      if (NO_CONTOURS.has(meant.toUpperCase())) continue;
      const figure = dxfFigure(entity, toMm, where);
      if (figure === null)
        return refuseDrawing(where, `an entity ${named(entity)}`, 'lines, arcs, circles, polylines, splines');
      contours.push({ figure, layer: meant });
    }
  };
  walk(drawing.entities, [scale, 0, 0, scale, 0, 0], { layer: '0', meant: '0' });
  return pieceFromContours(chainFigures(contours), where, said(leftOut));
}

/** What the block that is read inherits from where it is inserted. */
interface Surroundings {
  readonly layer: string;
  readonly meant: string;
}

function isTelling(layer: string): boolean {
  return TELLING.has(layer.toUpperCase());
}

function isPaper(record: DxfRecord, where: string): boolean {
  return (
    numberOf(record, 67, where, 0) !== 0 || (record.type === 'INSERT' && /^\*paper_space/i.test(textOf(record, 2)))
  );
}

function sightOf(layer: string, { layers }: DxfDrawing): { readonly isFrozen: boolean; readonly isOff: boolean } {
  const name = layer.toUpperCase();
  const { isFrozen = false, isOff = false, doesPlot = true } = layers.get(name) ?? {};
  return { isFrozen, isOff: isOff || !doesPlot || name === 'DEFPOINTS' };
}

/** Where the copies of a block stand: rows and columns are turned with it, but not scaled. */
function copiesOf(insert: DxfEntity, base: readonly [number, number], where: string): Affine[] {
  const at = pointOf(insert, 10, where);
  const [scaleX, scaleY] = [numberOf(insert, 41, where, 1), numberOf(insert, 42, where, 1)];
  if (scaleX === 0 || scaleY === 0) return refuseDrawing(where, `${named(insert)} scaled by 0`, 'a scale other than 0');
  const radians = (numberOf(insert, 50, where, 0) * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [acrossStep, upStep] = [numberOf(insert, 44, where, 0), numberOf(insert, 45, where, 0)];
  const { rows, columns } = gridOf(insert, where);
  const copies: Affine[] = [];
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      const [x, y] = [column * acrossStep, row * upStep];
      const turn: Affine = [cos, sin, -sin, cos, at[0] + cos * x - sin * y, at[1] + sin * x + cos * y];
      const inBlock: Affine = [scaleX, 0, 0, scaleY, -base[0] * scaleX, -base[1] * scaleY];
      copies.push(composeAffine(ocsMap(insert, where), composeAffine(turn, inBlock)));
    }
  return copies;
}

/** Programs write 0 for one row or column too. */
function gridOf(insert: DxfRecord, where: string): { readonly rows: number; readonly columns: number } {
  const count = (code: number) => Math.max(1, Math.floor(numberOf(insert, code, where, 1)));
  return { columns: count(70), rows: count(71) };
}

/** The largest piece of a sofa's order has some hundred. */
const MOST_ENTITIES = 20_000;
const DEEPEST_BLOCK = 64;

/** Once every block stands where it is inserted: a few hundred bytes can ask for thousands of millions. */
function refuseTooMany({ blocks, entities }: DxfDrawing, where: string): void {
  // A block that is being counted is not in itself any more.
  const known = new Map<string, number>();
  const count = (list: readonly DxfEntity[], depth: number): number =>
    list.reduce((sum, entity) => {
      if (entity.type !== 'INSERT') return sum + 1;
      const name = textOf(entity, 2).toUpperCase();
      if (depth > DEEPEST_BLOCK) return refuseDrawing(where, 'blocks within blocks', `${DEEPEST_BLOCK} deep at most`);
      if (!known.has(name)) {
        known.set(name, Infinity);
        known.set(name, count(blocks.get(name)?.entities ?? [], depth + 1));
      }
      const { rows, columns } = gridOf(entity, where);
      return sum + rows * columns * Math.max(1, known.get(name) ?? 0);
    }, 0);
  const whole = count(entities, 0);
  if (whole > MOST_ENTITIES)
    refuseDrawing(
      where,
      whole === Infinity ? 'a block within itself' : `blocks that make ${whole} entities`,
      `${MOST_ENTITIES} entities at most`,
    );
}

function said({ hidden, paper }: { readonly hidden: number; readonly paper: number }): string {
  const parts = [
    ...(hidden > 0 ? [`${hidden} hidden or not plotted`] : []),
    ...(paper > 0 ? [`${paper} in paper space`] : []),
  ];
  return parts.join(', ');
}
