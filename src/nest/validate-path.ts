import { refuse } from './validate-refuse.ts';

type Point = readonly [number, number];
type Curve = (t: number) => Point;

/** How closely the judge follows curves, mm; the contract lets an outline be off by 0.05. */
const FOLLOW = 0.001;
const WORD = /([mlhvcsqtaz])|([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)|[\s,]+|(.)/giy;
const SIZE: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, c: 6, s: 4, q: 4, t: 2, a: 7, z: 0 };

/** The judge's own reading of SVG path data of one closed figure (y up). Each piece of it becomes a function of t in [0, 1]
 *  and is halved until its chords are true to a micrometre. */
export function ringOfPath(data: string, at: string): { points: Point[]; isCurved: boolean } {
  const points: Point[] = [];
  let isCurved = false;
  let isClosed = false;
  let handle: Point | null = null;
  let handleKind = '';
  for (const { letter, values: v } of commandsOf(data, at)) {
    const kind = letter.toLowerCase();
    const isStart = points.length === 0;
    if (isClosed || (kind === 'm') !== isStart) refuse(at, letter, 'one closed figure that begins with M');
    const pen: Point = points.at(-1) ?? [0, 0];
    const [ox, oy]: Point = letter === kind ? pen : [0, 0];
    const p = (k: number): Point => [v[k]! + ox, v[k + 1]! + oy];
    const mirrored = (after: string): Point =>
      handle && handleKind === after ? [2 * pen[0] - handle[0], 2 * pen[1] - handle[1]] : pen;
    let curve: Curve | null = null;
    let nextHandle: Point | null = null;
    if (kind === 'z') isClosed = true;
    else if (kind === 'm' || kind === 'l') points.push(p(0));
    else if (kind === 'h') points.push([v[0]! + ox, pen[1]]);
    else if (kind === 'v') points.push([pen[0], v[0]! + oy]);
    else if (kind === 'c' || kind === 's') {
      const [b, c, d] = kind === 'c' ? [p(0), p(2), p(4)] : [mirrored('cubic'), p(0), p(2)];
      [curve, nextHandle, handleKind] = [blend([pen, b, c, d]), c, 'cubic'];
    } else if (kind === 'q' || kind === 't') {
      const [b, c] = kind === 'q' ? [p(0), p(2)] : [mirrored('quadratic'), p(0)];
      [curve, nextHandle, handleKind] = [blend([pen, b, c]), b, 'quadratic'];
    } else {
      isCurved = true;
      curve = ellipse(pen, p(5), {
        rx: Math.abs(v[0]!),
        ry: Math.abs(v[1]!),
        tilt: v[2]!,
        large: v[3] === 1,
        positive: v[4] === 1,
      });
      if (!curve) points.push(p(5));
    }
    handle = nextHandle;
    if (curve) {
      isCurved = true;
      for (let k = 0; k < 4; k += 1) halve(curve, k / 4, (k + 1) / 4, points, 0);
    }
  }
  return { points, isCurved };
}

interface Command {
  readonly letter: string;
  readonly values: readonly number[];
}

function commandsOf(data: string, at: string): Command[] {
  const out: { letter: string; values: number[] }[] = [];
  WORD.lastIndex = 0;
  for (let i = 0; i < data.length;) {
    const current = out.at(-1);
    // The two flags of an arc may stand without separators: 0 or 1 is all that is read there.
    const isFlag = current?.letter.toLowerCase() === 'a' && [3, 4].includes(current.values.length % 7);
    if (isFlag && /[01]/.test(data[i]!)) {
      current!.values.push(Number(data[i]));
      i += 1;
      continue;
    }
    WORD.lastIndex = i;
    const word = WORD.exec(data);
    const [text = '', letter, number, odd] = word ?? [];
    if (odd !== undefined || (number !== undefined && (!current || isFlag)) || text === '') {
      refuse(at, data.slice(i, i + 12), 'SVG path data of one closed figure');
    }
    if (letter !== undefined) out.push({ letter, values: [] });
    if (number !== undefined) current!.values.push(Number(number));
    i += text.length;
  }
  return out.flatMap(({ letter, values }) => repeated(letter, values, at));
}

/** One command for each time its arguments are repeated; moves go on as lines. */
function repeated(letter: string, values: readonly number[], at: string): Command[] {
  const size = SIZE[letter.toLowerCase()]!;
  if (
    !values.every(Number.isFinite) ||
    (size === 0 ? values.length > 0 : values.length === 0 || values.length % size > 0)
  ) {
    refuse(at, `${letter} with ${values.length} numbers`, `${size} numbers each time`);
  }
  if (size === 0) return [{ letter, values: [] }];
  const next = letter === 'm' ? 'l' : letter === 'M' ? 'L' : letter;
  return Array.from({ length: values.length / size }, (_, k) => ({
    letter: k === 0 ? letter : next,
    values: values.slice(k * size, (k + 1) * size),
  }));
}

/** A Bézier curve by repeated blending of its control points. */
function blend(control: readonly Point[]): Curve {
  return (t) => {
    let level = control;
    while (level.length > 1) {
      level = level.slice(1).map((b, k): Point => {
        const a = level[k]!;
        return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
      });
    }
    return level[0]!;
  };
}

/** An arc of an ellipse between two points: turned and stretched until the ellipse is a circle of radius ry, whose centre
 *  lies on the perpendicular bisector of the chord. Null where it is a straight line. */
function ellipse(
  from: Point,
  to: Point,
  arc: { rx: number; ry: number; tilt: number; large: boolean; positive: boolean },
): Curve | null {
  const { rx, ry, large, positive } = arc;
  if (rx === 0 || ry === 0 || (from[0] === to[0] && from[1] === to[1])) return null;
  const turn = (-arc.tilt * Math.PI) / 180;
  const stretch = ry / rx;
  const squash = ([x, y]: Point): Point => [
    (x * Math.cos(turn) - y * Math.sin(turn)) * stretch,
    x * Math.sin(turn) + y * Math.cos(turn),
  ];
  const restore = ([x, y]: Point): Point => [
    (x / stretch) * Math.cos(turn) + y * Math.sin(turn),
    -(x / stretch) * Math.sin(turn) + y * Math.cos(turn),
  ];
  const [a, b] = [squash(from), squash(to)];
  const chord = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const radius = Math.max(ry, chord / 2);
  const height = Math.sqrt(Math.max(0, radius * radius - (chord * chord) / 4));
  // Going counter-clockwise round less than half, the centre is to the left of the chord.
  const left = large === positive ? -1 : 1;
  const centre: Point = [
    (a[0] + b[0]) / 2 - (left * height * (b[1] - a[1])) / chord,
    (a[1] + b[1]) / 2 + (left * height * (b[0] - a[0])) / chord,
  ];
  const begin = Math.atan2(a[1] - centre[1], a[0] - centre[0]);
  const half = Math.asin(Math.min(1, chord / 2 / radius));
  const swing = (positive ? 1 : -1) * (large ? 2 * Math.PI - 2 * half : 2 * half);
  return (t) => {
    if (t === 1) return to;
    const angle = begin + t * swing;
    return restore([centre[0] + radius * Math.cos(angle), centre[1] + radius * Math.sin(angle)]);
  };
}

/** Adds the points after t0 up to t1: straight on when the curve's quarters lie on the chord. */
function halve(curve: Curve, t0: number, t1: number, out: Point[], depth: number): void {
  const [a, b] = [curve(t0), curve(t1)];
  const isStraight = [0.25, 0.5, 0.75].every((t) => offChord(curve(t0 + t * (t1 - t0)), a, b) < FOLLOW);
  if (depth > 16 || isStraight) {
    out.push(b);
    return;
  }
  halve(curve, t0, (t0 + t1) / 2, out, depth + 1);
  halve(curve, (t0 + t1) / 2, t1, out, depth + 1);
}

function offChord(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const t = Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy);
}
