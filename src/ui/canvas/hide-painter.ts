import type { Ring } from '#domain/ring.ts';
import type { LayoutView } from '#api/views.ts';
import type { Brush } from './brush.ts';
import { drawHand, type Hand } from './draw-held.ts';
import { drawOverlay, groundSteps, topSteps } from './draw-scene.ts';
import { pulsingMarks } from './draw-marks.ts';
import { between, comesFrom, easeBoth, type PlacedPiece } from './fly.ts';
import { hatches, type Hatches } from './hatch.ts';
import { keepSame } from './keep-same.ts';
import { readPalette, type Palette } from './palette.ts';
import { ScanPictures, type ScanPicture } from './pictures.ts';
import type { Scene } from './scene.ts';
import type { SheetStep, SheetWish } from './sheet-cache.ts';
import { SheetPair } from './sheet-pair.ts';
import type { Draft } from './stroke-meant.ts';
import { boxOf, fitViewport, panned, toScreen, type Box, type Insets, type Viewport } from './viewport.ts';

/** The table before anything lies on it, mm: only its grid is seen. */
const EMPTY_TABLE: Box = { minX: 0, minY: 0, maxX: 2200, maxY: 1600 };
const NO_PIECES: readonly PlacedPiece[] = [];
const MOST_ZOOM = 12;
/** How far sheets are drawn beyond the screen, px. */
const MARGIN_PX = 96;
/** A picture that has not moved for this long is drawn sharp, ms. */
const SETTLED_MS = 120;
/** Between two frames of a breathing ring, ms: nobody sees more, and the solver has the core. */
const PULSE_FRAME_MS = 48;

/** Owns one canvas: its size, view and frames. Draws when something changed, or each frame while something moves. */
export class HidePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D;
  readonly #pictures: ScanPictures;
  readonly #sizes: ResizeObserver;
  readonly #cost: (share: number) => string;
  readonly #sheets = new SheetPair(MARGIN_PX);
  #groundKey: readonly unknown[] = [];
  #topKey: readonly unknown[] = [];
  #scene: Scene | null = null;
  #view: Viewport | null = null;
  #fitted: Viewport = { scale: 1, left: 0, top: 0 };
  #movedAt = -Infinity;
  #insets: Insets = { left: 16, top: 16, right: 16, bottom: 16 };
  #palette: Palette | null = null;
  #hatches: Hatches | null = null;
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #fittedTo = '';
  #pieces: readonly PlacedPiece[] = NO_PIECES;
  #origins: readonly (Ring | null)[] = [];
  #flightStart = 0;
  #draft: Draft | null = null;
  #hand: Hand = { picked: null, held: null };
  #widthPx = 0;
  #heightPx = 0;
  #isClosed = false;

  constructor(canvas: HTMLCanvasElement, cost: (share: number) => string) {
    const ctx = canvas.getContext('2d', { alpha: false });
    if (!ctx) throw new Error('this browser has no 2D canvas');
    this.#canvas = canvas;
    this.#ctx = ctx;
    this.#cost = cost;
    this.#pictures = new ScanPictures(() => this.#request());
    this.#sizes = new ResizeObserver(() => this.#resize());
    this.#sizes.observe(canvas);
    this.#resize();
  }

  close(): void {
    this.#isClosed = true;
    this.#sizes.disconnect();
    this.#pictures.close();
    cancelAnimationFrame(this.#frame);
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Shows a scene. `layout` is what its pieces stand for: pieces fly from the layout shown before. */
  show(scene: Scene, layout: LayoutView | null, insets: Insets): void {
    const chosen = scene.marks.find((m) => m.isSelected);
    if (chosen && chosen.id !== this.#scene?.marks.find((m) => m.isSelected)?.id) this.#bringIntoView(chosen.outline);
    this.#scene = keepSame(this.#scene, scene);
    this.#insets = insets;
    const pieces = scene.pieces.length > 0 && layout ? layout.pieces : NO_PIECES;
    if (pieces !== this.#pieces) {
      // Nothing flies in when the screen opens on a finished layout.
      this.#origins = this.#pieces.length > 0 ? comesFrom(this.#pieces, pieces) : [];
      this.#pieces = pieces;
      this.#flightStart = performance.now();
    }
    this.#request();
  }

  /** Colours changed (theme). */
  repaint(): void {
    this.#palette = null;
    this.#request();
  }

  view(): Viewport {
    return this.#view ?? this.#fitted;
  }

  setView(view: Viewport): void {
    this.#view = view;
    this.#movedAt = performance.now();
    this.#request();
  }

  /** The whole hide again. */
  showAll(): void {
    this.#view = null;
    this.#request();
  }

  limits(): readonly [number, number] {
    return [this.#fitted.scale * 0.8, this.#fitted.scale * MOST_ZOOM];
  }

  /** What the finger is drawing, in table mm. */
  setDraft(draft: Draft | null): void {
    this.#draft = draft && draft.points.length > 0 ? draft : null;
    this.#request();
  }

  /** What the hand has picked or holds. */
  setHand(hand: Hand): void {
    this.#hand = hand;
    this.#request();
  }

  #resize(): void {
    const ratio = this.#ratio();
    this.#widthPx = this.#canvas.clientWidth;
    this.#heightPx = this.#canvas.clientHeight;
    this.#canvas.width = Math.round(this.#widthPx * ratio);
    this.#canvas.height = Math.round(this.#heightPx * ratio);
    this.#palette = null;
    // A canvas of another size is black, and would be shown so: painted before the browser shows it.
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#draw(performance.now());
  }

  /** Pixels of the panel for one of the page's, which may be enlarged. */
  #ratio(): number {
    const { width } = this.#canvas.getBoundingClientRect();
    return window.devicePixelRatio * (this.#canvas.clientWidth > 0 ? width / this.#canvas.clientWidth : 1);
  }

  /** Moves a zoomed picture so that a mark lies in its middle, unless it is seen already. */
  #bringIntoView(outline: Ring): void {
    const box = boxOf(outline);
    if (!this.#view || !box) return;
    const [x, y] = toScreen(this.#view, [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2]);
    if (x > 0 && y > 0 && x < this.#widthPx && y < this.#heightPx) return;
    this.#view = panned(this.#view, this.#widthPx / 2 - x, this.#heightPx / 2 - y);
  }

  /** A frame of its own brings the whole of it into view; while it stays, so does the person's zoom, though cards come
   *  and go. */
  #fit(frame: Box): void {
    const key = JSON.stringify([frame, this.#widthPx, this.#heightPx]);
    if (key !== this.#fittedTo) this.#view = null;
    this.#fittedTo = key;
    this.#fitted = fitViewport(frame, this.#widthPx, this.#heightPx, this.#insets);
  }

  #frameOf(scene: Scene, picture: ScanPicture | null): Box {
    const place = scene.picture?.place;
    if (place?.isGuess && picture) {
      const height = place.matrix[5];
      return { minX: 0, minY: 0, maxX: (height * picture.widthPx) / picture.heightPx, maxY: height };
    }
    return scene.frame ?? EMPTY_TABLE;
  }

  #request(afterMs = 0): void {
    if (this.#isClosed || this.#frame !== 0) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (afterMs > 0) {
      this.#timer = setTimeout(() => this.#request(), afterMs);
      return;
    }
    this.#frame = requestAnimationFrame((time) => {
      this.#frame = 0;
      this.#draw(time);
    });
  }

  #draw(time: number): void {
    const scene = this.#scene;
    if (this.#isClosed || this.#widthPx === 0) return;
    const ratio = this.#ratio();
    this.#palette ??= readPalette(document.documentElement);
    const palette = this.#palette;
    if (!scene) {
      this.#ctx.fillStyle = palette.table;
      this.#ctx.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
      return;
    }
    if (this.#hatches?.palette !== palette) this.#hatches = hatches(palette, ratio);
    const picture = scene.picture ? this.#pictures.of(scene.picture) : null;
    this.#fit(this.#frameOf(scene, picture));
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const now = performance.now();
    const flights = this.#flights(now, isStill);
    const view = this.view();
    const brush: Brush = {
      ctx: this.#ctx,
      view,
      ratio,
      widthPx: this.#widthPx,
      heightPx: this.#heightPx,
      marginPx: 0,
      palette,
      hatches: this.#hatches,
      picture,
      timeMs: isStill ? null : time,
      flights,
      cost: this.#cost,
    };
    const isMoving = now - this.#movedAt < SETTLED_MS;
    const hasPieces = scene.pieces.length > 0;
    this.#groundKey = keep(this.#groundKey, [
      palette,
      picture,
      picture?.version,
      scene.picture,
      scene.outline,
      scene.tiles,
      hasPieces,
      hasPieces ? scene.marks : null,
    ]);
    this.#topKey = keep(this.#topKey, [
      palette,
      hasPieces ? scene.pieces : scene.marks,
      scene.remnants,
      scene.path,
      isStill,
    ]);
    const ground = wishOf(this.#groundKey, brush, () => groundSteps(scene));
    const top = wishOf(this.#topKey, brush, () => topSteps(scene));
    this.#ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const backdrop = () => {
      this.#ctx.fillStyle = palette.table;
      this.#ctx.fillRect(0, 0, this.#widthPx, this.#heightPx);
    };
    let isSharp: boolean;
    if (flights.size > 0) {
      isSharp = this.#sheets.layGround(this.#ctx, ground, isMoving, backdrop);
      brush.hatches.anchor(view.left, view.top);
      for (const step of topSteps(scene)) step(brush);
    } else {
      isSharp = this.#sheets.lay(this.#ctx, ground, top, isMoving, backdrop);
    }
    drawOverlay(scene, this.#draft, brush);
    if (hasPieces) drawHand(this.#hand, brush);
    if (flights.size > 0 || !isSharp) this.#request();
    else if (!isStill && (scene.pieces.some((p) => p.look === 'now') || pulsingMarks(scene.marks).length > 0))
      this.#request(PULSE_FRAME_MS);
  }

  #flights(now: number, isStill: boolean): ReadonlyMap<number, Ring> {
    const flights = new Map<number, Ring>();
    const flyMs = this.#palette?.flyMs ?? 0;
    const t = isStill || flyMs === 0 ? 1 : (now - this.#flightStart) / flyMs;
    if (t >= 1) return flights;
    this.#pieces.forEach((piece, i) => {
      const from = this.#origins[i];
      if (from && from !== piece.outline) flights.set(i, between(from, piece.outline, easeBoth(t)));
    });
    return flights;
  }
}

/** The old key where it says the same: sheets compare keys by identity. */
function keep(before: readonly unknown[], next: readonly unknown[]): readonly unknown[] {
  return before.length === next.length && before.every((part, i) => part === next[i]) ? before : next;
}

function wishOf(key: unknown, brush: Brush, steps: () => readonly ((brush: Brush) => void)[]): SheetWish {
  const { view, ratio, widthPx, heightPx } = brush;
  return {
    key,
    view,
    ratio,
    widthPx,
    heightPx,
    steps: () =>
      steps().map((step): SheetStep => (ctx, shifted) => {
        brush.hatches.anchor(shifted.left, shifted.top);
        step({
          ...brush,
          ctx,
          view: shifted,
          widthPx: widthPx + 2 * MARGIN_PX,
          heightPx: heightPx + 2 * MARGIN_PX,
          marginPx: MARGIN_PX,
        });
      }),
  };
}
