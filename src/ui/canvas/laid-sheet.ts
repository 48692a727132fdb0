import type { Viewport } from './viewport.ts';

/** A part of the picture that was drawn for one view, with a margin round the screen. */
export interface DrawnSheet {
  readonly canvas: HTMLCanvasElement;
  /** The view that it was drawn for. */
  readonly view: Viewport;
  /** Pixels of the canvas for one CSS pixel. */
  readonly ratio: number;
  /** How far beyond the screen's edge it was drawn, px. */
  readonly marginPx: number;
}

/** Lays a sheet on the screen at a view, shifted and scaled from its own. `ctx` measures CSS pixels. */
export function laySheet(ctx: CanvasRenderingContext2D, sheet: DrawnSheet, view: Viewport): void {
  const { x, y, width, height } = placeOf(sheet, view);
  const isScaled = view.scale !== sheet.view.scale;
  // Not scaled, it lies on whole pixels and stays as sharp as it was drawn.
  ctx.imageSmoothingEnabled = isScaled;
  ctx.imageSmoothingQuality = 'low';
  if (isScaled) ctx.drawImage(sheet.canvas, x, y, width, height);
  else ctx.drawImage(sheet.canvas, snapped(x, sheet.ratio), snapped(y, sheet.ratio), width, height);
  ctx.imageSmoothingEnabled = true;
}

/** Whether the sheet reaches over the whole screen at this view. */
export function coversScreen(sheet: DrawnSheet, view: Viewport, widthPx: number, heightPx: number): boolean {
  const { x, y, width, height } = placeOf(sheet, view);
  return x <= 0 && y <= 0 && x + width >= widthPx && y + height >= heightPx;
}

/** Whether it may stay while fingers move: it covers the screen and is neither coarse nor crowded. */
export function isGoodEnough(sheet: DrawnSheet, view: Viewport, widthPx: number, heightPx: number): boolean {
  const scale = view.scale / sheet.view.scale;
  return scale > LEAST_SCALE && scale < MOST_SCALE && coversScreen(sheet, view, widthPx, heightPx);
}

export function isSameView(a: Viewport, b: Viewport): boolean {
  return a.scale === b.scale && a.left === b.left && a.top === b.top;
}

/** How much a sheet may be scaled before it is drawn anew although fingers still move it. */
const LEAST_SCALE = 0.6;
const MOST_SCALE = 1.7;

function placeOf({ canvas, ratio, marginPx, view: own }: DrawnSheet, view: Viewport) {
  const scale = view.scale / own.scale;
  return {
    x: view.left - scale * (own.left + marginPx),
    y: view.top - scale * (own.top + marginPx),
    width: (canvas.width / ratio) * scale,
    height: (canvas.height / ratio) * scale,
  };
}

function snapped(px: number, ratio: number): number {
  return Math.round(px * ratio) / ratio;
}
