import { coversScreen, isGoodEnough, isSameView, laySheet, type DrawnSheet } from './laid-sheet.ts';
import type { Viewport } from './viewport.ts';

/** A part of the picture drawn once and laid on the screen again and again: while fingers move it, it is only shifted
 *  and scaled, and a sharper one is drawn beside it in slices that fit into a frame. Software rendering has no other
 *  way to sixty frames a second over hundreds of pieces. */
export class SheetCache {
  readonly #marginPx: number;
  #shown: Sheet | null = null;
  #next: Sheet | null = null;
  /** Canvases that are not in use, to be drawn on again. */
  #spare: HTMLCanvasElement | null = null;
  #probe: CanvasRenderingContext2D | null = null;

  /** @param marginPx how far beyond the screen's edge it is drawn, so that a short pan finds something there */
  constructor(marginPx: number) {
    this.#marginPx = marginPx;
  }

  isEmpty(): boolean {
    return this.#shown === null;
  }

  /** Whether the sheet reaches over the whole screen at this view. */
  covers(view: Viewport, widthPx: number, heightPx: number): boolean {
    return this.#shown !== null && coversScreen(this.#shown, view, widthPx, heightPx);
  }

  /** Whether it may stay while fingers move. */
  isGoodEnough(view: Viewport, widthPx: number, heightPx: number): boolean {
    return this.#shown !== null && isGoodEnough(this.#shown, view, widthPx, heightPx);
  }

  /** What is on show, once it is whole and shows this content. */
  whole(wish: SheetWish): DrawnSheet | null {
    const shown = this.#shown;
    return shown && isSameContent(shown, wish) && isWhole(shown) ? shown : null;
  }

  /** Goes on drawing the wished sheet for at most `budgetMs`. Returns whether it is on show and whole.
   *  @param isUrgent other content takes the old one's place at once and fills in before the person's eyes
   *  @param now milliseconds of any clock */
  work(wish: SheetWish, budgetMs: number, isUrgent: boolean, now: () => number): boolean {
    const shown = this.#shown;
    if (shown && isOf(shown, wish) && isWhole(shown)) return true;
    let sheet = shown && isSameContent(shown, wish) && !isWhole(shown) ? shown : this.#next;
    // A sheet under way is finished although the fingers have moved on: a little old is better than none.
    if (!sheet || !isSameContent(sheet, wish)) sheet = this.#begin(wish);
    if (!sheet) return true;
    if (isUrgent && shown !== sheet && (!shown || !isSameContent(shown, wish))) this.#show(sheet);
    const end = now() + budgetMs;
    let looked = now();
    for (let noted = 0; !isWhole(sheet);) {
      sheet.steps[sheet.done]!(sheet.ctx, shifted(sheet.view, this.#marginPx));
      sheet.done += 1;
      noted += 1;
      if (noted < STEPS_A_LOOK && now() < looked + LOOK_AFTER_MS && !isWhole(sheet)) continue;
      this.#rasterize(sheet.canvas);
      noted = 0;
      looked = now();
      if (looked >= end && !isWhole(sheet)) return false;
    }
    if (this.#shown !== sheet) this.#show(sheet);
    return isOf(sheet, wish);
  }

  #show(sheet: Sheet): void {
    this.#spare = this.#shown?.canvas ?? this.#spare;
    this.#shown = sheet;
    if (this.#next === sheet) this.#next = null;
  }

  /** Lays what is there on the screen. `ctx` measures CSS pixels. */
  lay(ctx: CanvasRenderingContext2D, view: Viewport): void {
    if (this.#shown) laySheet(ctx, this.#shown, view);
  }

  /** A canvas only notes what is drawn on it and does the work when someone looks: so somebody looks, slice by slice,
   *  lest all of it come in the last frame. */
  #rasterize(canvas: HTMLCanvasElement): void {
    this.#probe ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    this.#probe?.drawImage(canvas, 0, 0, 1, 1, 0, 0, 1, 1);
    this.#probe?.getImageData(0, 0, 1, 1);
  }

  #begin(wish: SheetWish): Sheet | null {
    const canvas = this.#next?.canvas ?? this.#spare ?? document.createElement('canvas');
    this.#spare = null;
    const width = Math.round((wish.widthPx + 2 * this.#marginPx) * wish.ratio);
    const height = Math.round((wish.heightPx + 2 * this.#marginPx) * wish.ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const ctx = canvas.getContext('2d');
    if (!ctx) return null;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.setTransform(wish.ratio, 0, 0, wish.ratio, 0, 0);
    const { key, view, ratio, widthPx, heightPx } = wish;
    const marginPx = this.#marginPx;
    this.#next = { canvas, ctx, key, view, ratio, marginPx, widthPx, heightPx, steps: wish.steps(), done: 0 };
    return this.#next;
  }
}

/** After so many steps, or so long a time, what they noted is drawn and the frame's budget looked at: each look costs a
 *  third of a millisecond, and what is noted is dearer to draw than to note. */
const STEPS_A_LOOK = 4;
const LOOK_AFTER_MS = 1.5;

export type SheetStep = (ctx: CanvasRenderingContext2D, view: Viewport) => void;

export interface SheetWish {
  /** Changes with the content; compared by identity. */
  readonly key: unknown;
  readonly view: Viewport;
  readonly ratio: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** The drawing, in pieces of a millisecond at most, or of few enough lines to be drawn in one. */
  readonly steps: () => readonly SheetStep[];
}

interface Sheet extends DrawnSheet {
  readonly steps: readonly SheetStep[];
  /** How many of them have been drawn. */
  done: number;
  readonly ctx: CanvasRenderingContext2D;
  readonly key: unknown;
  readonly widthPx: number;
  readonly heightPx: number;
}

function isWhole(sheet: Sheet): boolean {
  return sheet.done >= sheet.steps.length;
}

function isSameContent(sheet: Sheet, wish: SheetWish): boolean {
  return (
    sheet.key === wish.key &&
    sheet.ratio === wish.ratio &&
    sheet.widthPx === wish.widthPx &&
    sheet.heightPx === wish.heightPx
  );
}

function isOf(sheet: Sheet, wish: SheetWish): boolean {
  return isSameContent(sheet, wish) && isSameView(sheet.view, wish.view);
}

function shifted(view: Viewport, by: number): Viewport {
  return { scale: view.scale, left: view.left + by, top: view.top + by };
}
