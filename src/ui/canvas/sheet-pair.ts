import { JoinedSheet } from './joined-sheet.ts';
import { coversScreen, isGoodEnough, isSameView, laySheet, type DrawnSheet } from './laid-sheet.ts';
import { SheetCache, type SheetWish } from './sheet-cache.ts';
import type { Viewport } from './viewport.ts';

/** Drawing time of a frame that goes into a sheet that gets sharper, ms: with fingers on the picture, and without. */
const BUDGET_MS = { moving: 4, still: 8 };

/** The ground and what lies on it, as two sheets that are drawn anew each when its own content changes, and laid as one:
 *  of two scaled sheets a frame, software rendering made tasks of 50 ms. */
export class SheetPair {
  readonly #ground: SheetCache;
  readonly #top: SheetCache;
  readonly #joined = new JoinedSheet();
  /** What the joined sheet shows. */
  #content: readonly unknown[] = [];
  /** The view that both are being drawn for while fingers move on: else there were two, and nothing to join. */
  #aim: Viewport | null = null;

  /** @param marginPx how far beyond the screen's edge they are drawn */
  constructor(marginPx: number) {
    this.#ground = new SheetCache(marginPx);
    this.#top = new SheetCache(marginPx);
  }

  /** Lays both, and brings them nearer to what is wished within the frame's budget.
   *  @param backdrop fills the screen where no sheet reaches
   *  @returns whether nothing is left to do */
  lay(
    ctx: CanvasRenderingContext2D,
    ground: SheetWish,
    top: SheetWish,
    isMoving: boolean,
    backdrop: () => void,
  ): boolean {
    const joined = this.#joined.sheet;
    const { ratio, widthPx, heightPx } = ground;
    const content = [ground.key, top.key, ratio, widthPx, heightPx];
    if (joined === null || content.some((part, i) => part !== this.#content[i]))
      return this.#layApart(ctx, ground, top, isMoving, backdrop);
    const isSharp = this.#sharpen(joined, ground, top, isMoving);
    // The same canvas may hold a sharper one now.
    const shown = this.#joined.sheet ?? joined;
    if (!coversScreen(shown, ground.view, widthPx, heightPx)) backdrop();
    laySheet(ctx, shown, ground.view);
    return isSharp;
  }

  /** Lays the ground alone: what lies on it is on its way. @returns whether nothing is left to do */
  layGround(ctx: CanvasRenderingContext2D, ground: SheetWish, isMoving: boolean, backdrop: () => void): boolean {
    const isSharp = this.#renew(this.#ground, ground, isMoving, false);
    if (!this.#ground.covers(ground.view, ground.widthPx, ground.heightPx)) backdrop();
    this.#ground.lay(ctx, ground.view);
    return isSharp;
  }

  #sharpen(joined: DrawnSheet, ground: SheetWish, top: SheetWish, isMoving: boolean): boolean {
    const { view, widthPx, heightPx } = ground;
    if (isMoving && isGoodEnough(joined, view, widthPx, heightPx)) return false;
    this.#aim = isMoving ? (this.#aim ?? view) : view;
    const aim = this.#aim;
    const budgetMs = isMoving ? BUDGET_MS.moving : BUDGET_MS.still;
    const isDone = (sheet: SheetCache, wish: SheetWish) => {
      const isThere = sheet.whole(wish)?.view;
      if (isThere && isSameView(isThere, aim)) return true;
      sheet.work({ ...wish, view: aim }, budgetMs, false, clock);
      return false;
    };
    if (!isDone(this.#ground, ground) || !isDone(this.#top, top)) return false;
    if (this.#join(ground, top)) this.#aim = null;
    return isSameView(aim, view);
  }

  /** New content at once, before it is whole: a layout or a choice that shows late would be a lie. */
  #layApart(
    ctx: CanvasRenderingContext2D,
    ground: SheetWish,
    top: SheetWish,
    isMoving: boolean,
    backdrop: () => void,
  ): boolean {
    const isGroundSharp = this.layGround(ctx, ground, isMoving, backdrop);
    // Drawn for the ground's view, the two can be joined while the fingers still move.
    const below = isMoving ? this.#ground.whole(ground) : null;
    const isTopSharp = this.#renew(this.#top, below ? { ...top, view: below.view } : top, isMoving, true);
    this.#top.lay(ctx, top.view);
    this.#join(ground, top);
    return isGroundSharp && isTopSharp;
  }

  #join(ground: SheetWish, top: SheetWish): boolean {
    const [below, above] = [this.#ground.whole(ground), this.#top.whole(top)];
    if (!below || !above || !this.#joined.join(below, above)) return false;
    this.#content = [ground.key, top.key, ground.ratio, ground.widthPx, ground.heightPx];
    return true;
  }

  /** Brings a sheet nearer to what is wished. Returns whether nothing is left to do. */
  #renew(sheet: SheetCache, wish: SheetWish, isMoving: boolean, isUrgent: boolean): boolean {
    // One that is not whole yet is finished with fingers on it too.
    if (isMoving && sheet.whole(wish) && sheet.isGoodEnough(wish.view, wish.widthPx, wish.heightPx)) return false;
    const budgetMs = isMoving ? BUDGET_MS.moving : BUDGET_MS.still;
    return sheet.work(wish, budgetMs / 2, isUrgent || sheet.isEmpty(), clock);
  }
}

const clock = () => performance.now();
