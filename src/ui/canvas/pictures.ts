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
      this.#picture = {
        colour: image,
        grey: {
          light: filtered(image, 'grayscale(1) contrast(.35) brightness(1.55)'),
          dark: filtered(image, 'grayscale(1) contrast(.5) brightness(.42)'),
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
