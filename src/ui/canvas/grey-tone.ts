/** The camera's colours, or without them light or dark enough for pieces to read. */
export type Tone = 'colour' | 'light' | 'dark';

/** Lightness of greyed leather, 0 to 1: whatever hide it is, pieces and table stand out from it. */
const LIGHTNESS = { light: 0.86, dark: 0.2 };
/** Share of the leather's own contrast that is left: its grain shows, its colour patches do not compete. */
const CONTRAST = 0.4;
/** Pixels that are greyed at a time: a few milliseconds. */
const SLICE_PX = 200_000;

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

/** A grey copy, made slice by slice with frames in between. (A canvas filter does the same in one go, and on software
 *  rendering stops the page for a tenth of a second a tile.) */
export async function greyCopy(
  image: CanvasImageSource & { readonly width: number; readonly height: number },
  table: Uint8ClampedArray,
): Promise<HTMLCanvasElement> {
  const canvas = document.createElement('canvas');
  canvas.width = image.width;
  canvas.height = image.height;
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  if (!ctx) return canvas;
  const rows = Math.max(1, Math.floor(SLICE_PX / image.width));
  for (let y = 0; y < image.height; y += rows) {
    const h = Math.min(rows, image.height - y);
    ctx.drawImage(image, 0, y, image.width, h, 0, y, image.width, h);
    const pixels = ctx.getImageData(0, y, image.width, h);
    const { data } = pixels;
    for (let i = 0; i < data.length; i += 4) {
      // Rec. 709 in 1/1024.
      const grey = table[(218 * data[i]! + 732 * data[i + 1]! + 74 * data[i + 2]!) >> 10]!;
      data[i] = grey;
      data[i + 1] = grey;
      data[i + 2] = grey;
    }
    ctx.putImageData(pixels, 0, y);
    await new Promise((done) => setTimeout(done, 0));
  }
  return canvas;
}
