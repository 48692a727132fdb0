import { between, logBetween, pick, smoothStep } from './chance.ts';
import { cellBorderDistance, fractalNoise, valueNoise } from './lattice-noise.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** Grain as close-ups show it, in pixels whatever the scale: milled (short soft creases in relief), net (fine dark cracks
 *  between plates), pin (rows of small dots), plain (next to nothing), fibre (buffed: short strands and pits). */
export type CloseUpGrain = 'milled' | 'net' | 'pin' | 'plain' | 'fibre';

export const CLOSE_UP_GRAINS: readonly CloseUpGrain[] = ['milled', 'net', 'pin', 'plain', 'fibre'];

/** Draws grain over the whole canvas: relief and lightness are added to. Linear in pixels, about 0.3 µs each. */
export function drawCloseUpGrain(canvas: LeatherCanvas, grain: CloseUpGrain): void {
  const { random } = canvas;
  drawShading(canvas);
  if (grain === 'milled') drawCreases(canvas, logBetween(random, 0.02, 0.16), logBetween(random, 5, 18));
  if (grain === 'net') drawNet(canvas);
  if (grain === 'pin') drawPins(canvas);
  if (grain === 'fibre') drawFibres(canvas);
  if (grain !== 'fibre') drawFine(canvas, logBetween(random, 0.004, 0.05));
}

/** Soft light and tone over the picture: leather lies in waves, dye takes unevenly. */
function drawShading({ widthPx, heightPx, noise, lightness, warmth, random, look }: LeatherCanvas): void {
  const scale = 1 / logBetween(random, 40, 200);
  const key = random() * 200;
  const tone = look.mottle * between(random, 0.3, 1);
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const cloud = fractalNoise(noise, u * scale + key, v * scale, 3);
      lightness[at] = lightness[at]! + tone * cloud;
      warmth[at] = warmth[at]! + look.colourDrift * cloud;
    }
}

function drawFine({ widthPx, heightPx, noise, relief, random }: LeatherCanvas, contrast: number): void {
  const scale = 1 / between(random, 1.5, 3.5);
  const key = random() * 100;
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const rough =
        valueNoise(noise, u * scale + key, v * scale) + 0.6 * valueNoise(noise, u * scale * 0.4, v * scale * 0.4 + key);
      relief[at] = relief[at]! + rough * contrast;
    }
}

/** Ridges of a warped noise are creases; another noise says where there are many. */
function drawCreases(
  { widthPx, heightPx, noise, relief, lightness, random }: LeatherCanvas,
  contrast: number,
  sizePx: number,
): void {
  const angle = random() * Math.PI;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const stretch = between(random, 1, 2.6);
  const key = random() * 100;
  const thin = between(random, 0.55, 0.85);
  const patchy = between(random, 0, 1);
  const dark = between(random, 0, 0.4);
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const warp = valueNoise(noise, u / (sizePx * 2.2) + key, v / (sizePx * 2.2));
      const x = (u * cos + v * sin) / (sizePx * stretch) + warp * 0.7 + key;
      const y = (v * cos - u * sin) / sizePx + warp * 0.6;
      const first = smoothStep(thin, 1, 1 - Math.abs(valueNoise(noise, x, y)));
      const second = smoothStep(thin, 1, 1 - Math.abs(valueNoise(noise, x * 1.7 + 31, y * 1.7 + 9)));
      const many = 1 - patchy * smoothStep(-0.4, 0.5, fractalNoise(noise, u / (sizePx * 9) + key, v / (sizePx * 9), 2));
      const crease = (first + 0.6 * second) * many;
      relief[at] = relief[at]! - contrast * crease * 1.4;
      lightness[at] = lightness[at]! - contrast * dark * crease;
    }
}

function drawNet({ widthPx, heightPx, noise, relief, lightness, random }: LeatherCanvas): void {
  const sizePx = logBetween(random, 7, 26);
  const contrast = logBetween(random, 0.02, 0.16);
  const width = between(random, 0.06, 0.16);
  const patchy = between(random, 0, 1);
  const relieved = between(random, 0.2, 1.2);
  const stretch = between(random, 1, 1.8);
  const key = random() * 60;
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const warp = valueNoise(noise, u / (sizePx * 0.5) + key, v / (sizePx * 0.5));
      const border = cellBorderDistance(noise, u / (sizePx * stretch) + warp * 0.22 + key, v / sizePx + warp * 0.22);
      const many = 1 - patchy * smoothStep(-0.3, 0.5, valueNoise(noise, u / (sizePx * 1.6) + key, v / (sizePx * 1.6)));
      const crack = (1 - smoothStep(0, width, border)) * many;
      lightness[at] = lightness[at]! - contrast * crack;
      relief[at] = relief[at]! - contrast * relieved * crack;
    }
}

function drawPins({ widthPx, heightPx, noise, relief, lightness, random }: LeatherCanvas): void {
  const sizePx = logBetween(random, 2.6, 6);
  const contrast = logBetween(random, 0.015, 0.1);
  const angle = random() * Math.PI;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const stretch = between(random, 1, 1.7);
  const patchy = between(random, 0, 0.8);
  const key = random() * 60;
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const x = (u * cos + v * sin) / (sizePx * stretch) + key;
      const y = (v * cos - u * sin) / sizePx;
      const plate = smoothStep(0, 0.5, cellBorderDistance(noise, x, y));
      const many = 1 - patchy * smoothStep(-0.4, 0.5, valueNoise(noise, u / 60 + key, v / 60));
      relief[at] = relief[at]! + contrast * sizePx * 0.35 * plate * many;
      lightness[at] = lightness[at]! + contrast * 0.25 * plate * many;
    }
}

/** Short strands that lie in changing directions, with dark pits between them. */
function drawFibres({ widthPx, heightPx, noise, relief, lightness, random }: LeatherCanvas): void {
  const sizePx = logBetween(random, 1.1, 3);
  const long = between(random, 1, 4);
  const contrast = logBetween(random, 0.06, 0.42);
  const pits = pick(random, [0, 0.4, 1, 1.6]);
  const flat = between(random, 0.3, 0.8);
  const key = random() * 100;
  const field = 1 / logBetween(random, 12, 70);
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const turn = Math.PI * valueNoise(noise, u * field + key, v * field);
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
      const x = (u * cos + v * sin) / (sizePx * long);
      const y = (v * cos - u * sin) / sizePx;
      const strand = valueNoise(noise, x + key, y);
      const speck = valueNoise(noise, (u / sizePx) * 0.8, (v / sizePx) * 0.8 + key);
      const coarse = valueNoise(noise, (u / sizePx) * 0.3 + key, (v / sizePx) * 0.3);
      const height = 0.6 * strand + 0.5 * speck + 0.4 * coarse;
      const pit = smoothStep(0.35, 0.9, -speck - 0.5 * coarse) * pits;
      relief[at] = relief[at]! + height * contrast * sizePx * 0.3;
      lightness[at] = lightness[at]! + contrast * (height * flat * 0.5 - pit * 0.7);
    }
}
