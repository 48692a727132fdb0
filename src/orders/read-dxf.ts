import type { Point } from '#domain/ring.ts';
import { refuseDrawing } from './drawn-piece.ts';

/** One record of an ASCII DXF: what stands from one group 0 to the next. */
export interface DxfRecord {
  readonly type: string;
  readonly groups: readonly (readonly [code: number, value: string])[];
}

export interface DxfEntity extends DxfRecord {
  /** Of a POLYLINE. */
  readonly vertices: readonly DxfRecord[];
}

export interface DxfBlock {
  readonly base: Point;
  readonly entities: readonly DxfEntity[];
}

export interface DxfLayer {
  readonly isFrozen: boolean;
  readonly isOff: boolean;
  readonly doesPlot: boolean;
}

export interface DxfDrawing {
  /** $INSUNITS; 0 where the drawing says none. */
  readonly units: number;
  /** By their names in capitals, as the blocks are: DXF does not tell cases apart. */
  readonly layers: ReadonlyMap<string, DxfLayer>;
  readonly blocks: ReadonlyMap<string, DxfBlock>;
  readonly entities: readonly DxfEntity[];
}

/** The parts of an ASCII DXF that a piece is read from.
 *  @throws KerfError ORDERS_DRAWING_REFUSED
 *  @see Autodesk, DXF Reference (AutoCAD 2012), chapters 2 to 6 */
export function readDxf(text: string, where: string): DxfDrawing {
  if (!/^[ \t]*0[ \t]*\r?\n[ \t]*SECTION/m.test(text)) refuseDrawing(where, 'no DXF section', 'an ASCII DXF drawing');
  const layers = new Map<string, DxfLayer>();
  const blocks = new Map<string, DxfBlock>();
  const entities: DxfEntity[] = [];
  let units = 0;
  let section = '';
  let list = entities;
  let vertices: DxfRecord[] | null = null;
  let isWhole = false;
  for (const record of recordsOf(text, where)) {
    const { type, groups } = record;
    const name = textOf(record, 2).toUpperCase();
    if (type === 'SECTION') {
      section = name;
      list = entities;
      if (section === 'HEADER') units = unitsOf(groups, where);
    } else if (type === 'ENDSEC') section = '';
    else if (type === 'EOF') isWhole = true;
    else if (section === 'TABLES' && type === 'LAYER') layers.set(name, layerOf(record, where));
    else if (section === 'BLOCKS' && type === 'BLOCK') {
      list = [];
      blocks.set(name, { base: pointOf(record, 10, where), entities: list });
    } else if (section !== 'ENTITIES' && section !== 'BLOCKS') continue;
    else if (type === 'VERTEX') {
      if (!vertices) return outOfOrder(where);
      vertices.push(record);
    } else if (type === 'SEQEND' || type === 'ENDBLK') vertices = null;
    else {
      vertices = type === 'POLYLINE' ? [] : null;
      list.push({ ...record, vertices: vertices ?? [] });
    }
  }
  // What was cut off on its way would be missing from the piece.
  if (!isWhole) refuseDrawing(where, 'no EOF at its end', 'a whole ASCII DXF drawing');
  return { units, layers, blocks, entities };
}

export function textOf({ groups }: DxfRecord, code: number): string {
  return groups.find(([c]) => c === code)?.[1] ?? '';
}

/** The first number of a code; `fallback` where there is none. */
export function numberOf({ groups }: DxfRecord, code: number, where: string, fallback?: number): number {
  const value = groups.find(([c]) => c === code)?.[1];
  return value === undefined && fallback !== undefined ? fallback : asNumber(value, where);
}

export function pointOf(record: DxfRecord, code: number, where: string): Point {
  return [numberOf(record, code, where), numberOf(record, code + 10, where)];
}

export function numbersOf({ groups }: DxfRecord, code: number, where: string): number[] {
  return groups.filter(([c]) => c === code).map(([, value]) => asNumber(value, where));
}

export function outOfOrder(where: string): never {
  return refuseDrawing(where, 'DXF groups out of their order', 'a whole ASCII DXF drawing');
}

function asNumber(value: string | undefined, where: string): number {
  const number = value === undefined || value === '' ? NaN : Number(value);
  return Number.isFinite(number) ? number : outOfOrder(where);
}

function* recordsOf(text: string, where: string): Generator<DxfRecord> {
  const lines = text.split(/\r\n|\n|\r/);
  let record: { type: string; groups: (readonly [number, string])[] } | null = null;
  for (let k = 0; k + 1 < lines.length; k += 2) {
    const code = /^\s*-?\d{1,4}\s*$/.test(lines[k]!) ? Number(lines[k]) : NaN;
    const value = lines[k + 1]!.trim();
    if (Number.isNaN(code)) return outOfOrder(where);
    if (code === 0) {
      if (record) yield record;
      record = { type: value.toUpperCase(), groups: [] };
      if (record.type === 'EOF') break;
    } else if (code !== 999) record?.groups.push([code, value]);
  }
  if (record) yield record;
}

function unitsOf(groups: DxfRecord['groups'], where: string): number {
  const k = groups.findIndex(([code, value]) => code === 9 && value === '$INSUNITS');
  return k < 0 ? 0 : asNumber(groups[k + 1]?.[1], where);
}

/** Bit 1 of 70: frozen; a colour below 0: off; 290 of 0: not plotted, as what is on Defpoints never is. */
function layerOf(record: DxfRecord, where: string): DxfLayer {
  return {
    isFrozen: (numberOf(record, 70, where, 0) & 1) === 1,
    isOff: numberOf(record, 62, where, 7) < 0,
    doesPlot: numberOf(record, 290, where, 1) !== 0,
  };
}
