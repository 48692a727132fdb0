import { between, logBetween, pick, smoothStep, wholeBetween } from './chance.ts';
import type { Place } from './draw-line-defects.ts';
import { valueNoise } from './lattice-noise.ts';
import { beginObject, type LeatherCanvas } from './leather-canvas.ts';
import { visitStroke, type StrokePath } from './stroke-field.ts';
import { besidePath, wanderPath } from './wander.ts';

/** Sizes here are pixels whatever the scale: what a close-up shows of a cut is a hair line and no more. */

function lineProfile(distance: number, half: number): number {
  const blurred = Math.max(half, 0.55);
  const x = distance / blurred;
  return Math.exp(-0.8 * x * x) * Math.min(1, half / blurred + 0.25);
}

function taper(share: number, ends: number): number {
  return smoothStep(0, ends, share) * smoothStep(0, ends, 1 - share);
}

/** How much grain is seen: the middle of the differences between neighbours, as share of the brightness. Defects must
 *  stand out from it a little, or there is nothing to be learnt. */
export function seenGrain({ widthPx, heightPx, lightness, relief, look, grainSeen }: LeatherCanvas): number {
  if (grainSeen !== undefined) return grainSeen;
  let sum = 0;
  let count = 0;
  for (let at = widthPx; at < widthPx * (heightPx - 1) - 1; at += 37) {
    const slope = Math.abs(relief[at + 1]! - relief[at - 1]!) + Math.abs(relief[at + widthPx]! - relief[at - widthPx]!);
    sum += slope * 0.35 + Math.abs(lightness[at + 1]! - lightness[at]!);
    count += 1;
  }
  return sum / Math.max(1, count) + look.noiseLevels / 500;
}

/** Least contrast of a band, share of the brightness. In a real picture its own grain says what can be seen: on even
 *  leather people mark wrinkles of one or two levels that run across the whole picture. */
function leastContrast({ grainSeen }: LeatherCanvas, onDrawn: number): number {
  return grainSeen === undefined ? onDrawn : onDrawn / 3;
}

/** A hair-thin cut, dark, often broken and fading, sometimes bent to a V, doubled or with a light lip. Marked 4 px wide,
 *  as people mark it. */
export function drawHairCut(canvas: LeatherCanvas, place: Place): void {
  const { random, noise, lightness, relief } = canvas;
  const grain = seenGrain(canvas);
  const lengthPx = Math.min(place.spanPx, logBetween(random, 14, 190));
  const angle = between(random, 0, 360);
  const strength = Math.max(0.05, grain * 1.3) * logBetween(random, 1, 7);
  const half = logBetween(random, 0.28, 0.9);
  const count = random() < 0.25 ? 2 : 1;
  for (let i = 0; i < count; i += 1) {
    const path: StrokePath = wanderPath(random, {
      x: place.x + (i === 0 ? 0 : between(random, -14, 14)),
      y: place.y + (i === 0 ? 0 : between(random, -14, 14)),
      lengthPx: lengthPx * (i === 0 ? 1 : between(random, 0.4, 1)),
      angle: angle + (i === 0 ? 0 : between(random, -25, 25)),
      bend: random() < 0.75 ? between(random, -15, 15) : between(random, -80, 80),
      unrest: between(random, 0, 3),
    });
    const mark = beginObject(canvas, 'cut');
    const key = random() * 200;
    const dashes = lengthPx / between(random, 5, 30);
    const broken = random() < 0.4 ? 0 : between(random, 0.2, 1);
    const lip = random() < 0.4 ? between(random, 0.1, 0.8) : 0;
    const side = random() < 0.5 ? 1 : -1;
    const jag = between(random, 0, 0.7);
    visitStroke(canvas, path, 6, (at, distance, share) => {
      const off = distance + jag * valueNoise(noise, share * dashes * 3 + key, 3);
      const along =
        taper(share, 0.15) * (1 - broken * smoothStep(-0.1, 0.6, valueNoise(noise, share * dashes + key, 7)));
      const core = lineProfile(off, half) * along;
      lightness[at] =
        lightness[at]! - strength * core + lip * strength * lineProfile(off - side * (half + 1.4), 0.8) * along;
      relief[at] = relief[at]! - strength * 0.4 * core;
      if (Math.abs(distance) <= 2) mark(at);
    });
  }
}

/** A small hole: a dark ragged core with a few arms and a soft grey ring round it; or only the pale or dark disc that a
 *  healed one leaves; or a short dark tear. */
export function drawPuncture(canvas: LeatherCanvas, place: Place): void {
  const { random, noise, lightness, relief, warmth } = canvas;
  const grain = seenGrain(canvas);
  const kind = pick(random, ['star', 'star', 'disc', 'tear', 'dot'] as const);
  const mark = beginObject(canvas, 'hole');
  const strength = Math.max(0.12, grain * 2) * logBetween(random, 1, kind === 'disc' ? 2.2 : 5);
  const key = random() * 200;
  const tone = between(random, -0.1, 0.1);
  const blob = (radiusPx: number, depth: number, hollow: number, marked: number) => {
    const reach = Math.ceil(radiusPx * 1.9 + 3);
    const squash = between(random, 0.65, 1);
    const turn = random() * Math.PI;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const soft = between(random, 0.15, 0.5);
    forSquare(canvas, place, reach, (at, du, dv) => {
      const x = du * cos + dv * sin;
      const y = (dv * cos - du * sin) / squash;
      const r = Math.hypot(x, y) || 1e-6;
      const wave = valueNoise(noise, (x / r) * 1.8 + key, (y / r) * 1.8);
      const rim = r / (radiusPx * (1 + 0.35 * wave));
      const inside = 1 - smoothStep(1 - soft, 1 + soft, rim);
      const body = inside * (1 - hollow * (1 - smoothStep(0.3, 0.9, rim)));
      const rough = 0.75 + 0.5 * valueNoise(noise, du / 1.6 + key, dv / 1.6);
      lightness[at] = lightness[at]! - depth * body * rough;
      warmth[at] = warmth[at]! + tone * inside * Math.min(1, depth * 3);
      relief[at] = relief[at]! * (1 - 0.6 * inside) - depth * body * radiusPx * 0.15;
      if (rim < marked) mark(at);
    });
  };
  if (kind === 'disc') {
    blob(
      logBetween(random, 2.5, 9),
      strength * pick(random, [1, 1, 1, -0.7]) * 0.5,
      pick(random, [0, 0, 0.7, 0.9]),
      1.1,
    );
    return;
  }
  if (kind !== 'tear') {
    const radiusPx = kind === 'dot' ? logBetween(random, 1, 2.2) : logBetween(random, 1.4, 4.5);
    if (kind === 'star' && random() < 0.7)
      blob(radiusPx * between(random, 1.5, 2.4), strength * between(random, 0.15, 0.45), 0, 1);
    blob(radiusPx, strength, 0, 1.25);
  }
  const arms = kind === 'star' ? wholeBetween(random, 2, 6) : kind === 'tear' ? wholeBetween(random, 1, 3) : 0;
  const first = random() * 360;
  for (let i = 0; i < arms; i += 1) {
    const heading = first + (kind === 'tear' ? i * 130 : (i * 360) / arms) + between(random, -25, 25);
    const path = wanderPath(random, {
      x: place.x,
      y: place.y,
      lengthPx: kind === 'tear' ? between(random, 3, 14) : between(random, 4, 13),
      angle: heading,
      bend: between(random, -40, 40),
      steps: 5,
    });
    const moved = path.map((value, k) => value - path[k % 2]! + (k % 2 === 0 ? place.x : place.y));
    visitStroke(canvas, moved, 3, (at, distance, share) => {
      const line = lineProfile(distance, 0.6) * (1 - 0.6 * share);
      lightness[at] = lightness[at]! - strength * 0.9 * line;
      if (Math.abs(distance) < 1.9 - share) mark(at);
    });
  }
}

function forSquare(
  { widthPx, heightPx }: LeatherCanvas,
  place: { readonly x: number; readonly y: number },
  reach: number,
  visit: (at: number, du: number, dv: number) => void,
): void {
  const v1 = Math.min(heightPx - 1, Math.ceil(place.y + reach));
  const u1 = Math.min(widthPx - 1, Math.ceil(place.x + reach));
  for (let v = Math.max(0, Math.floor(place.y - reach)); v <= v1; v += 1)
    for (let u = Math.max(0, Math.floor(place.x - reach)); u <= u1; u += 1)
      visit(v * widthPx + u, u + 0.5 - place.x, v + 0.5 - place.y);
}

/** A scratch as buffed leather shows it: a band of changed grain. Pressed flat, paler or darker, with its pits opened,
 *  its strands raised, or all but invisible save for a pale line; sometimes forked. */
export function drawStripe(canvas: LeatherCanvas, place: Place): void {
  const { random, noise, lightness, relief, warmth } = canvas;
  const grain = seenGrain(canvas);
  const lengthPx = Math.min(place.spanPx, logBetween(random, 50, 260));
  const path = wanderPath(random, {
    ...place,
    lengthPx,
    angle: between(random, 0, 360),
    bend: random() < 0.8 ? between(random, -15, 15) : between(random, -70, 70),
    unrest: between(random, 0, 5),
  });
  const half = logBetween(random, 1.6, 7);
  const kind = pick(random, ['pressed', 'pale', 'pits', 'pits', 'pits', 'raised', 'raised', 'dark'] as const);
  const strength = Math.max(leastContrast(canvas, 0.045), grain * 0.8) * logBetween(random, 0.7, 3);
  const tone = random() < 0.3 ? between(random, -0.06, 0.06) : between(random, -0.015, 0.015);
  const mark = beginObject(canvas, 'scratch');
  const stroke = (along: StrokePath, width: number, longPx: number) => {
    const key = random() * 200;
    const swell = between(random, 0, 0.5);
    const broken = between(random, 0, 0.5);
    const dashes = longPx / between(random, 8, 40);
    visitStroke(canvas, along, width * 1.6 + 2, (at, distance, share, u, v) => {
      const here = width * (1 - swell + swell * (1 + valueNoise(noise, share * 5 + key, 11)));
      const inside = 1 - smoothStep(here * 0.6, here * 1.2 + 0.5, Math.abs(distance));
      const amount =
        inside * taper(share, 0.08) * (1 - broken * smoothStep(0, 0.7, valueNoise(noise, share * dashes + key, 5)));
      const rough =
        0.7 * valueNoise(noise, u / 1.6 + key, v / 1.6) + 0.5 * valueNoise(noise, u / 3.7 + key, v / 3.7 + 40);
      if (kind === 'pressed') {
        relief[at] = relief[at]! * (1 - 0.8 * amount);
        lightness[at] = lightness[at]! * (1 - 0.7 * amount) + strength * 0.6 * amount;
      } else if (kind === 'pale' || kind === 'dark') {
        const sign = kind === 'pale' ? 1 : -1;
        lightness[at] = lightness[at]! + sign * strength * amount * (0.6 + 0.6 * smoothStep(-0.4, 0.5, rough));
      } else if (kind === 'pits') {
        lightness[at] =
          lightness[at]! -
          strength * 2.2 * amount * smoothStep(0.1, 0.6, -rough) +
          strength * 0.5 * amount * smoothStep(0.2, 0.7, rough);
        relief[at] = relief[at]! * (1 + 0.5 * amount);
      } else {
        lightness[at] =
          lightness[at]! +
          strength * 2 * amount * smoothStep(0.1, 0.6, rough) -
          strength * 0.6 * amount * smoothStep(0.3, 0.8, -rough);
        relief[at] = relief[at]! * (1 + 0.8 * amount);
      }
      warmth[at] = warmth[at]! + tone * amount;
      if (Math.abs(distance) <= Math.max(1.8, here)) mark(at);
    });
  };
  stroke(path, half, lengthPx);
  for (let forks = random() < 0.25 ? wholeBetween(random, 1, 2) : 0; forks > 0; forks -= 1) {
    const at = 2 * wholeBetween(random, 6, 18);
    const heading = (Math.atan2(path[at + 1]! - path[at - 1]!, path[at]! - path[at - 2]!) * 180) / Math.PI;
    const nextPx = lengthPx * between(random, 0.25, 0.6);
    const fork = wanderPath(random, {
      x: 0,
      y: 0,
      lengthPx: nextPx,
      angle: heading + pick(random, [-1, 1]) * between(random, 15, 60),
      unrest: 3,
    });
    stroke(
      fork.map((value, k) => value - fork[k % 2]! + path[at + (k % 2)]!),
      half * 0.8,
      nextPx,
    );
  }
}

/** A wrinkle: a wide band in which fine creases run along it, the grain is coarser, and a soft fold gives one side light
 *  and the other shade. Faint: what tells it from grain is that everything runs one way. */
export function drawCreaseBand(canvas: LeatherCanvas, place: Place): void {
  const { random, noise, lightness, relief } = canvas;
  const grain = seenGrain(canvas);
  const lengthPx = Math.min(place.spanPx * 1.2, logBetween(random, 80, 320));
  const path = wanderPath(random, {
    ...place,
    lengthPx,
    angle: between(random, 0, 360),
    bend: between(random, -25, 25),
    unrest: between(random, 0.5, 3.5),
  });
  const half = logBetween(random, 4, 14);
  const strength = Math.max(leastContrast(canvas, 0.03), grain * 0.8) * logBetween(random, 0.9, 4);
  const fold = random() < 0.6 ? between(random, 0.1, 0.9) * strength * pick(random, [1, -1]) : 0;
  const shade = random() < 0.7 ? between(random, 0, 0.5) * strength : 0;
  const coarser = between(random, 0, 1.2);
  const key = random() * 200;
  const mark = beginObject(canvas, 'wrinkle');
  visitStroke(canvas, path, half * 2.4, (at, distance, share) => {
    const width = half * (0.85 + 0.35 * valueNoise(noise, share * 5 + key, 2)) * (0.75 + 0.25 * taper(share, 0.08));
    const x = distance / (width * 0.8);
    const body = Math.exp(-0.5 * x * x) * taper(share, 0.1);
    relief[at] = relief[at]! * (1 + coarser * body);
    lightness[at] = lightness[at]! + fold * x * body * 1.3 - shade * body;
    if (Math.abs(distance) <= width) mark(at);
  });
  const creases = wholeBetween(random, 3, 12);
  for (let i = 0; i < creases; i += 1) {
    const home = between(random, -0.85, 0.85) * half;
    const own = random() * 200;
    const wave = between(random, 0.1, 0.45) * half;
    const crease = besidePath(path, (share) => home + wave * valueNoise(noise, share * 9 + own, 1));
    const from = random() < 0.3 ? 0 : between(random, 0, 0.75);
    const to = Math.min(1, from + between(random, 0.15, 0.9));
    const depth = strength * between(random, 0.5, 1.5);
    const fine = between(random, 0.4, 1.1);
    const lit = between(random, 0, 0.9) * pick(random, [1, -1]);
    const pieces = lengthPx / between(random, 6, 25);
    visitStroke(canvas, crease, 5, (at, distance, share) => {
      if (share < from || share > to) return;
      const along =
        taper((share - from) / (to - from), 0.2) *
        (0.45 + 0.55 * smoothStep(-0.4, 0.4, valueNoise(noise, share * pieces + own, 4)));
      const dark = lineProfile(distance, fine);
      const bright = lineProfile(distance - 1.6 * Math.sign(lit), fine);
      lightness[at] = lightness[at]! + depth * along * (Math.abs(lit) * bright - dark);
    });
  }
}

/** Lint, hairs and rubbed spots: in every real picture, and no defect. */
export function drawLint(canvas: LeatherCanvas): void {
  const { random, lightness, widthPx, heightPx } = canvas;
  const hairs = random() < 0.6 ? wholeBetween(random, 0, 5) : 0;
  for (let i = 0; i < hairs; i += 1) {
    const path = wanderPath(random, {
      x: random() * widthPx,
      y: random() * heightPx,
      lengthPx: logBetween(random, 3, 16),
      angle: random() * 360,
      bend: between(random, -160, 160),
      unrest: 12,
      steps: 8,
    });
    const bright = between(random, 0.15, 0.8);
    visitStroke(canvas, path, 2, (at, distance) => {
      lightness[at] = lightness[at]! + bright * lineProfile(distance, 0.4);
    });
  }
  const specks = wholeBetween(random, 0, 24);
  for (let i = 0; i < specks; i += 1) {
    const bright = random() < 0.75;
    const reach = random() < 0.2 ? 2 : 1;
    const depth = between(random, 0.15, 1) * (bright ? 1 : -0.5);
    forSquare(canvas, { x: random() * widthPx, y: random() * heightPx }, reach, (at, du, dv) => {
      lightness[at] = lightness[at]! + depth * Math.exp(-(du * du + dv * dv) / (0.35 * reach));
    });
  }
}
