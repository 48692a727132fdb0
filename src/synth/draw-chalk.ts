import type { Ring } from '#domain/ring.ts';
import type { Random } from '#domain/ports.ts';
import { between, normal } from './chance.ts';
import { pixelRingToMm } from './hide-truth.ts';
import { valueNoise, type NoiseField } from './lattice-noise.ts';
import { visitStroke } from './stroke-field.ts';
import { wanderPath } from './wander.ts';

/** A stroke to draw: closed round an area, or open. sRGB 0..255. */
export interface ChalkWish {
  readonly colour: readonly [number, number, number];
  readonly isClosed: boolean;
  /** Chalk skips over the grain and leaves gaps (default), a marker covers. */
  readonly isMarker?: boolean;
}

/** A drawn stroke: the line along its middle, table mm. */
export interface TrueChalk {
  readonly line: Ring;
  readonly width: number;
  readonly isClosed: boolean;
  readonly colour: readonly [number, number, number];
}

interface Paper {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  /** 0..255: how much of a pixel is hide. */
  readonly cover: Uint8Array;
  readonly noise: NoiseField;
}

/** Draws strokes by a hand over a finished picture, each wholly on the hide and clear of the others; changes `rgb`. What
 *  finds no place in 60 tries is left out. */
export function drawChalk(paper: Paper, wishes: readonly ChalkWish[], random: Random): TrueChalk[] {
  const { widthPx, heightPx, mmPerPx } = paper;
  const taken = new Uint8Array(widthPx * heightPx);
  const drawn: TrueChalk[] = [];
  for (const wish of wishes) {
    const width = wish.isMarker === true ? between(random, 2, 4) : between(random, 4, 9);
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const path = wish.isClosed ? loop(paper, random) : line(paper, random);
      let isFree = true;
      visitStroke(paper, path, (width + 25) / mmPerPx, (at) => {
        if (paper.cover[at] !== 255 || taken[at] !== 0) isFree = false;
      });
      if (!isFree || leaves(path, widthPx, heightPx)) continue;
      visitStroke(paper, path, (width + 12) / mmPerPx, (at) => {
        taken[at] = 1;
      });
      rub(paper, path, width, wish, random);
      drawn.push({
        line: pixelRingToMm(path, mmPerPx, heightPx),
        width,
        isClosed: wish.isClosed,
        colour: wish.colour,
      });
      break;
    }
  }
  return drawn;
}

function leaves(path: readonly number[], widthPx: number, heightPx: number): boolean {
  return path.some((value, i) => value < 2 || value > (i % 2 === 0 ? widthPx : heightPx) - 2);
}

/** A wobbly loop; its ends miss or overrun each other by up to 10 mm. */
function loop({ widthPx, heightPx, mmPerPx }: Paper, random: Random): number[] {
  const x = random() * widthPx;
  const y = random() * heightPx;
  const radius = between(random, 22, 80) / mmPerPx;
  const flat = between(random, 0.5, 1);
  const turn = random() * Math.PI;
  const waves = [2, 3, 4].map((k) => ({ k, high: (0.09 * normal(random)) / k, phase: random() * 6.28 }));
  const steps = 60;
  const overrun = between(random, -8, 10) / mmPerPx / radius;
  const path: number[] = [];
  for (let i = 0; i <= steps; i += 1) {
    const t = (i / steps) * (2 * Math.PI + overrun);
    const r =
      radius * (1 + waves.reduce((sum, w) => sum + w.high * Math.sin(w.k * t + w.phase), 0) + 0.02 * (i / steps));
    const a = r * Math.cos(t);
    const b = r * flat * Math.sin(t);
    path.push(x + a * Math.cos(turn) - b * Math.sin(turn), y + a * Math.sin(turn) + b * Math.cos(turn));
  }
  return path;
}

function line({ widthPx, heightPx, mmPerPx }: Paper, random: Random): number[] {
  return [
    ...wanderPath(random, {
      x: random() * widthPx,
      y: random() * heightPx,
      lengthPx: between(random, 70, 260) / mmPerPx,
      angle: random() * 360,
      bend: between(random, -70, 70),
      unrest: 4,
    }),
  ];
}

function rub(paper: Paper, path: readonly number[], width: number, wish: ChalkWish, random: Random): void {
  const { rgb, mmPerPx, noise } = paper;
  const half = width / 2 / mmPerPx;
  const seed = random() * 200;
  const strength = wish.isMarker === true ? between(random, 0.85, 0.97) : between(random, 0.6, 0.9);
  const gaps = wish.isMarker === true ? 0 : between(random, 0.15, 0.5);
  const grain = mmPerPx / between(random, 0.8, 1.6);
  visitStroke(paper, path, half + 2, (at, distance, share, u, v) => {
    const edge = Math.min(1, Math.max(0, half + 0.5 - Math.abs(distance)));
    const skip = gaps * Math.max(0, 0.5 + 0.9 * valueNoise(noise, u * grain + seed, v * grain));
    const press = 0.9 + 0.15 * valueNoise(noise, share * 12 + seed, 5);
    const a = Math.min(1, edge * strength * press * (1 - skip));
    for (let c = 0; c < 3; c += 1) rgb[3 * at + c] = Math.round(rgb[3 * at + c]! * (1 - a) + wish.colour[c]! * a);
  });
}
