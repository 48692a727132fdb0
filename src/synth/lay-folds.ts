import type { Ring } from '#domain/ring.ts';
import type { Random } from '#domain/ports.ts';
import { between, logBetween, smoothStep } from './chance.ts';
import { fillRing } from './fill-ring.ts';
import { pixelRingToMm } from './hide-truth.ts';
import { valueNoise } from './lattice-noise.ts';
import type { LeatherCanvas } from './leather-canvas.ts';
import { visitStroke } from './stroke-field.ts';

/** Ways in which a hide does not lie flat: its rim turned over upon it, its rim rising, a wave that runs in from the rim. */
export const FOLD_KINDS = ['flap', 'curl', 'wave'] as const;
export type FoldKind = (typeof FOLD_KINDS)[number];

export interface TrueFold {
  readonly kind: FoldKind;
  /** What does not lie flat, table mm. */
  readonly outline: Ring;
}

/** A fold before it is painted: pixels. `paint` changes the canvas; call it once grain and body are drawn. */
export interface LaidFold {
  readonly kind: FoldKind;
  readonly ring: readonly number[];
  readonly paint: (canvas: LeatherCanvas) => void;
}

export interface LaidHide {
  /** The outline as the folds left it. */
  readonly ring: number[];
  readonly folds: readonly LaidFold[];
}

interface Rim {
  /** Flat pixels. */
  readonly ring: readonly number[];
  readonly count: number;
  /** Way along the ring to each point. */
  readonly wayPx: readonly number[];
  readonly lengthPx: number;
  /** 1 where walking along keeps the hide on the left in the picture (y down: counter-clockwise as seen), else -1. */
  readonly turn: 1 | -1;
}

/** Lays `kinds` along the rim, each at a place of its own. Places are drawn until none is nearer to another than 150 mm;
 *  what finds no place in 200 tries is left out. */
export function layFolds(
  ring: readonly number[],
  kinds: readonly FoldKind[],
  mmPerPx: number,
  random: Random,
): LaidHide {
  let laid = [...ring];
  const folds: LaidFold[] = [];
  const taken: (readonly [number, number])[] = [];
  for (const kind of kinds) {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const rim = rimOf(laid);
      const middle = Math.floor(random() * rim.count);
      const at = pointAt(rim, middle);
      if (taken.some(([x, y]) => Math.hypot(x - at[0], y - at[1]) * mmPerPx < 300)) continue;
      const fold = LAY[kind](rim, middle, mmPerPx, random);
      if (fold === null) continue;
      taken.push(at);
      laid = fold.laid;
      folds.push({ kind, ring: fold.ring, paint: fold.paint });
      break;
    }
  }
  return { ring: laid, folds };
}

/** Truth of laid folds. */
export function trueFolds(folds: readonly LaidFold[], mmPerPx: number, heightPx: number): TrueFold[] {
  return folds.map((f) => ({ kind: f.kind, outline: pixelRingToMm(f.ring, mmPerPx, heightPx) }));
}

interface Laying {
  readonly laid: number[];
  readonly ring: number[];
  readonly paint: (canvas: LeatherCanvas) => void;
}

type Lay = (rim: Rim, middle: number, mmPerPx: number, random: Random) => Laying | null;

const LAY: Readonly<Record<FoldKind, Lay>> = { flap: layFlap, curl: layCurl, wave: layWave };

/** A cap of the rim turned over along its chord: its flesh side is seen, a ridge along the fold, a shadow round the rest. */
function layFlap(rim: Rim, middle: number, mmPerPx: number, random: Random): Laying | null {
  const [from, to] = span(rim, middle, between(random, 120, 320) / mmPerPx);
  const cap = pointsBetween(rim, from, to);
  const [ax, ay] = [cap[0]!, cap[1]!];
  const [bx, by] = [cap.at(-2)!, cap.at(-1)!];
  const length = Math.hypot(bx - ax, by - ay);
  const nx = (by - ay) / length;
  const ny = -(bx - ax) / length;
  let most = 0;
  let least = 0;
  for (let i = 0; i < cap.length; i += 2) {
    const off = (cap[i]! - ax) * nx + (cap[i + 1]! - ay) * ny;
    most = Math.max(most, off * rim.turn);
    least = Math.min(least, off * rim.turn);
  }
  // Only a bulge can be turned over: at least 15 mm deep, and nowhere inside its chord.
  if (length * mmPerPx < 60 || most * mmPerPx < 15 || least * mmPerPx < -3 || most > length) return null;
  const flap: number[] = [];
  for (let i = 0; i < cap.length; i += 2) {
    const off = (cap[i]! - ax) * nx + (cap[i + 1]! - ay) * ny;
    flap.push(cap[i]! - 2 * off * nx, cap[i + 1]! - 2 * off * ny);
  }
  const laid = withoutBetween(rim, from, to);
  const raw = between(random, 0.75, 1);
  const shade = between(random, -0.12, 0.05);
  return {
    laid,
    ring: flap,
    paint: (canvas) => {
      const { widthPx, heightPx, noise, fibre, lightness, relief } = canvas;
      const cover = fillRing(flap, widthPx, heightPx);
      const soft = 7 / mmPerPx;
      visitStroke(canvas, [...flap.slice(2), flap[0]!, flap[1]!], soft, (at, distance) => {
        if (cover[at]! < 128) lightness[at] = lightness[at]! - 0.35 * (1 - smoothStep(0, soft, Math.abs(distance)));
      });
      for (let at = 0; at < cover.length; at += 1) {
        const share = cover[at]! / 255;
        if (share === 0) continue;
        const u = at % widthPx;
        const v = (at - u) / widthPx;
        fibre[at] = Math.max(fibre[at]!, raw * share);
        relief[at] = relief[at]! * (1 - 0.7 * share);
        const nap = 0.05 * valueNoise(noise, (u * mmPerPx) / 2.5, (v * mmPerPx) / 2.5 + 70);
        lightness[at] = lightness[at]! * (1 - share) + share * (shade + nap);
      }
      const ridge = 6 / mmPerPx;
      visitStroke(canvas, [ax, ay, bx, by], ridge, (at, distance) => {
        if (cover[at]! > 0) lightness[at] = lightness[at]! + 0.18 * (1 - smoothStep(0, ridge, Math.abs(distance)));
      });
    },
  };
}

/** The rim rises over a stretch: it shows a slope towards or away from the light, recedes, and lies in its own shade at
 *  its foot. */
function layCurl(rim: Rim, middle: number, mmPerPx: number, random: Random): Laying | null {
  const [from, to] = span(rim, middle, between(random, 140, 360) / mmPerPx);
  const widePx = between(random, 18, 45) / mmPerPx;
  const rise = logBetween(random, 0.18, 0.5) * widePx * 0.5;
  const recedePx = between(random, 2, 7) / mmPerPx;
  const moved = moveRim(rim, from, to, (share) => -recedePx * bell(share));
  const arc = pointsBetween(rimOf(moved), from, to);
  const foot: number[] = [];
  for (let i = 0; i < arc.length; i += 2) {
    const [nx, ny] = normalAt(arc, i / 2);
    foot.unshift(arc[i]! - nx * rim.turn * widePx, arc[i + 1]! - ny * rim.turn * widePx);
  }
  return {
    laid: moved,
    ring: [...arc, ...foot],
    paint: (canvas) => {
      const { relief, lightness } = canvas;
      visitStroke(canvas, arc, widePx * 1.5, (at, distance, share) => {
        const off = Math.abs(distance) / widePx;
        const along = bell(share);
        relief[at] = relief[at]! + (off < 1 ? rise * (1 - off) ** 2 : 0) * along;
        // The foot of a slope sees less of the room.
        lightness[at] = lightness[at]! - 0.1 * along * Math.exp(-0.5 * ((off - 0.9) / 0.3) ** 2);
      });
    },
  };
}

/** A standing wave that begins at the rim and runs in: light on one flank, dark on the other, dark along both feet; the rim
 *  recedes where it rises. */
function layWave(rim: Rim, middle: number, mmPerPx: number, random: Random): Laying | null {
  const halfPx = between(random, 12, 32) / mmPerPx;
  const lengthPx = between(random, 140, 420) / mmPerPx;
  const [x, y] = pointAt(rim, middle);
  const [nx, ny] = rimNormal(rim, middle);
  const slant = between(random, -0.45, 0.45);
  const dx = -nx * Math.cos(slant) + ny * Math.sin(slant);
  const dy = -ny * Math.cos(slant) - nx * Math.sin(slant);
  const rise = (logBetween(random, 0.2, 0.6) * halfPx) / 0.6;
  const bend = between(random, -0.25, 0.25);
  const path: number[] = [x - dx * halfPx, y - dy * halfPx];
  for (let k = 0; k <= 12; k += 1) {
    const way = (k / 12) * lengthPx;
    const aside = (bend * way * way) / lengthPx / 2;
    path.push(x + dx * way - dy * aside, y + dy * way + dx * aside);
  }
  const [from, to] = span(rim, middle, halfPx * 6);
  const recedePx = between(random, 3, 9) / mmPerPx;
  const moved = moveRim(rim, from, to, (share) => -recedePx * Math.exp(-0.5 * (((share - 0.5) * 6) / 1) ** 2));
  const side = (sign: 1 | -1) => {
    const out: number[] = [];
    for (let i = 0; i < path.length; i += 2) {
      const [sx, sy] = normalAt(path, i / 2);
      out.push(path[i]! + sign * sx * halfPx * 1.4, path[i + 1]! + sign * sy * halfPx * 1.4);
    }
    return out;
  };
  const back = side(-1);
  const ring = side(1);
  for (let i = back.length - 2; i >= 0; i -= 2) ring.push(back[i]!, back[i + 1]!);
  return {
    laid: moved,
    ring,
    paint: (canvas) => {
      const { relief, lightness } = canvas;
      visitStroke(canvas, path, halfPx * 3.5, (at, distance, share) => {
        const along = 1 - smoothStep(0.55, 1, share);
        const off = distance / halfPx;
        relief[at] = relief[at]! + rise * Math.exp(-0.5 * off * off) * along;
        const foot = Math.exp(-0.5 * ((Math.abs(off) - 1.7) / 0.45) ** 2);
        lightness[at] = lightness[at]! - 0.09 * foot * along;
      });
    },
  };
}

/** 0 at both ends of a stretch, 1 along its middle. */
function bell(share: number): number {
  return smoothStep(0, 0.25, share) * smoothStep(0, 0.25, 1 - share);
}

function rimOf(ring: readonly number[]): Rim {
  const count = ring.length / 2;
  const wayPx: number[] = [];
  let way = 0;
  let area = 0;
  for (let i = 0; i < count; i += 1) {
    wayPx.push(way);
    const next = (i + 1) % count;
    const [x0, y0, x1, y1] = [ring[2 * i]!, ring[2 * i + 1]!, ring[2 * next]!, ring[2 * next + 1]!];
    way += Math.hypot(x1 - x0, y1 - y0);
    area += x0 * y1 - x1 * y0;
  }
  return { ring, count, wayPx, lengthPx: way, turn: area > 0 ? 1 : -1 };
}

function pointAt(rim: Rim, index: number): [number, number] {
  const i = ((index % rim.count) + rim.count) % rim.count;
  return [rim.ring[2 * i]!, rim.ring[2 * i + 1]!];
}

/** First and last point of a stretch of the rim of about `lengthPx` round a point; the last may lie past the ring's end. */
function span(rim: Rim, middle: number, lengthPx: number): [number, number] {
  const reach = (step: 1 | -1) => {
    let at = middle;
    let way = 0;
    while (way < lengthPx / 2) {
      const [x, y] = pointAt(rim, at);
      at += step;
      const [nextX, nextY] = pointAt(rim, at);
      way += Math.hypot(nextX - x, nextY - y);
    }
    return at;
  };
  return [reach(-1), reach(1)];
}

function pointsBetween(rim: Rim, from: number, to: number): number[] {
  const points: number[] = [];
  for (let i = from; i <= to; i += 1) points.push(...pointAt(rim, i));
  return points;
}

/** The ring with the points strictly between two of its points left out. */
function withoutBetween(rim: Rim, from: number, to: number): number[] {
  const points: number[] = [];
  for (let i = to; i <= from + rim.count; i += 1) points.push(...pointAt(rim, i));
  return points;
}

/** The ring with a stretch moved outwards by `offsetOf(share)` pixels. */
function moveRim(rim: Rim, from: number, to: number, offsetOf: (share: number) => number): number[] {
  const moved = [...rim.ring];
  for (let i = from; i <= to; i += 1) {
    const at = ((i % rim.count) + rim.count) % rim.count;
    const [nx, ny] = rimNormal(rim, i);
    const offset = offsetOf((i - from) / (to - from));
    moved[2 * at] = moved[2 * at]! + nx * offset;
    moved[2 * at + 1] = moved[2 * at + 1]! + ny * offset;
  }
  return moved;
}

/** Outwards, of length 1; taken over some points, because the rim is ragged. */
function rimNormal(rim: Rim, index: number): [number, number] {
  const [ax, ay] = pointAt(rim, index - 6);
  const [bx, by] = pointAt(rim, index + 6);
  const length = Math.hypot(bx - ax, by - ay) || 1;
  return [((by - ay) / length) * rim.turn, (-(bx - ax) / length) * rim.turn];
}

function normalAt(path: readonly number[], index: number): [number, number] {
  const last = path.length / 2 - 1;
  const before = Math.max(0, index - 3);
  const after = Math.min(last, index + 3);
  const dx = path[2 * after]! - path[2 * before]!;
  const dy = path[2 * after + 1]! - path[2 * before + 1]!;
  const length = Math.hypot(dx, dy) || 1;
  return [dy / length, -dx / length];
}
