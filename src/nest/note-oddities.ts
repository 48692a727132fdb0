import { problemSchema } from '#domain/problem.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { cleanRing } from '#geometry/clean-ring.ts';
import { pointsInRing } from '#geometry/point-in-ring.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { findSelfCrossing } from '#geometry/self-crossing.ts';
import { countOf, field, listOf, unreadKeys, type Field, type FOREIGN_KEYS } from './foreign-fields.ts';
import type { NestProblem } from './nest-problem.ts';

/** Edges below this, in mm, are told: no cutter follows them, and a file of metres has many. */
const SHORT_EDGE = 1e-6;
/** A sheet of ours beyond 100 m, or anything below 1 mm, is mostly in another unit than its file says. */
const LARGEST = 100_000;
const SMALLEST = 1;

const MOST_NAMED = 3;

interface Drawn {
  readonly where: string;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  /** Of a ring that crosses itself nothing is to be said: it was refused. */
  readonly isSimple?: boolean;
}

/** What of a problem that `readProblem` took is mended or ignored by solver and judge alike, one sentence each with the
 *  place in the file: repeated points, clockwise outlines, spikes, rings that cross themselves, holes that lie outside,
 *  edges of next to no length, of foreign files what is not read or taken for granted, and, where the unit is known, sizes that speak of another one. Pieces of ours that cross
 *  themselves are left to `refuseCrossingPieces`. */
export function odditiesOf(document: unknown, problem: NestProblem): readonly string[] {
  const own = problemSchema.safeParse(document);
  const shapes = own.success ? ownShapes(own.data) : shapesOf(problem);
  return byText([
    ...shapes.flatMap(odditiesOfShape),
    ...(own.success ? doubtsOfSize(problem) : odditiesOfForeign(document)),
  ]);
}

interface Oddity {
  readonly at: string;
  readonly text: string;
}

/** One sentence for all places of which the same is to be said. */
function byText(found: readonly Oddity[]): string[] {
  return [...Map.groupBy(found, (odd) => odd.text)].map(([text, odd]) => {
    const named = odd.slice(0, MOST_NAMED).map(({ at }) => at);
    return `${named.join(', ')}${odd.length > MOST_NAMED ? ` and ${odd.length - MOST_NAMED} more` : ''}: ${text}`;
  });
}

function ownShapes({ pieces, sheets = [] }: ReturnType<typeof problemSchema.parse>): Drawn[] {
  const drawn = pieces.flatMap(({ outline, holes = [] }, k) =>
    outline ? [{ where: `pieces[${k}]`, outline, holes, isSimple: true }] : [],
  );
  return [...drawn, ...sheets.map(({ outline, holes = [] }, k) => ({ where: `sheets[${k}]`, outline, holes }))];
}

function shapesOf({ pieces, sheets }: NestProblem): Drawn[] {
  return [
    ...pieces.map(({ shape }, k) => ({ where: `items[${k}]`, ...shape })),
    ...sheets.map(({ outline, holes }, k) => ({ where: `objects[${k}]`, outline, holes })),
  ];
}

function odditiesOfShape({ where, outline, holes, isSimple = false }: Drawn): Oddity[] {
  const rings = [outline, ...holes].map((ring, h) => ({ at: h === 0 ? where : `${where}.holes[${h - 1}]`, ring }));
  const said = rings.flatMap(({ at, ring }) => odditiesOfRing(ring, isSimple).map((text) => ({ at, text })));
  const rim = cleanRing(flatRing(outline));
  if (ringArea(rim) < 0) said.push({ at: where, text: 'drawn clockwise, taken as the other way round' });
  for (const [h, hole] of holes.entries()) {
    const at = `${where}.holes[${h}]`;
    const inside = pointsInRing(rim, flatRing(hole)).filter((place) => place !== 'outside').length;
    if (inside === 0) said.push({ at, text: 'lies outside, cuts nothing' });
    else if (inside < hole.length) said.push({ at, text: 'reaches over the outline, cuts what is inside' });
  }
  return said;
}

function odditiesOfRing(given: Ring, isSimple: boolean): string[] {
  const flat = flatRing(given);
  const ring = cleanRing(flat);
  const isClosed = given.length > 1 && given[0]!.every((v, axis) => v === given.at(-1)![axis]);
  const repeated = (flat.length - ring.length) / 2 - Number(isClosed);
  const said = repeated > 0 ? [`${repeated} repeated points dropped`] : [];
  const count = ring.length / 2;
  const at = (k: number): readonly [number, number] => [ring[2 * (k % count)]!, ring[2 * (k % count) + 1]!];
  let short = 0;
  for (let k = 0; k < count; k += 1) {
    const [[ax, ay], [bx, by], [cx, cy]] = [at(k), at(k + 1), at(k + 2)];
    if (Math.hypot(bx - ax, by - ay) < SHORT_EDGE) short += 1;
    const [ux, uy, vx, vy] = [bx - ax, by - ay, cx - bx, cy - by];
    if (ux * vy - uy * vx === 0 && ux * vx + uy * vy < 0)
      said.push(`turns back on itself at (${bx}, ${by}), a spike without area that is ignored`);
  }
  if (short > 0) said.push(`${short} edges shorter than ${SHORT_EDGE}, taken as they are`);
  const met = isSimple ? null : findSelfCrossing(ring);
  if (met?.kind === 'crosses')
    said.push(`crosses itself at (${Number(met.x.toFixed(3))}, ${Number(met.y.toFixed(3))}), taken even-odd`);
  return said;
}

/** Keys that say nothing of the nesting. */
const IDLE_KEYS = ['id', 'name', 'dxf'];

function odditiesOfForeign(document: unknown): Oddity[] {
  const top = { value: document, path: 'problem' };
  const ignored = (of: Field, kind: keyof typeof FOREIGN_KEYS, read: readonly string[] = []): Oddity[] =>
    unreadKeys(of.value, kind)
      .filter((key) => !IDLE_KEYS.includes(key.toLowerCase()) && !read.includes(key))
      .map((key) => ({ at: of.path, text: `"${key}" is not read` }));
  const zonesOf = (of: Field) => listOf(field(of, 'zones')).flatMap((zone) => ignored(zone, 'zone'));
  const items = listOf(field(top, 'items')).flatMap((item, k) => {
    const at = { ...item, path: `items[${k}]` };
    const most = field(at, 'demandMax');
    const isMore = most.value !== undefined && countOf(most) !== countOf(field(at, 'demand'), 1);
    const text = `up to ${String(most.value)} may be made ("DemandMax"), Demand counts`;
    return [
      ...ignored(at, 'item', ['demandMax', 'DemandMax']),
      ...(isMore ? [{ at: at.path, text }] : []),
      ...zonesOf(at),
    ];
  });
  const bins = listOf(field(top, 'bins', 'objects')).flatMap((bin, k) => {
    const at = { ...bin, path: `objects[${k}]` };
    const isEndless = field(at, 'stock').value === undefined;
    const text = 'states no stock, there is one of it';
    return [...ignored(at, 'bin'), ...(isEndless ? [{ at: at.path, text }] : []), ...zonesOf(at)];
  });
  return [...ignored(top, 'problem'), ...items, ...bins];
}

function doubtsOfSize({ pieces, sheets }: NestProblem): Oddity[] {
  const named = [
    ...pieces.map(({ shape }, k) => ({ at: `pieces[${k}]`, ring: shape.outline })),
    ...sheets.map(({ outline }, k) => ({ at: `sheets[${k}]`, ring: outline })),
  ];
  return named.flatMap(({ at, ring }) => {
    const { minX, minY, maxX, maxY } = ringBounds(flatRing(ring));
    const [width, height] = [maxX - minX, maxY - minY];
    const side = Math.max(width, height);
    if (side <= LARGEST && side >= SMALLEST) return [];
    const size = `${threeDigits(width)} x ${threeDigits(height)} mm`;
    return [{ at, text: `is ${size}: is the file in the unit that it says?` }];
  });
}

function threeDigits(v: number): string {
  return String(Number(v.toPrecision(3)));
}
