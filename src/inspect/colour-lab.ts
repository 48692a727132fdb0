import type { Lab } from '#domain/delta-e-2000.ts';

/** Linear light of each 8-bit sRGB value. */
const linear = Float32Array.from({ length: 256 }, (_, v) => {
  const c = v / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});
const ROOT_STEPS = 4096;
/** CIELAB's f on [0, 1.1], read by linear interpolation: a cube root a pixel is what a table spares. */
const root = Float32Array.from({ length: ROOT_STEPS + 2 }, (_, i) => {
  const t = (i / ROOT_STEPS) * 1.1;
  return t > 0.008856452 ? Math.cbrt(t) : 7.787037 * t + 16 / 116;
});

function f(t: number): number {
  const at = (t / 1.1) * ROOT_STEPS;
  const i = Math.min(ROOT_STEPS, Math.floor(at));
  return root[i]! + (root[i + 1]! - root[i]!) * (at - i);
}

/** Linear light, 0 to 1, of an 8-bit sRGB value. */
export function linearOf(level: number): number {
  return linear[level]!;
}

/** CIELAB (D65) of a colour in linear light, each channel 0 to 1. */
export function labOfLinear(r: number, g: number, b: number): Lab {
  const x = f(Math.min(1.1, (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047));
  const y = f(Math.min(1.1, 0.2126729 * r + 0.7151522 * g + 0.072175 * b));
  const z = f(Math.min(1.1, (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIELAB (D65) of 8-bit sRGB pixels, interleaved L, a, b. @see IEC 61966-2-1, CIE 15 */
export function labOfRgb(rgb: Uint8Array): Float32Array {
  const lab = new Float32Array(rgb.length);
  for (let i = 0; i + 2 < rgb.length; i += 3) {
    const r = linear[rgb[i]!]!;
    const g = linear[rgb[i + 1]!]!;
    const b = linear[rgb[i + 2]!]!;
    const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
    const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
    lab[i] = 116 * y - 16;
    lab[i + 1] = 500 * (x - y);
    lab[i + 2] = 200 * (y - z);
  }
  return lab;
}
