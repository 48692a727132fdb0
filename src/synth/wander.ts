import type { Random } from '#domain/ports.ts';
import { normal } from './chance.ts';
import type { StrokePath } from './stroke-field.ts';

export interface WanderOptions {
  readonly x: number;
  readonly y: number;
  readonly lengthPx: number;
  /** Direction at the middle, degrees. */
  readonly angle: number;
  /** Turn over the whole length, degrees. */
  readonly bend?: number;
  /** Random turn a step, degrees. */
  readonly unrest?: number;
  readonly steps?: number;
}

/** A path through (x, y) that bends and trembles as a hand or a skin fold does. */
export function wanderPath(random: Random, options: WanderOptions): StrokePath {
  const steps = options.steps ?? 24;
  const step = options.lengthPx / steps;
  const bend = ((options.bend ?? 0) * Math.PI) / 180;
  const unrest = ((options.unrest ?? 0) * Math.PI) / 180;
  let heading = (options.angle * Math.PI) / 180 - bend / 2;
  let x = 0;
  let y = 0;
  const path = [0, 0];
  for (let i = 0; i < steps; i += 1) {
    heading += bend / steps + normal(random) * unrest;
    x += Math.cos(heading) * step;
    y += Math.sin(heading) * step;
    path.push(x, y);
  }
  const midX = path[2 * (steps >> 1)]!;
  const midY = path[2 * (steps >> 1) + 1]!;
  return path.map((value, i) => (i % 2 === 0 ? value - midX + options.x : value - midY + options.y));
}

/** The path moved sideways by `offsetOf(share)` pixels. */
export function besidePath(path: StrokePath, offsetOf: (share: number) => number): StrokePath {
  const count = path.length / 2;
  const moved: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const before = Math.max(0, i - 1);
    const after = Math.min(count - 1, i + 1);
    const dx = path[2 * after]! - path[2 * before]!;
    const dy = path[2 * after + 1]! - path[2 * before + 1]!;
    const length = Math.hypot(dx, dy) || 1;
    const offset = offsetOf(i / (count - 1));
    moved.push(path[2 * i]! + (dy / length) * offset, path[2 * i + 1]! - (dx / length) * offset);
  }
  return moved;
}
