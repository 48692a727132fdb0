import { between } from './chance.ts';
import { fractalNoise, valueNoise } from './lattice-noise.ts';
import type { LeatherCanvas } from './leather-canvas.ts';

/** What lies below the hide. Colours are sRGB 0..255. */
export interface TableLook {
  readonly colour: readonly [number, number, number];
  /** Contrast of its texture, share. */
  readonly texture: number;
  /** Distance of printed lines, 0 for none. */
  readonly lines: number;
}

export interface Backdrop {
  readonly table: TableLook;
  /** 0..255: how much of the pixel is hide; null = all of it. */
  readonly cover: Uint8Array | null;
  /** 0..1 shadow on the table, and 0..1 nearness of the rim on the hide; null where cover is. */
  readonly shadow: Float32Array | null;
  readonly rim: Float32Array | null;
}

/** What the camera sees: interleaved RGB, 8 bit sRGB. Takes the light over the relief, the table where it is seen, fall of
 *  light, blur and sensor noise. Linear in pixels, about 0.15 µs each. */
export function developPicture(canvas: LeatherCanvas, backdrop: Backdrop): Uint8Array {
  const { widthPx, heightPx, look, relief, lightness, warmth, fibre, open, noise, random, mmPerPx } = canvas;
  const { table, cover, shadow, rim } = backdrop;
  const rgb = new Uint8ClampedArray(widthPx * heightPx * 3);
  const light = (look.lightAngle * Math.PI) / 180;
  const sideLight = look.sideLight ?? 1;
  const lx = Math.cos(light) * sideLight;
  const ly = -Math.sin(light) * sideLight;
  const fallAngle = random() * Math.PI * 2;
  const fallX = (Math.cos(fallAngle) * look.lightFall) / widthPx;
  const fallY = (Math.sin(fallAngle) * look.lightFall) / heightPx;
  const weave = 1 / Math.max(1.5, 2 / mmPerPx);
  const cloud = 1 / (160 / mmPerPx);
  const linePx = table.lines / mmPerPx;
  const lineHalf = Math.max(0.6, 0.6 / mmPerPx);
  const [r0, g0, b0] = look.colour;
  const [rf, gf, bf] = look.fibreColour;
  const [rt, gt, bt] = table.colour;
  for (let v = 0; v < heightPx; v += 1) {
    const up = v > 0 ? widthPx : 0;
    const down = v < heightPx - 1 ? widthPx : 0;
    const ny = (v / heightPx) * 2 - 1;
    for (let u = 0; u < widthPx; u += 1) {
      const at = v * widthPx + u;
      const nx = (u / widthPx) * 2 - 1;
      const lit =
        look.exposure *
        (1 + (u - widthPx / 2) * fallX + (v - heightPx / 2) * fallY - look.vignette * 0.5 * (nx * nx + ny * ny));
      const seen = cover === null ? 255 : cover[at]!;
      const hole = open[at]!;
      let r = 0;
      let g = 0;
      let b = 0;
      const hide = (seen / 255) * (1 - hole);
      if (hide > 0) {
        const left = u > 0 ? 1 : 0;
        const right = u < widthPx - 1 ? 1 : 0;
        const slope =
          ((relief[at - left]! - relief[at + right]!) * lx + (relief[at - up]! - relief[at + down]!) * ly) * 0.5;
        const dark = rim === null ? 0 : rim[at]! * 0.28;
        const k = Math.max(0.06, 1 + lightness[at]! + slope - dark) * lit;
        const w = warmth[at]!;
        const f = fibre[at]!;
        r = (r0 + (rf - r0) * f) * k * (1 + w);
        g = (g0 + (gf - g0) * f) * k;
        b = (b0 + (bf - b0) * f) * k * (1 - w);
      }
      if (hide < 1) {
        let t =
          1 +
          table.texture *
            (valueNoise(noise, u * weave, v * weave + 50) + 0.7 * fractalNoise(noise, u * cloud, v * cloud, 2));
        if (linePx > 0) {
          const du = Math.abs((u % linePx) - linePx / 2);
          const dv = Math.abs((v % linePx) - linePx / 2);
          if (du < lineHalf || dv < lineHalf) t *= 0.93;
        }
        t *= lit * (1 - Math.max(hole * 0.3, shadow === null ? 0 : shadow[at]! * (1 - hole)));
        r = r * hide + rt * t * (1 - hide);
        g = g * hide + gt * t * (1 - hide);
        b = b * hide + bt * t * (1 - hide);
      }
      rgb[3 * at] = r;
      rgb[3 * at + 1] = g;
      rgb[3 * at + 2] = b;
    }
  }
  if (cover === null || hasCover(cover)) dust(canvas, rgb, cover);
  blurInPlace(rgb, widthPx, heightPx, look.blur);
  addSensorNoise(rgb, look.noiseLevels, random);
  return new Uint8Array(rgb.buffer);
}

function hasCover(cover: Uint8Array): boolean {
  return cover.some((share) => share === 255);
}

/** Specks of lint and dirt: part of every real picture and no defect. */
function dust(canvas: LeatherCanvas, rgb: Uint8ClampedArray, cover: Uint8Array | null): void {
  const { widthPx, heightPx, look, random } = canvas;
  const count = Math.round((look.dust * widthPx * heightPx) / 10_000);
  for (let i = 0; i < count; i += 1) {
    const u = Math.floor(random() * widthPx);
    const v = Math.floor(random() * heightPx);
    const bright = random() < 0.8;
    const amount = between(random, 0.25, 1);
    const long = random() < 0.15 ? 3 : random() < 0.3 ? 2 : 1;
    const steep = random() < 0.5;
    for (let k = 0; k < long; k += 1) {
      const x = Math.min(widthPx - 1, u + (steep ? k >> 1 : k));
      const y = Math.min(heightPx - 1, v + (steep ? k : k >> 1));
      const at = y * widthPx + x;
      if (cover !== null && cover[at] !== 255) continue;
      for (let c = 0; c < 3; c += 1) {
        const was = rgb[3 * at + c]!;
        rgb[3 * at + c] = bright ? was + (245 - was) * amount : was * (1 - 0.5 * amount);
      }
    }
  }
}

/** Blends each pixel with its four neighbours by weight `k` each (separable); a negative weight sharpens. */
function blurInPlace(rgb: Uint8ClampedArray, widthPx: number, heightPx: number, k: number): void {
  if (Math.abs(k) < 0.01) return;
  const stride = widthPx * 3;
  const keep = 1 - 2 * k;
  const before = new Float32Array(stride);
  const row = new Float32Array(stride);
  for (let v = 0; v < heightPx; v += 1) {
    const from = v * stride;
    for (let i = 0; i < stride; i += 1) {
      const left = i >= 3 ? rgb[from + i - 3]! : rgb[from + i]!;
      const right = i < stride - 3 ? rgb[from + i + 3]! : rgb[from + i]!;
      row[i] = rgb[from + i]! * keep + (left + right) * k;
    }
    rgb.set(row, from);
  }
  for (let i = 0; i < stride; i += 1) before[i] = rgb[i]!;
  for (let v = 0; v < heightPx; v += 1) {
    const from = v * stride;
    const next = v < heightPx - 1 ? stride : 0;
    for (let i = 0; i < stride; i += 1) {
      const was = rgb[from + i]!;
      rgb[from + i] = was * keep + (before[i]! + rgb[from + next + i]!) * k;
      before[i] = was;
    }
  }
}

/** Normal noise of `sigma` levels on each channel, from a table of 4096 values read at scrambled places. */
function addSensorNoise(rgb: Uint8ClampedArray, sigma: number, random: () => number): void {
  const table = new Float32Array(4096);
  for (let i = 0; i < table.length; i += 1) {
    table[i] = sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  }
  let state = (random() * 4294967296) >>> 0 || 1;
  for (let i = 0; i < rgb.length; i += 3) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const common = table[state & 4095]! * 0.8;
    rgb[i] = rgb[i]! + common + 0.5 * table[(state >>> 12) & 4095]!;
    rgb[i + 1] = rgb[i + 1]! + common + 0.5 * table[(state >>> 8) & 4095]!;
    rgb[i + 2] = rgb[i + 2]! + common + 0.5 * table[(state >>> 20) & 4095]!;
  }
}
