import { scanPictureUrl } from '../link/station-client.ts';

/** Largest side of the scan that the page loads, px: twice the picture's place at 1280 x 800 and some zoom. */
const MAX_PX = 2560;

export interface ScanPicture {
  readonly colour: HTMLImageElement;
  /** Without the camera's colours, light enough for pieces to read. */
  readonly grey: { readonly light: HTMLCanvasElement; readonly dark: HTMLCanvasElement };
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Loads a job's scan once and makes its grey copies. Calls back when it is there; a failed load is tried again. */
export class ScanPictures {
  readonly #onReady: () => void;
  #job: string | null = null;
  #picture: ScanPicture | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(onReady: () => void) {
    this.#onReady = onReady;
  }

  close(): void {
    this.#job = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  of(job: string): ScanPicture | null {
    if (this.#job === job) return this.#picture;
    this.#job = job;
    this.#picture = null;
    this.#load(job);
    return null;
  }

  #load(job: string): void {
    const image = new Image();
    image.addEventListener('load', () => {
      if (this.#job !== job) return;
      const mean = meanLightness(image);
      this.#picture = {
        colour: image,
        grey: {
          light: filtered(image, greyFilter(mean, LIGHT)),
          dark: filtered(image, greyFilter(mean, DARK)),
        },
        widthPx: image.naturalWidth,
        heightPx: image.naturalHeight,
      };
      this.#onReady();
    });
    image.addEventListener('error', () => {
      if (this.#job === job) this.#timer = setTimeout(() => this.#load(job), 1000);
    });
    image.src = scanPictureUrl(job, MAX_PX);
  }
}

/** Lightness of greyed leather, 0 to 1: whatever hide it is, pieces and table stand out from it. */
const LIGHT = 0.86;
const DARK = 0.2;

function greyFilter(mean: number, target: number): string {
  // Contrast turns about 0.5: so the mean goes there first.
  return `grayscale(1) brightness(${0.5 / mean}) contrast(.4) brightness(${target / 0.5})`;
}

/** Mean lightness of the picture's middle, where the leather is; 0.05 to 1. */
function meanLightness(image: HTMLImageElement): number {
  const side = 32;
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const ctx = canvas.getContext('2d', { willReadFrequently: true });
  if (!ctx) return 0.5;
  const { naturalWidth: w, naturalHeight: h } = image;
  ctx.drawImage(image, w / 4, h / 4, w / 2, h / 2, 0, 0, side, side);
  const { data } = ctx.getImageData(0, 0, side, side);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!;
  return Math.max(0.05, sum / (data.length / 4) / 255);
}

function filtered(image: HTMLImageElement, filter: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const ctx = canvas.getContext('2d');
  if (ctx) {
    ctx.filter = filter;
    ctx.drawImage(image, 0, 0);
  }
  return canvas;
}
