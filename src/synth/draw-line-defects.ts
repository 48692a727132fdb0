import { between, logBetween, pick, smoothStep, wholeBetween } from './chance.ts';
import { valueNoise } from './lattice-noise.ts';
import { beginObject, defectStrength, type LeatherCanvas } from './leather-canvas.ts';
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
  return Math.exp(-0.8 * x * x) * Math.min(1, half / blurred + 0.25);
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
  const strength = defectStrength(canvas, 0.14, 0.7, 0.9);
  const half = Math.min(1.6 + 0.2 / mmPerPx, Math.max(0.3, logBetween(random, 0.1, 0.4) / mmPerPx));
  cutLine(canvas, path, strength, half, random() < 0.3);
}

/** A scratch: pale or dark scuffing, broken by the grain; a row of opened pits; or one crisp thin line. */
export function drawScratch(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, noise, lightness, fibre, relief, warmth } = canvas;
  const kind = pick(random, ['scuff', 'scuff', 'pits', 'crisp'] as const);
  const lengthPx = Math.min(place.spanPx, logBetween(random, 15, 220) / mmPerPx);
  const streak = between(random, 2, 9);
  const path = wanderPath(random, {
    ...place,
    lengthPx,
    angle: place.angle ?? between(random, 0, 360),
    bend: random() < 0.6 ? between(random, -18, 18) : between(random, -70, 70),
    unrest: between(random, 0.5, 5),
  });
  const half = Math.max(kind === 'crisp' ? 0.6 : 1.4, logBetween(random, 0.35, kind === 'crisp' ? 0.6 : 2.2) / mmPerPx);
  const sign = kind === 'pits' ? -1 : random() < 0.65 ? 1 : -1;
  const strength = defectStrength(canvas, 0.07, 0.4, 0.7) * sign;
  const mark = beginObject(canvas, 'scratch');
  const seed = random() * 200;
  const dashes = between(random, 3, 14);
  const broken = between(random, 0.1, 0.65);
  const bare = random() < 0.35 ? between(random, 0.15, 0.6) : 0;
  const swell = between(random, 0, 0.5);
  visitStroke(canvas, path, half * 1.5 + 2, (at, distance, share, u, v) => {
    const width = half * (1 - swell + swell * (1 + valueNoise(noise, share * 5 + seed, 11)));
    const inside = 1 - smoothStep(width * 0.75, width * 1.15 + 0.5, Math.abs(distance));
    const along = taper(share, 0.08) * (1 - broken * smoothStep(0, 0.8, valueNoise(noise, share * dashes + seed, 5)));
    const run = share * lengthPx;
    const rough =
      0.6 * valueNoise(noise, u / 1.7 + seed, v / 1.7) +
      0.45 * valueNoise(noise, run / streak + seed, distance / 1.4 + 90) +
      0.35 * valueNoise(noise, u / 6 + seed, v / 6 + 40);
    const touched =
      kind === 'crisp' ? 1 : kind === 'pits' ? smoothStep(0, 0.6, -rough) * 1.7 : smoothStep(-0.45, 0.55, rough);
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
  const strength = defectStrength(canvas, 0.06, 0.3, 0.4);
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
    warmth[at] = warmth[at]! + 0.15 * strength * inside;
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
  const strength = defectStrength(canvas, 0.05, 0.26, 0.5);
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
  const trunkPx = Math.min(place.spanPx, logBetween(random, 60, 320) / mmPerPx);
  const strength = defectStrength(canvas, 0.03, 0.12, 0.3);
  const dark = pick(random, [1, -1]);
  const mark = beginObject(canvas, 'vein');
  const branch = (path: StrokePath, lengthPx: number, half: number, depth: number): void => {
    visitStroke(canvas, path, half * 2.2 + 1.5, (at, distance, share) => {
      const fade = 1 - 0.6 * share;
      const profile = Math.exp(-0.5 * (distance / (half * 0.75 * fade + 0.4)) ** 2) * smoothStep(0, 0.15, 1 - share);
      relief[at] = relief[at]! + strength * half * 0.8 * profile;
      lightness[at] = lightness[at]! - dark * strength * 0.7 * profile;
      if (Math.abs(distance) <= Math.max(1.2, half * fade * 1.15)) mark(at);
    });
    if (depth === 0) return;
    for (let i = wholeBetween(random, 1, 3); i > 0; i -= 1) {
      const at = 2 * wholeBetween(random, 5, 20);
      const heading = (Math.atan2(path[at + 1]! - path[at - 1]!, path[at]! - path[at - 2]!) * 180) / Math.PI;
      const nextPx = lengthPx * between(random, 0.3, 0.65);
      const fork = wanderPath(random, {
        x: 0,
        y: 0,
        lengthPx: nextPx,
        angle: heading + pick(random, [-1, 1]) * between(random, 25, 60),
        bend: between(random, -40, 40),
        unrest: 9,
      });
      const grown = fork.map((value, k) => value - fork[k % 2]! + path[at + (k % 2)]!);
      branch(grown, nextPx, half * 0.65, depth - 1);
    }
  };
  const trunk = wanderPath(random, {
    ...place,
    lengthPx: trunkPx,
    angle: place.angle ?? between(random, 0, 360),
    bend: between(random, -50, 50),
    unrest: 8,
  });
  branch(trunk, trunkPx, Math.max(1.2, logBetween(random, 0.8, 2) / mmPerPx), 2);
}
