import type { Field } from './foreign-fields.ts';
import {
  countOf,
  field,
  listOf,
  numberOf,
  refuse,
  refuseMisspelt,
  shapeOf,
  yesOrNoOf,
  zonesOf,
} from './foreign-fields.ts';
import type { NestPiece, NestProblem, NestSheet } from './nest-problem.ts';
import { ASKS_FOR_THE_BEST, LEAST_STRIP_HEIGHT } from './nest-problem.ts';

/** Reads a jagua-rs instance, strip (`strip_height`, of old `Strip` with its `Height`) or bins, in its own unit. A piece may
 *  be mirrored only where its item says `allow_mirror: true`; one without a least quality needs the best everywhere. Of a
 *  bin that states no stock there is one, as for check_layout.py. What else stands in the file `odditiesOf` names.
 *  @throws KerfError NEST_PROBLEM_REFUSED with the path of what does not fit */
export function readJagua(document: unknown, where = 'problem'): NestProblem {
  const top: Field = { value: document, path: where };
  refuseMisspelt(top, 'problem');
  const items = field(top, 'items');
  const pieces = listOf(items).map(foreignPiece);
  if (pieces.length === 0) refuse(items, 'at least one item');
  const sheets = listOf(field(top, 'bins', 'objects')).map(foreignSheet);
  const height = stripOf(top);
  if ((height.value === undefined) === (sheets.length === 0)) refuse(top, 'either strip_height or bins');
  const stripHeight = height.value === undefined ? 0 : numberOf(height);
  if (height.value !== undefined && stripHeight < LEAST_STRIP_HEIGHT) refuse(height, 'a height above 0');
  return { objective: stripHeight > 0 ? 'strip' : 'sheets', stripHeight, spacing: 0, kits: [], pieces, sheets };
}

/** The height of a file's strip, undefined where it has none. */
export function stripOf(top: Field): Field {
  const strip = field(top, 'strip');
  if (strip.value === undefined) return field(top, 'strip_height', 'stripHeight');
  refuseMisspelt(strip, 'strip');
  const height = field(strip, 'height');
  return height.value === undefined ? refuse(height, 'a height above 0') : height;
}

export function foreignPiece(item: Field, position: number): NestPiece {
  refuseMisspelt(item, 'item');
  const angles = field(item, 'allowed_orientations', 'allowedOrientations');
  const turns = angles.value === undefined ? null : listOf(angles).map((a) => ({ angle: numberOf(a), tolerance: 0 }));
  return {
    name: String(position),
    quantity: countOf(field(item, 'demand'), 1),
    quality: countOf(field(item, 'min_quality', 'baseQuality'), ASKS_FOR_THE_BEST),
    mayMirror: yesOrNoOf(field(item, 'allow_mirror', 'allowMirror')),
    priority: 0,
    value: null,
    kit: null,
    pairOf: null,
    spacing: 0,
    commonLine: false,
    grain: null,
    rotations: turns?.length === 0 ? [{ angle: 0, tolerance: 0 }] : turns,
    shape: shapeOf(field(item, 'shape')),
    zones: zonesOf(item),
  };
}

export function foreignSheet(bin: Field, position: number): NestSheet {
  refuseMisspelt(bin, 'bin');
  const shape = shapeOf(field(bin, 'shape'));
  const cost = field(bin, 'cost');
  return {
    name: String(position),
    quantity: countOf(field(bin, 'stock'), 1),
    baseQuality: null,
    cost: numberOf(cost, 1) >= 0 ? numberOf(cost, 1) : refuse(cost, 'a cost of at least 0'),
    margin: 0,
    isGrainDirected: false,
    grain: [],
    outline: shape.outline,
    holes: shape.holes,
    zones: zonesOf(bin),
    shades: [],
    locked: [],
  };
}
