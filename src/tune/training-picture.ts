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

/** Changes light and sharpness of a picture the way cameras differ: gain and gamma a channel, a little blur, noise. */
export function jitterLight(picture: TrainingPicture, random: Random): TrainingPicture {
  const gamma = Math.exp((random() - 0.5) * 0.5);
  const gains = [0, 1, 2].map(() => 1 + (random() - 0.5) * 0.16);
  const lift = Math.exp((random() - 0.5) * 0.5);
  const noise = random() < 0.5 ? 0 : random() * 5;
  const tables = gains.map((gain) =>
    Float32Array.from({ length: 256 }, (_, v) => 255 * Math.min(1, gain * lift * (v / 255)) ** gamma),
  );
  const rgb = new Uint8Array(picture.rgb.length);
  for (let i = 0; i < rgb.length; i += 1) {
    const grain = noise === 0 ? 0 : (random() + random() + random() - 1.5) * noise;
    rgb[i] = Math.min(255, Math.max(0, Math.round(tables[i % 3]![picture.rgb[i]!]! + grain)));
  }
  return { ...picture, rgb };
}
