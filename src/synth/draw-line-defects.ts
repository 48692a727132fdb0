import { between, logBetween, pick, smoothStep, wholeBetween } from './chance.ts';
import { valueNoise } from './lattice-noise.ts';
import { beginObject, type LeatherCanvas } from './leather-canvas.ts';
import { visitStroke, type StrokePath } from './stroke-field.ts';
import { besidePath, wanderPath } from './wander.ts';

/** Where a defect is drawn, and how large it may get. */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** Greatest length, pixels. */
  readonly spanPx: number;
  /** Direction where the class has one (folds across the neck, veins down the belly), degrees. */
  readonly angle?: number;
}

/** 1 along the path, 0 at its very ends. */
function taper(share: number, ends = 0.12): number {
  return smoothStep(0, ends, share) * smoothStep(0, ends, 1 - share);
}

/** Brightness of a narrow dark or light line of half width `half` pixels, correct also when it is thinner than one. */
function lineProfile(distance: number, half: number): number {
  const blurred = Math.max(half, 0.55);
  const x = distance / blurred;
  return Math.exp(-0.5 * x * x * 1.6) * Math.min(1, half / blurred + 0.25);
}

function cutLine(canvas: LeatherCanvas, path: StrokePath, strength: number, half: number, feathered: boolean): void {
  const { mmPerPx, noise, lightness, fibre, relief, random } = canvas;
  const visible = Math.max(1.5, half * 1.5 + 0.3 / mmPerPx);
  const mark = beginObject(canvas, 'cut');
  const seed = random() * 200;
  const dashes = between(random, 12, 50);
  const broken = between(random, 0, 0.75);
  const lip = between(random, 0, 0.35) * strength;
  const side = random() < 0.5 ? 1 : -1;
  const showsFibre = random() < 0.2 ? between(random, 0.3, 0.8) : 0;
  const jag = between(random, 0, 0.5);
  visitStroke(canvas, path, visible + 3, (at, distance, share) => {
    const off = distance + jag * valueNoise(noise, share * dashes * 3 + seed, 3);
    const along = taper(share) * (1 - broken * smoothStep(-0.2, 0.7, valueNoise(noise, share * dashes + seed, 7)));
    const core = lineProfile(off, half) * along;
    lightness[at] = lightness[at]! - strength * core + lip * lineProfile(off - side * (half + 1.3), 0.8) * along;
    fibre[at] = Math.max(fibre[at]!, showsFibre * core);
    relief[at] = relief[at]! - strength * 0.5 * core;
    if (Math.abs(distance) <= visible * (0.7 + 0.3 * taper(share, 0.06))) mark(at);
  });
  if (!feathered) return;
  const hairs = wholeBetween(random, 6, 26);
  for (let i = 0; i < hairs; i += 1) {
    const from = 2 * Math.floor((path.length / 2 - 1) * random());
    const heading = (Math.atan2(path[3]! - path[1]!, path[2]! - path[0]!) * 180) / Math.PI;
    const hair = wanderPath(random, {
      x: path[from]! + between(random, -3, 3),
      y: path[from + 1]! + between(random, -3, 3),
      lengthPx: between(random, 2, 8),
      angle: heading + pick(random, [-1, 1]) * between(random, 20, 60),
      steps: 3,
    });
    visitStroke(canvas, hair, 2, (at, distance) => {
      lightness[at] = lightness[at]! - strength * 0.55 * lineProfile(distance, 0.4);
    });
  }
}

/** A cut: thin, sharp, dark with a light lip; whole or broken into dashes; sometimes with hairs beside it. */
export function drawCut(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx } = canvas;
  const lengthPx = Math.min(place.spanPx, logBetween(random, 8, 90) / mmPerPx);
  const angle = place.angle ?? between(random, 0, 360);
  const path = wanderPath(random, {
    ...place,
    lengthPx,
    angle,
    bend: random() < 0.5 ? between(random, -12, 12) : between(random, -50, 50),
    unrest: between(random, 0, 3),
  });
  const strength = logBetween(random, 0.14, 0.7);
  cutLine(canvas, path, strength, Math.max(0.3, logBetween(random, 0.12, 0.5) / mmPerPx), random() < 0.3);
}

/** A scratch: pale or dark scuffing, broken by the grain; a row of opened pits; or one crisp thin line. */
export function drawScratch(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, noise, lightness, fibre, relief, warmth, look } = canvas;
  const kind = pick(random, ['scuff', 'scuff', 'pits', 'crisp'] as const);
  const path = wanderPath(random, {
    ...place,
    lengthPx: Math.min(place.spanPx, logBetween(random, 15, 220) / mmPerPx),
    angle: place.angle ?? between(random, 0, 360),
    bend: random() < 0.6 ? between(random, -18, 18) : between(random, -70, 70),
    unrest: between(random, 0.5, 5),
  });
  const half = Math.max(kind === 'crisp' ? 0.6 : 1.4, logBetween(random, 0.35, kind === 'crisp' ? 0.6 : 2.2) / mmPerPx);
  const sign = kind === 'pits' ? -1 : random() < 0.65 ? 1 : -1;
  const strength = logBetween(random, 0.07, 0.4) * sign;
  const mark = beginObject(canvas, 'scratch');
  const seed = random() * 200;
  const dashes = between(random, 3, 14);
  const broken = between(random, 0.1, 0.8);
  const bare = random() < 0.35 ? between(random, 0.15, 0.6) : 0;
  const grainPx = Math.max(1.8, (look.grainSize / mmPerPx) * 1.2);
  const swell = between(random, 0, 0.5);
  visitStroke(canvas, path, half * 1.5 + 2, (at, distance, share, u, v) => {
    const width = half * (1 - swell + swell * (1 + valueNoise(noise, share * 5 + seed, 11)));
    const inside = 1 - smoothStep(width * 0.75, width * 1.15 + 0.5, Math.abs(distance));
    const along = taper(share, 0.08) * (1 - broken * smoothStep(0, 0.8, valueNoise(noise, share * dashes + seed, 5)));
    const rough = valueNoise(noise, u / grainPx + seed, v / grainPx);
    const touched =
      kind === 'crisp' ? 1 : kind === 'pits' ? smoothStep(0.05, 0.5, -rough) * 1.6 : smoothStep(-0.35, 0.4, rough);
    const amount = inside * along * touched;
    lightness[at] = lightness[at]! + strength * amount;
    warmth[at] = warmth[at]! - 0.1 * Math.abs(strength) * amount;
    fibre[at] = Math.max(fibre[at]!, bare * amount * Math.abs(strength) * 2);
    relief[at] = relief[at]! * (1 - 0.5 * inside * along) - (kind === 'pits' ? 0.6 : 0.2) * Math.abs(strength) * amount;
    if (Math.abs(distance) <= Math.max(1.5, width)) mark(at);
  });
}

/** A healed scar: a smooth, slightly raised or sunken lens, often shiny, with puckered ends. */
export function drawScar(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, noise, lightness, relief, warmth } = canvas;
  const path = wanderPath(random, {
    ...place,
    lengthPx: Math.min(place.spanPx, logBetween(random, 14, 120) / mmPerPx),
    angle: place.angle ?? between(random, 0, 360),
    bend: between(random, -35, 35),
    unrest: between(random, 1, 5),
  });
  const half = Math.max(2, logBetween(random, 1.1, 4.5) / mmPerPx);
  const strength = logBetween(random, 0.06, 0.3);
  const shade = strength * pick(random, [1, 1, -1]) * between(random, 0.3, 1);
  const ridge = pick(random, [1, -1]) * strength * half * 0.7;
  const seed = random() * 200;
  const mark = beginObject(canvas, 'scar');
  visitStroke(canvas, path, half * 2 + 2, (at, distance, share) => {
    const lens = half * (0.25 + 0.75 * Math.sqrt(Math.max(0, 4 * share * (1 - share))));
    const width = lens * (1 + 0.25 * valueNoise(noise, share * 9 + seed, distance > 0 ? 3 : 8));
    const inside = 1 - smoothStep(width * 0.6, width * 1.2 + 0.4, Math.abs(distance));
    const rim = Math.exp(-(((Math.abs(distance) - width) / (0.35 * half + 0.5)) ** 2));
    const profile = Math.max(0, 1 - (distance / (width * 1.2 + 0.4)) ** 2);
    relief[at] = relief[at]! * (1 - 0.8 * inside) + ridge * profile;
    lightness[at] = lightness[at]! + shade * inside - strength * 0.4 * rim;
    warmth[at] = warmth[at]! + 0.06 * inside;
    if (Math.abs(distance) <= width * 1.05 + 0.5) mark(at);
  });
}

/** A wrinkle: a soft fold with a bundle of fine dark creases in it, long, wandering, sometimes forked. */
export function drawWrinkle(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, noise, lightness, relief } = canvas;
  const lengthPx = Math.min(place.spanPx, logBetween(random, 40, 400) / mmPerPx);
  const path = wanderPath(random, {
    ...place,
    lengthPx,
    angle: place.angle ?? between(random, 0, 360),
    bend: between(random, -25, 25),
    unrest: between(random, 1, 6),
  });
  const half = Math.max(2.2, logBetween(random, 1, 4.5) / mmPerPx);
  const strength = logBetween(random, 0.05, 0.26);
  const soft = between(random, 0.2, 1.2) * strength * half * 0.6;
  const mark = beginObject(canvas, 'wrinkle');
  const seed = random() * 200;
  visitStroke(canvas, path, half * 2.2, (at, distance, share) => {
    const width = half * (0.8 + 0.35 * valueNoise(noise, share * 6 + seed, 2)) * (0.55 + 0.45 * taper(share));
    const fold = Math.exp(-0.5 * (distance / (width * 0.7)) ** 2) * taper(share);
    relief[at] = relief[at]! * (1 + 0.35 * fold) - soft * fold;
    lightness[at] = lightness[at]! - 0.12 * strength * fold;
    if (Math.abs(distance) <= width) mark(at);
  });
  const creases = wholeBetween(random, 2, 5);
  for (let i = 0; i < creases; i += 1) {
    const home = between(random, -0.75, 0.75) * half;
    const key = random() * 200;
    const wave = between(random, 0.15, 0.5) * half;
    const first = between(random, 0, 0.4) * random();
    const last = 1 - between(random, 0, 0.4) * random();
    const crease = besidePath(path, (share) => home + wave * valueNoise(noise, share * 7 + key, 1));
    const fine = Math.max(0.4, between(random, 0.15, 0.35) / mmPerPx);
    const depth = strength * between(random, 0.5, 1.3);
    visitStroke(canvas, crease, fine * 3 + 2, (at, distance, share) => {
      const along = smoothStep(first, first + 0.1, share) * smoothStep(1 - last, 1.1 - last, 1 - share);
      const broken = 0.55 + 0.45 * valueNoise(noise, share * 25 + key, 4);
      const line = lineProfile(distance, fine) * along * broken;
      lightness[at] = lightness[at]! - depth * line;
      relief[at] = relief[at]! - depth * 0.5 * line;
    });
  }
}

/** Veins: a faint branching tree of ridges, seen on the belly. */
export function drawVein(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, lightness, relief } = canvas;
  const lengthPx = Math.min(place.spanPx, logBetween(random, 60, 320) / mmPerPx);
  const angle = place.angle ?? between(random, 0, 360);
  const strength = logBetween(random, 0.035, 0.14);
  const dark = pick(random, [1, -1]);
  const mark = beginObject(canvas, 'vein');
  const branch = (x: number, y: number, heading: number, length: number, half: number, depth: number): void => {
    const path = wanderPath(random, {
      x,
      y,
      lengthPx: length,
      angle: heading,
      bend: between(random, -30, 30),
      unrest: 7,
      steps: 18,
    });
    visitStroke(canvas, path, half * 2.2 + 1.5, (at, distance, share) => {
      const fade = 1 - 0.5 * share;
      const profile = Math.exp(-0.5 * (distance / (half * 0.75 * fade + 0.4)) ** 2) * smoothStep(0, 0.05, 1 - share);
      relief[at] = relief[at]! + strength * half * 0.8 * profile;
      lightness[at] = lightness[at]! - dark * strength * 0.7 * profile;
      if (Math.abs(distance) <= Math.max(1.2, half * fade * 1.15)) mark(at);
    });
    if (depth === 0) return;
    const forks = wholeBetween(random, 1, 3);
    for (let i = 0; i < forks; i += 1) {
      const at = 2 * wholeBetween(random, 4, 16);
      const turn = pick(random, [-1, 1]) * between(random, 25, 60);
      const next = length * between(random, 0.3, 0.6);
      const radians = ((heading + turn) * Math.PI) / 180;
      const midX = path[at]! + (Math.cos(radians) * next) / 2;
      const midY = path[at + 1]! + (Math.sin(radians) * next) / 2;
      branch(midX, midY, heading + turn, next, half * 0.7, depth - 1);
    }
  };
  branch(place.x, place.y, angle, lengthPx, Math.max(1.2, logBetween(random, 0.8, 2.2) / mmPerPx), 2);
}
