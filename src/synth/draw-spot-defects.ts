import { between, logBetween, normal, pick, smoothStep, wholeBetween } from './chance.ts';
import { brandGlyph } from './brand-glyphs.ts';
import type { Place } from './draw-line-defects.ts';
import { cellBorderDistance, fractalNoise, valueNoise } from './lattice-noise.ts';
import { beginObject, defectStrength, type LeatherCanvas } from './leather-canvas.ts';
import { visitStroke } from './stroke-field.ts';

/** Visits the pixels of a ragged disc; `inside` is 1 in the middle and falls through 0.5 at the rim. */
function visitBlob(
  canvas: LeatherCanvas,
  blob: {
    readonly x: number;
    readonly y: number;
    readonly radiusPx: number;
    readonly ragged: number;
    readonly softPx: number;
    readonly stretch?: number;
  },
  visit: (at: number, inside: number, rimDistance: number, u: number, v: number) => void,
): void {
  const { widthPx, heightPx, noise, random } = canvas;
  const stretch = blob.stretch ?? 1;
  const turn = random() * Math.PI;
  const cos = Math.cos(turn);
  const sin = Math.sin(turn);
  const reach = blob.radiusPx * stretch * (1 + blob.ragged) + blob.softPx * 2 + 2;
  const key = random() * 200;
  const u1 = Math.min(widthPx - 1, Math.ceil(blob.x + reach));
  const v1 = Math.min(heightPx - 1, Math.ceil(blob.y + reach));
  for (let v = Math.max(0, Math.floor(blob.y - reach)); v <= v1; v += 1) {
    for (let u = Math.max(0, Math.floor(blob.x - reach)); u <= u1; u += 1) {
      const du = u + 0.5 - blob.x;
      const dv = v + 0.5 - blob.y;
      const x = (du * cos + dv * sin) / stretch;
      const y = (dv * cos - du * sin) * (stretch > 1 ? 1 : stretch);
      const r = Math.hypot(x, y) || 1e-6;
      const wave =
        0.8 * valueNoise(noise, (x / r) * 1.6 + key, (y / r) * 1.6 + key) +
        0.2 * valueNoise(noise, (x / r) * 4 + key, (y / r) * 4);
      const rim = r - blob.radiusPx * (1 + blob.ragged * wave);
      if (rim > blob.softPx * 2 + 2) continue;
      visit(v * widthPx + u, 1 - smoothStep(-blob.softPx, blob.softPx, rim), rim, u, v);
    }
  }
}

/** A hole. Small ones are punctures: a dark pit, often torn into a star, with a puckered rim. Large ones are open: what
 *  lies below is seen, with a dark rim on the side of the light and raw fibre on the other. */
export function drawHole(canvas: LeatherCanvas, place: Place, open = canvas.random() < 0.5): void {
  const { random, mmPerPx, look, lightness, relief, fibre, open: through, noise } = canvas;
  const limit = place.spanPx * 0.3;
  if (open) {
    const radiusPx = Math.max(1.6, Math.min(limit, logBetween(random, 1.2, 16) / mmPerPx));
    const mark = beginObject(canvas, 'hole', true);
    const shape = {
      x: place.x,
      y: place.y,
      radiusPx,
      ragged: between(random, 0.12, 0.55),
      softPx: 0.7,
      stretch: between(random, 1, 1.7),
    };
    const light = (look.lightAngle * Math.PI) / 180;
    const rimPx = Math.max(1.2, between(random, 0.4, 1.1) / mmPerPx);
    visitBlob(canvas, shape, (at, inside, rim, u, v) => {
      const toLight = Math.cos(Math.atan2(-(v - place.y), u - place.x) - light);
      through[at] = Math.max(through[at]!, inside);
      const edge = Math.exp(-((rim / rimPx) ** 2));
      lightness[at] = lightness[at]! - edge * (0.3 + 0.2 * toLight);
      if (rim > -rimPx) fibre[at] = Math.max(fibre[at]!, edge * Math.max(0, -toLight) * 0.8);
      if (rim < rimPx * 0.6) mark(at);
    });
    return;
  }
  const radiusPx = Math.max(1.5, Math.min(limit, logBetween(random, 0.5, 2.2) / mmPerPx));
  const strength = defectStrength(canvas, 0.16, 0.7, 0.9);
  const mark = beginObject(canvas, 'hole');
  const arms = random() < 0.6 ? wholeBetween(random, 2, 5) : 0;
  const ring = arms === 0 && random() < 0.5;
  const seed = random() * 200;
  visitBlob(
    canvas,
    {
      x: place.x,
      y: place.y,
      radiusPx,
      ragged: 0.35,
      softPx: Math.max(0.8, radiusPx * 0.35),
      stretch: between(random, 1, 1.5),
    },
    (at, inside, rim, u, v) => {
      const broken = 0.7 + 0.5 * valueNoise(noise, u / 1.7 + seed, v / 1.7);
      const hollow = ring ? Math.exp(-((rim / (radiusPx * 0.3)) ** 2)) : inside;
      lightness[at] = lightness[at]! - strength * hollow * broken;
      relief[at] = relief[at]! - strength * radiusPx * 0.3 * inside;
      if (inside > 0.35) mark(at);
    },
  );
  const turn = random() * 360;
  for (let i = 0; i < arms; i += 1) {
    const heading = ((turn + (i * 360) / arms + between(random, -20, 20)) * Math.PI) / 180;
    const length = radiusPx * between(random, 1.3, 2.2);
    const tip = [place.x + Math.cos(heading) * length, place.y + Math.sin(heading) * length] as const;
    visitStroke(canvas, [place.x, place.y, tip[0], tip[1]], 3, (at, distance, share) => {
      const line = Math.exp(-(distance * distance) / 0.9) * (1 - 0.7 * share);
      lightness[at] = lightness[at]! - strength * line;
      if (Math.abs(distance) < 1.5) mark(at);
    });
  }
}

/** Tick marks: a cluster of small dark pits with a light lower rim; each pit is a part of its own. */
export function drawTicks(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, lightness, relief } = canvas;
  const spread = Math.min(place.spanPx * 0.35, logBetween(random, 5, 40) / mmPerPx);
  const count = wholeBetween(random, 4, 22);
  const strength = defectStrength(canvas, 0.12, 0.5, 0.8);
  const size = logBetween(random, 0.5, 1.6) / mmPerPx;
  const mark = beginObject(canvas, 'tick');
  for (let i = 0; i < count; i += 1) {
    const x = place.x + normal(random) * spread * 0.55;
    const y = place.y + normal(random) * spread * 0.55;
    const radiusPx = Math.max(0.9, size * between(random, 0.6, 1.3));
    const clear = strength * between(random, 0.6, 1.2);
    visitBlob(canvas, { x, y, radiusPx, ragged: 0.2, softPx: Math.max(0.6, radiusPx * 0.4) }, (at, inside) => {
      lightness[at] = lightness[at]! - clear * inside;
      relief[at] = relief[at]! - clear * radiusPx * 0.4 * inside;
      if (inside > 0.3) mark(at);
    });
  }
}

/** A stain: a soft patch, darker or lighter, of another tone, sometimes with a darker rim where it dried. */
export function drawStain(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, lightness, warmth, noise } = canvas;
  const radiusPx = Math.max(4, Math.min(place.spanPx * 0.35, logBetween(random, 6, 60) / mmPerPx));
  const strength = defectStrength(canvas, 0.06, 0.32, 0.25) * pick(random, [-1, -1, 1]);
  const tone = between(random, -0.12, 0.12);
  const softPx = radiusPx * between(random, 0.06, 0.3);
  const dried = random() < 0.4 ? between(random, 0.3, 0.9) : 0;
  const mark = beginObject(canvas, 'stain');
  const scale = 1 / (radiusPx * 0.5);
  const seed = random() * 200;
  visitBlob(
    canvas,
    { x: place.x, y: place.y, radiusPx, ragged: between(random, 0.2, 0.5), softPx, stretch: between(random, 1, 1.6) },
    (at, inside, rim, u, v) => {
      const cloud = 0.85 + 0.3 * fractalNoise(noise, u * scale + seed, v * scale, 3);
      const edge = Math.exp(-(((rim + softPx * 0.4) / (softPx * 0.8)) ** 2)) * dried;
      lightness[at] = lightness[at]! + strength * inside * cloud - Math.abs(strength) * edge * 0.5;
      warmth[at] = warmth[at]! + tone * inside;
      if (inside > 0.35) mark(at);
    },
  );
}

/** Loose grain: a region where the grain is coarse and puckered. */
export function drawLoose(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, relief, lightness, noise } = canvas;
  const radiusPx = Math.min(place.spanPx * 0.4, logBetween(random, 14, 130) / mmPerPx);
  const cell = Math.max(3.2, logBetween(random, 2.2, 6) / mmPerPx);
  const strength = defectStrength(canvas, 0.06, 0.2, 0.35);
  const mark = beginObject(canvas, 'loose');
  const seed = random() * 60;
  visitBlob(
    canvas,
    { x: place.x, y: place.y, radiusPx, ragged: 0.4, softPx: radiusPx * 0.22, stretch: between(random, 1, 1.8) },
    (at, inside, _rim, u, v) => {
      const warp = valueNoise(noise, u / (cell * 3) + seed, v / (cell * 3));
      const border = cellBorderDistance(noise, u / cell + warp * 0.5 + seed, v / (cell * 0.6) + warp * 0.5);
      const pucker = smoothStep(0, 0.5, border);
      relief[at] = relief[at]! * (1 + 0.9 * inside) + strength * cell * 0.5 * pucker * inside;
      lightness[at] = lightness[at]! - strength * 0.5 * (1 - pucker) * inside;
      if (inside > 0.45) mark(at);
    },
  );
}

/** A brand: a burnt sign, darker and smooth inside its strokes, with a swollen rim. */
export function drawBrand(canvas: LeatherCanvas, place: Place): void {
  const { random, mmPerPx, relief, lightness, warmth, noise } = canvas;
  const size = Math.min(place.spanPx * 0.8, between(random, 45, 120) / mmPerPx);
  const half = Math.max(1.6, Math.min(size * 0.11, between(random, 2.5, 5) / mmPerPx));
  const strength = defectStrength(canvas, 0.14, 0.45, 0.4);
  const turn = between(random, 0, 2 * Math.PI);
  const mark = beginObject(canvas, 'brand');
  const seed = random() * 200;
  for (const stroke of brandGlyph(random)) {
    const path: number[] = [];
    for (const [x, y] of stroke) {
      path.push(
        place.x + (x * Math.cos(turn) - y * Math.sin(turn)) * size * 0.5,
        place.y + (x * Math.sin(turn) + y * Math.cos(turn)) * size * 0.5,
      );
    }
    visitStroke(canvas, path, half * 1.6 + 2, (at, distance, _share, u, v) => {
      const width = half * (1 + 0.25 * valueNoise(noise, u / (half * 3) + seed, v / (half * 3)));
      const inside = 1 - smoothStep(width * 0.7, width * 1.1 + 0.4, Math.abs(distance));
      const rim = Math.exp(-(((Math.abs(distance) - width * 1.1) / (half * 0.35 + 0.4)) ** 2));
      const blotch = 0.8 + 0.3 * valueNoise(noise, u / (half * 1.4), v / (half * 1.4) + seed);
      relief[at] = relief[at]! * (1 - 0.6 * inside) + strength * half * 0.35 * rim;
      lightness[at] = lightness[at]! - strength * inside * blotch;
      warmth[at] = warmth[at]! + 0.05 * inside;
      if (Math.abs(distance) <= width * 1.3 + 0.4) mark(at);
    });
  }
}
