import type { Random } from '#domain/ports.ts';

/** A picture with its truth, as training and evaluation take it. */
export interface TrainingPicture {
  readonly name: string;
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
  /** Class index a pixel (0 good); `NO_MATERIAL` is not material. */
  readonly mask: Uint8Array;
}

export const NO_MATERIAL = 255;

/** Pictures by number, drawn or read when asked for: only a few are held at a time. */
export interface PictureList {
  readonly count: number;
  readonly classes: readonly string[];
  picture(index: number): Promise<TrainingPicture>;
}

/** Changes light and sharpness of a picture the way cameras and lamps differ: gain and gamma a channel, light falling
 *  unevenly, an unsharp lens, noise. What the mask says stays true. */
export function jitterLight(picture: TrainingPicture, random: Random): TrainingPicture {
  const { widthPx, heightPx } = picture;
  const gamma = Math.exp((random() - 0.5) * 0.5);
  const gains = [0, 1, 2].map(() => 1 + (random() - 0.5) * 0.16);
  const lift = Math.exp((random() - 0.5) * 0.5);
  const noise = random() < 0.5 ? 0 : random() * 5;
  const light = unevenLight(random);
  const unsharpPx = random() < 0.4 ? random() * 1.6 : 0;
  const seen = unsharpPx > 0.3 ? blurred(picture.rgb, widthPx, heightPx, unsharpPx) : picture.rgb;
  const tables = gains.map((gain) =>
    Float32Array.from({ length: 256 }, (_, v) => 255 * Math.min(1, gain * lift * (v / 255)) ** gamma),
  );
  const rgb = new Uint8Array(seen.length);
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const lit = light(x / widthPx, y / heightPx);
      for (let c = 0; c < 3; c += 1) {
        const i = 3 * (y * widthPx + x) + c;
        const grain = noise === 0 ? 0 : (random() + random() - 1) * 1.2 * noise;
        rgb[i] = Math.min(255, Math.max(0, Math.round(tables[c]![seen[i]!]! * lit + grain)));
      }
    }
  return { ...picture, rgb };
}

/** A slope, and half of the time a soft bright or dark spot: shares of the brightness over the unit square. */
function unevenLight(random: Random): (x: number, y: number) => number {
  const steep = random() < 0.5 ? 0 : random() * 0.5;
  const angle = random() * 2 * Math.PI;
  const slope = [Math.cos(angle) * steep, Math.sin(angle) * steep] as const;
  const spot = random() < 0.5 ? 0 : (random() - 0.5) * 0.7;
  const at = [random() * 1.4 - 0.2, random() * 1.4 - 0.2] as const;
  const reach = 0.15 + random() * 0.5;
  return (x, y) => {
    const far = ((x - at[0]) ** 2 + (y - at[1]) ** 2) / reach ** 2;
    return Math.max(0.3, 1 + slope[0] * (x - 0.5) + slope[1] * (y - 0.5) + spot * Math.exp(-far));
  };
}

/** Gaussian of the given sigma, separable, borders repeated. */
function blurred(rgb: Uint8Array, widthPx: number, heightPx: number, sigmaPx: number): Uint8Array {
  const r = Math.ceil(2.5 * sigmaPx);
  const kernel = Float32Array.from({ length: 2 * r + 1 }, (_, i) => Math.exp(-((i - r) ** 2) / (2 * sigmaPx ** 2)));
  const total = kernel.reduce((a, b) => a + b, 0);
  const pass = (from: Uint8Array, step: number, length: number, position: (i: number) => number): Uint8Array => {
    const out = new Uint8Array(from.length);
    for (let i = 0; i < from.length; i += 1) {
      const p = position(i);
      let sum = 0;
      for (let k = -r; k <= r; k += 1)
        sum += kernel[k + r]! * from[i + (Math.min(length - 1, Math.max(0, p + k)) - p) * step]!;
      out[i] = Math.round(sum / total);
    }
    return out;
  };
  const across = pass(rgb, 3, widthPx, (i) => Math.floor(i / 3) % widthPx);
  return pass(across, 3 * widthPx, heightPx, (i) => Math.floor(i / (3 * widthPx)));
}
