import { isSameView, type DrawnSheet } from './laid-sheet.ts';

/** Ground and what lies on it as one opaque sheet: laid while fingers move, it costs software rendering less than half
 *  of what two scaled sheets do, and it changes to a sharper one as a whole. */
export class JoinedSheet {
  #of: readonly DrawnSheet[] = [];
  #joined: DrawnSheet | null = null;

  /** The sheet as it was joined last; null before. */
  get sheet(): DrawnSheet | null {
    return this.#joined;
  }

  /** Joins two sheets of one view, the first below. @returns whether they are joined now: not where their views differ */
  join(below: DrawnSheet, above: DrawnSheet): boolean {
    if (this.#of[0] === below && this.#of[1] === above) return true;
    const { width, height } = below.canvas;
    const isAlike = below.ratio === above.ratio && width === above.canvas.width && height === above.canvas.height;
    if (!isAlike || !isSameView(below.view, above.view)) return false;
    const canvas = this.#joined?.canvas ?? document.createElement('canvas');
    const ctx = canvas.getContext('2d', { alpha: false });
    if (!ctx) return false;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    ctx.drawImage(below.canvas, 0, 0);
    ctx.drawImage(above.canvas, 0, 0);
    this.#of = [below, above];
    this.#joined = { canvas, view: below.view, ratio: below.ratio, marginPx: below.marginPx };
    return true;
  }
}
