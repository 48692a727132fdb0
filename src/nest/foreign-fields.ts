import { KerfError } from '#domain/kerf-error.ts';
import { showValue } from '#domain/show-value.ts';
import type { Point, Region, Ring } from '#domain/ring.ts';
import type { QualityZone } from './nest-problem.ts';

/** Reading of foreign documents: fields in jagua-rs' spelling (snake case), OR-Datasets' (capitals) or camelCase, with
 *  the path of what is read for its errors. */
export interface Field {
  readonly value: unknown;
  readonly path: string;
}

export function refuse(at: Field, expected: string): never {
  throw new KerfError('NEST_PROBLEM_REFUSED', `${at.path}: found ${showValue(at.value)}, expected ${expected}.`, {
    details: { path: at.path },
  });
}

/** The first of the names that is there, each also with a capital; absent and null are alike. */
export function field(of: Field, ...names: readonly string[]): Field {
  if (typeof of.value !== 'object' || of.value === null || Array.isArray(of.value)) refuse(of, 'an object');
  const record = of.value as Readonly<Record<string, unknown>>;
  for (const name of names.flatMap((n) => [n, n[0]!.toUpperCase() + n.slice(1)])) {
    if (Object.hasOwn(record, name) && record[name] !== null)
      return { value: record[name], path: `${of.path}.${name}` };
  }
  return { value: undefined, path: `${of.path}.${names[0]!}` };
}

/** What is read of each record of a foreign file, as `field` spells it: these names, each also with a capital. */
export const FOREIGN_KEYS = {
  problem: ['items', 'bins', 'objects', 'strip_height', 'stripHeight', 'strip'],
  strip: ['height'],
  item: [
    'demand',
    'allowed_orientations',
    'allowedOrientations',
    'allow_mirror',
    'allowMirror',
    'min_quality',
    'baseQuality',
    'shape',
    'zones',
  ],
  bin: ['stock', 'cost', 'shape', 'zones'],
  zone: ['quality', 'shape'],
} as const;

/** The keys of a record that are there and not read. */
export function unreadKeys(of: unknown, kind: keyof typeof FOREIGN_KEYS): string[] {
  if (typeof of !== 'object' || of === null) return [];
  const read = FOREIGN_KEYS[kind].flatMap((name) => [name, name[0]!.toUpperCase() + name.slice(1)]);
  return Object.entries(of).flatMap(([key, value]) => (value === null || read.includes(key) ? [] : [key]));
}

/** Refuses keys that are nearly those that are read: what a file asks for under them would not be kept. */
export function refuseMisspelt(of: Field, kind: keyof typeof FOREIGN_KEYS): void {
  const plain = (name: string) => name.replaceAll('_', '').toLowerCase();
  for (const key of unreadKeys(of.value, kind)) {
    const meant = FOREIGN_KEYS[kind].find((name) => plain(name) === plain(key));
    if (meant === undefined) continue;
    const value = (of.value as Readonly<Record<string, unknown>>)[key];
    refuse({ value, path: `${of.path}.${key}` }, `it spelt "${meant}"`);
  }
}

export function numberOf(at: Field, fallback?: number): number {
  if (at.value === undefined && fallback !== undefined) return fallback;
  return typeof at.value === 'number' && Number.isFinite(at.value) ? at.value : refuse(at, 'a finite number');
}

/** OR-Datasets writes some counts as text. */
export function countOf(at: Field, fallback?: number): number {
  const isText = typeof at.value === 'string' && /^\d{1,9}$/.test(at.value);
  const value = isText ? Number(at.value) : numberOf(at, fallback);
  return Number.isInteger(value) && value >= 0 ? value : refuse(at, 'a whole number of at least 0');
}

export function yesOrNoOf(at: Field): boolean {
  if (at.value === undefined) return false;
  return typeof at.value === 'boolean' ? at.value : refuse(at, 'true or false');
}

export function listOf(at: Field): Field[] {
  if (at.value === undefined) return [];
  if (!Array.isArray(at.value)) return refuse(at, 'a list');
  // Not by `map`, which passes over what a list made in code leaves out.
  return Array.from(at.value, (value: unknown, k) => ({ value, path: `${at.path}[${k}]` }));
}

function ringOf(at: Field): Ring {
  const ring = listOf(at).map((p): Point => {
    const [x, y, ...more] = listOf(p);
    return x && y && more.length === 0 ? [numberOf(x), numberOf(y)] : refuse(p, '[x, y]');
  });
  return ring.length >= 3 ? ring : refuse(at, 'a ring of at least 3 points');
}

/** `{type, data}`: rectangle, simple_polygon or polygon with outer and inner rings. */
export function shapeOf(at: Field): Region {
  const type = field(at, 'type');
  const data = field(at, 'data');
  switch (typeof type.value === 'string' ? type.value.toLowerCase().replaceAll('_', '') : '') {
    case 'rectangle': {
      const x = numberOf(field(data, 'x_min', 'xMin'), 0);
      const y = numberOf(field(data, 'y_min', 'yMin'), 0);
      const right = x + numberOf(field(data, 'width'));
      const top = y + numberOf(field(data, 'height'));
      const outline: Ring = [
        [x, y],
        [right, y],
        [right, top],
        [x, top],
      ];
      return { outline, holes: [] };
    }
    case 'simplepolygon':
      return { outline: ringOf(data), holes: [] };
    case 'polygon':
      return { outline: ringOf(field(data, 'outer')), holes: listOf(field(data, 'inner')).map(ringOf) };
    default:
      return refuse(type, 'rectangle, simple_polygon or polygon');
  }
}

export function zonesOf(of: Field): QualityZone[] {
  return listOf(field(of, 'zones')).map((zone) => {
    refuseMisspelt(zone, 'zone');
    return { quality: countOf(field(zone, 'quality'), 0), shape: shapeOf(field(zone, 'shape')) };
  });
}
