import { areaSize, perimeterOf, soundArea, without } from './validate-area.ts';
import { ABOVE_ALL } from './validate-problem.ts';
import type { Area, JudgedPiece, JudgedProblem, JudgedSheet, JudgedZone } from './validate-problem.ts';
import { isFiniteNumber, isRecord, refuse } from './validate-refuse.ts';

/** Reads a jagua-rs instance (strip_height, of old Strip, or bins) or an OR-Datasets irregular one (Objects), whose keys differ in their
 *  first letter. A foreign file has no spacing, margin, grain or kits; a piece is mirrored only by allow_mirror: true.
 *  @throws KerfError NEST_CHECK_UNREADABLE with the path of what does not fit */
export function readForeignProblem(document: unknown): JudgedProblem {
  const items = field(document, 'problem', 'items');
  if (!Array.isArray(items) || items.length === 0) refuse('problem.items', items, 'a list of at least one item');
  const objects = field(document, 'problem', 'bins', 'objects') ?? [];
  if (!Array.isArray(objects)) return refuse('problem.objects', objects, 'a list');
  const strip = field(document, 'problem', 'strip');
  const height =
    strip === undefined
      ? field(document, 'problem', 'strip_height', 'stripHeight')
      : (field(strip, 'problem.strip', 'height') ?? refuse('problem.strip.height', undefined, 'a height above 0'));
  const stripHeight = height === undefined ? null : number(height, 'problem.strip_height');
  if (stripHeight === null && objects.length === 0)
    refuse('problem', 'neither strip_height nor bins nor Objects', 'one of them');
  if (stripHeight !== null && stripHeight <= 0) refuse('problem.strip_height', stripHeight, 'a height above 0');
  return {
    kind: 'foreign',
    pieces: (items as unknown[]).map((item, k) => readItem(item, `problem.items[${k}]`)),
    sheets: objects.map((object, k) => readObject(object, `problem.objects[${k}]`)),
    stripHeight,
    spacing: 0,
    kits: [],
    objective: null,
  };
}

function readItem(item: unknown, at: string): JudgedPiece {
  const { outline, holes } = readShape(field(item, at, 'shape'), `${at}.shape`);
  const area = without(outline, holes);
  const angles = field(item, at, 'allowed_orientations', 'allowedOrientations');
  if (angles !== undefined && !(Array.isArray(angles) && angles.every(isFiniteNumber))) {
    refuse(`${at}.allowed_orientations`, angles, 'a list of angles');
  }
  const allowed = angles as readonly number[] | undefined;
  const mirror = field(item, at, 'allow_mirror', 'allowMirror') ?? false;
  const size = areaSize(area);
  return {
    area,
    areaSize: size,
    demand: whole(field(item, at, 'demand') ?? 1, `${at}.demand`),
    base: whole(field(item, at, 'min_quality', 'baseQuality') ?? ABOVE_ALL, `${at}.base_quality`),
    zones: readZones(item, at),
    rotations: allowed ? (allowed.length > 0 ? allowed : [0]).map((angle) => ({ angle, tolerance: 0 })) : null,
    canMirror: typeof mirror === 'boolean' ? mirror : refuse(`${at}.allow_mirror`, mirror, 'true or false'),
    spacing: 0,
    isCommonLine: false,
    grain: null,
    slack: 0,
    value: size,
    perimeter: perimeterOf(area),
  };
}

function readObject(object: unknown, at: string): JudgedSheet {
  const { outline, holes } = readShape(field(object, at, 'shape'), `${at}.shape`);
  return {
    outline,
    holes,
    zones: readZones(object, at),
    base: null,
    margin: 0,
    grain: null,
    stock: whole(field(object, at, 'stock') ?? 1, `${at}.stock`),
    cost: 1,
    locked: [],
    shades: [],
  };
}

function readZones(owner: unknown, at: string): JudgedZone[] {
  const zones = field(owner, at, 'zones') ?? [];
  if (!Array.isArray(zones)) return refuse(`${at}.zones`, zones, 'a list');
  return zones.map((zone: unknown, k) => {
    const { outline, holes } = readShape(field(zone, `${at}.zones[${k}]`, 'shape'), `${at}.zones[${k}].shape`);
    const quality = whole(field(zone, `${at}.zones[${k}]`, 'quality') ?? 0, `${at}.zones[${k}].quality`);
    return { quality, area: without(outline, holes) };
  });
}

/** Outer and holes are made sound each alone: real hides have holes that touch each other or the rim, and mending the
 *  whole at once would turn such a hole into leather. */
function readShape(shape: unknown, at: string): { outline: Area; holes: Area[] } {
  const read = readShapeOfType(shape, at);
  if (!Number.isFinite(areaSize(read.outline))) refuse(at, 'numbers whose area is beyond all numbers', 'a shape');
  return read;
}

function readShapeOfType(shape: unknown, at: string): { outline: Area; holes: Area[] } {
  const type = field(shape, at, 'type');
  const data = field(shape, at, 'data');
  switch (typeof type === 'string' ? type.toLowerCase().replaceAll('_', '') : null) {
    case 'rectangle': {
      const x = number(field(data, `${at}.data`, 'x_min', 'xMin') ?? 0, `${at}.data.x_min`);
      const y = number(field(data, `${at}.data`, 'y_min', 'yMin') ?? 0, `${at}.data.y_min`);
      const width = number(field(data, `${at}.data`, 'width'), `${at}.data.width`);
      const height = number(field(data, `${at}.data`, 'height'), `${at}.data.height`);
      return {
        outline: soundArea([
          [x, y],
          [x + width, y],
          [x + width, y + height],
          [x, y + height],
        ]),
        holes: [],
      };
    }
    case 'simplepolygon':
      return { outline: readRing(data, `${at}.data`), holes: [] };
    case 'polygon': {
      const inner = field(data, `${at}.data`, 'inner') ?? [];
      if (!Array.isArray(inner)) return refuse(`${at}.data.inner`, inner, 'a list of rings');
      return {
        outline: readRing(field(data, `${at}.data`, 'outer'), `${at}.data.outer`),
        holes: inner.map((ring, k) => readRing(ring, `${at}.data.inner[${k}]`)),
      };
    }
    default:
      return refuse(`${at}.type`, type, 'rectangle, simple_polygon or polygon');
  }
}

export function readRing(points: unknown, at: string): Area {
  if (!Array.isArray(points) || points.length < 3) return refuse(at, points, 'a ring of at least 3 points');
  for (const [k, p] of points.entries()) {
    if (!Array.isArray(p) || p.length !== 2 || !p.every(isFiniteNumber)) refuse(`${at}[${k}]`, p, '[x, y]');
  }
  return soundArea(points as [number, number][]);
}

/** A field in either spelling, jagua-rs (demand) or OR-Datasets (Demand); null is as good as absent. */
function field(owner: unknown, at: string, ...names: readonly string[]): unknown {
  if (!isRecord(owner)) return refuse(at, owner, 'an object');
  for (const name of names) {
    for (const key of [name, name[0]!.toUpperCase() + name.slice(1)]) {
      if (owner[key] !== undefined && owner[key] !== null) return owner[key];
    }
  }
  return undefined;
}

function number(v: unknown, at: string): number {
  return isFiniteNumber(v) ? v : refuse(at, v, 'a number');
}

/** Counts come as numbers or, in OR-Datasets, as text. */
function whole(v: unknown, at: string): number {
  const n = typeof v === 'string' && v.trim() !== '' ? Number(v) : v;
  return isFiniteNumber(n) ? Math.trunc(n) : refuse(at, v, 'a whole number');
}
