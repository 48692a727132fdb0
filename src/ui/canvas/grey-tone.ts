/** The camera's colours, or without them light or dark enough for pieces to read. */
export type Tone = 'colour' | 'light' | 'dark';

/** Lightness of greyed leather, 0 to 1: whatever hide it is, pieces and table stand out from it. */
const LIGHTNESS = { light: 0.86, dark: 0.2 };
/** Share of the leather's own contrast that is left: its grain shows, its colour patches do not compete. */
const CONTRAST = 0.4;

/** Grey of each lightness 0 to 255, for leather of a mean lightness 0 to 1. */
export function greyTable(mean: number, tone: Exclude<Tone, 'colour'>): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: 256 }, (_, v) => {
    const centred = Math.min(1, ((v / 255) * 0.5) / mean);
    return 255 * ((centred - 0.5) * CONTRAST + 0.5) * (LIGHTNESS[tone] / 0.5);
  });
}

/** Mean lightness of a picture's middle, where the leather is; 0.05 to 1. */
export function meanLightness(image: ImageBitmap): number {
  const side = 32;
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  if (!ctx) return 0.5;
  const { width: w, height: h } = image;
  ctx.drawImage(image, w / 4, h / 4, w / 2, h / 2, 0, 0, side, side);
  const { data } = ctx.getImageData(0, 0, side, side);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!;
  return Math.max(0.05, sum / (data.length / 4) / 255);
}

/** Greys RGBA pixels in place: each becomes what the table has for its lightness. */
export function greyPixels(data: Uint8ClampedArray, table: Uint8ClampedArray): void {
  for (let i = 0; i < data.length; i += 4) {
    // Rec. 709 in 1/1024.
    const grey = table[(218 * data[i]! + 732 * data[i + 1]! + 74 * data[i + 2]!) >> 10]!;
    data[i] = grey;
    data[i + 1] = grey;
    data[i + 2] = grey;
  }
}
