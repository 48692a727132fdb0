import { KerfError } from '#domain/kerf-error.ts';
import type { Point } from '#domain/ring.ts';

/** One step of a figure, in absolute coordinates. */
export type PathSegment =
  | { readonly kind: 'line'; readonly to: Point }
  | { readonly kind: 'quadratic'; readonly control: Point; readonly to: Point }
  | { readonly kind: 'cubic'; readonly control1: Point; readonly control2: Point; readonly to: Point }
  | {
      readonly kind: 'arc';
      readonly rx: number;
      readonly ry: number;
      /** Of the ellipse's x axis, degrees. */
      readonly tilt: number;
      readonly isLarge: boolean;
      /** Counter-clockwise, y being up. */
      readonly isPositive: boolean;
      readonly to: Point;
    };

export interface PathFigure {
  readonly start: Point;
  readonly segments: readonly PathSegment[];
  /** Whether it says Z. */
  readonly isClosed: boolean;
}

/** The last control point of the curve before, which S and T mirror. */
interface Handle {
  readonly kind: 'cubic' | 'quadratic';
  readonly at: Point;
}

const ARGUMENT_COUNTS: Readonly<Record<string, number>> = {
  M: 2,
  L: 2,
  H: 1,
  V: 1,
  C: 6,
  S: 4,
  Q: 4,
  T: 2,
  A: 7,
  Z: 0,
};
const SEPARATORS = /[\s,]*/y;
const FLAG = /[01]/y;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;

/** Reads SVG path data (SVG 1.1, 8.3) of one closed figure; a missing Z is forgiven, a second figure is not.
 *  @throws KerfError GEOMETRY_PATH_REFUSED with what was found, what was expected and the character's position */
export function parsePath(data: string): PathFigure {
  const segments: PathSegment[] = [];
  let start: Point | null = null;
  let pen: Point = [0, 0];
  let handle: Handle | null = null;
  let isClosed = false;
  for (const { letter, at, numbers } of commands(data)) {
    const kind = letter.toUpperCase();
    const size = ARGUMENT_COUNTS[kind]!;
    for (let k = 0; k === 0 || k < numbers.length; k += size === 0 ? 1 : size) {
      const isMove = kind === 'M' && k === 0;
      if (isClosed || isMove !== (start === null)) refuse(letter, 'one closed figure that begins with M', at);
      const [ox, oy]: Point = letter === kind ? [0, 0] : pen;
      const n = (j: number) => numbers[k + j]!;
      const p = (j: number): Point => [ox + n(j), oy + n(j + 1)];
      let next: Handle | null = null;
      if (isMove) start = p(0);
      else if (kind === 'Z') isClosed = true;
      else {
        const segment = segmentOf(kind, n, p, [ox, oy], pen, handle);
        segments.push(segment);
        if (segment.kind === 'cubic') next = { kind: 'cubic', at: segment.control2 };
        if (segment.kind === 'quadratic') next = { kind: 'quadratic', at: segment.control };
      }
      handle = next;
      pen = isMove ? start! : kind === 'Z' ? pen : segments.at(-1)!.to;
    }
  }
  if (start === null) refuse('nothing', 'a closed figure that begins with M', 0);
  return { start: start!, segments, isClosed };
}

function segmentOf(
  kind: string,
  n: (j: number) => number,
  p: (j: number) => Point,
  shift: Point,
  pen: Point,
  handle: Handle | null,
): PathSegment {
  /** The last curve's control point mirrored at the pen; the pen itself after anything else. */
  const smooth = (after: string): Point =>
    handle?.kind === after ? [2 * pen[0] - handle.at[0], 2 * pen[1] - handle.at[1]] : pen;
  switch (kind) {
    case 'H':
      return { kind: 'line', to: [shift[0] + n(0), pen[1]] };
    case 'V':
      return { kind: 'line', to: [pen[0], shift[1] + n(0)] };
    case 'C':
      return { kind: 'cubic', control1: p(0), control2: p(2), to: p(4) };
    case 'S':
      return { kind: 'cubic', control1: smooth('cubic'), control2: p(0), to: p(2) };
    case 'Q':
      return { kind: 'quadratic', control: p(0), to: p(2) };
    case 'T':
      return { kind: 'quadratic', control: smooth('quadratic'), to: p(0) };
    case 'A':
      return {
        kind: 'arc',
        rx: Math.abs(n(0)),
        ry: Math.abs(n(1)),
        tilt: n(2),
        isLarge: n(3) === 1,
        isPositive: n(4) === 1,
        to: p(5),
      };
    default:
      return { kind: 'line', to: p(0) };
  }
}

interface Command {
  readonly letter: string;
  readonly at: number;
  readonly numbers: readonly number[];
}

function* commands(data: string): Generator<Command> {
  let at = skip(SEPARATORS, data, 0);
  while (at < data.length) {
    const letter = data[at]!;
    const size = ARGUMENT_COUNTS[letter.toUpperCase()];
    if (size === undefined) refuse(JSON.stringify(data.slice(at, at + 12)), 'a path command', at);
    const begin = at;
    const numbers: number[] = [];
    at = skip(SEPARATORS, data, at + 1);
    while (at < data.length && !/[MLHVCSQTAZ]/i.test(data[at]!)) {
      // The two flags of an arc may stand without separators.
      const isFlag = letter.toUpperCase() === 'A' && (numbers.length % 7 === 3 || numbers.length % 7 === 4);
      const end = skip(isFlag ? FLAG : NUMBER, data, at);
      const value = Number(data.slice(at, end));
      if (end === at || !Number.isFinite(value)) {
        refuse(JSON.stringify(data.slice(at, at + 12)), `a number for ${letter}`, at);
      }
      numbers.push(value);
      at = skip(SEPARATORS, data, end);
    }
    if (size === 0 ? numbers.length > 0 : numbers.length === 0 || numbers.length % size! !== 0) {
      refuse(`${numbers.length} numbers`, `${size} for ${letter}`, begin);
    }
    yield { letter, at: begin, numbers };
  }
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

function refuse(found: string, expected: string, at: number): void {
  throw new KerfError(
    'GEOMETRY_PATH_REFUSED',
    `path data: found ${found} at character ${at + 1}, expected ${expected}.`,
    { details: { at } },
  );
}
