import type { Point, Ring } from '#domain/ring.ts';
import type { LayoutView } from '#api/views.ts';
import { drawScene } from './draw-scene.ts';
import { between, comesFrom, easeBoth, type PlacedPiece } from './fly.ts';
import { hatches, type Hatches } from './hatch.ts';
import { readPalette, type Palette } from './palette.ts';
import { ScanPictures, type ScanPicture } from './pictures.ts';
import type { Scene } from './scene.ts';
import { boxOf, fitViewport, panned, toScreen, toTable, type Box, type Insets, type Viewport } from './viewport.ts';

/** The table before anything lies on it, mm: only its grid is seen. */
const EMPTY_TABLE: Box = { minX: 0, minY: 0, maxX: 2200, maxY: 1600 };
const NO_PIECES: readonly PlacedPiece[] = [];
const MOST_ZOOM = 12;

/** Owns one canvas: its size, view and frames. Draws when something changed, or each frame while something moves. */
export class HidePainter {
  readonly #canvas: HTMLCanvasElement;
  readonly #ctx: CanvasRenderingContext2D;
  readonly #pictures: ScanPictures;
  readonly #sizes: ResizeObserver;
  readonly #area: (areaMm2: number) => string;
  #scene: Scene | null = null;
  #view: Viewport | null = null;
  #fitted: Viewport = { scale: 1, left: 0, top: 0 };
  #insets: Insets = { left: 16, top: 16, right: 16, bottom: 16 };
  #palette: Palette | null = null;
  #hatches: Hatches | null = null;
  #frame = 0;
  #fittedTo = '';
  #pieces: readonly PlacedPiece[] = NO_PIECES;
  #origins: readonly (Ring | null)[] = [];
  #flightStart = 0;
  #stroke: Ring | null = null;
  #isClosed = false;

  constructor(canvas: HTMLCanvasElement, area: (areaMm2: number) => string) {
    const ctx = canvas.getContext('2d');
    if (!ctx) throw new Error('this browser has no 2D canvas');
    this.#canvas = canvas;
    this.#ctx = ctx;
    this.#area = area;
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
  }

  /** Shows a scene. `layout` is what its pieces stand for: pieces fly from the layout shown before. */
  show(scene: Scene, layout: LayoutView | null, insets: Insets): void {
    const chosen = scene.marks.find((m) => m.isSelected);
    if (chosen && chosen.id !== this.#scene?.marks.find((m) => m.isSelected)?.id) this.#bringIntoView(chosen.outline);
    this.#scene = scene;
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

  /** The line under the finger, in px of the canvas. */
  setStroke(stroke: readonly Point[]): void {
    this.#stroke = stroke.length > 0 ? stroke.map((p) => toTable(this.view(), p)) : null;
    this.#request();
  }

  #resize(): void {
    const ratio = window.devicePixelRatio;
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = Math.round(clientWidth * ratio);
    this.#canvas.height = Math.round(clientHeight * ratio);
    this.#palette = null;
    this.#request();
  }

  /** Moves a zoomed picture so that a mark lies in its middle, unless it is seen already. */
  #bringIntoView(outline: Ring): void {
    const box = boxOf(outline);
    if (!this.#view || !box) return;
    const { clientWidth, clientHeight } = this.#canvas;
    const [x, y] = toScreen(this.#view, [(box.minX + box.maxX) / 2, (box.minY + box.maxY) / 2]);
    if (x > 0 && y > 0 && x < clientWidth && y < clientHeight) return;
    this.#view = panned(this.#view, clientWidth / 2 - x, clientHeight / 2 - y);
  }

  /** A frame of its own brings the whole of it into view; while it stays, so does the person's zoom. */
  #fit(frame: Box): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const key = JSON.stringify([frame, this.#insets, clientWidth, clientHeight]);
    if (key === this.#fittedTo) return;
    this.#fittedTo = key;
    this.#fitted = fitViewport(frame, clientWidth, clientHeight, this.#insets);
    this.#view = null;
  }

  #frameOf(scene: Scene, picture: ScanPicture | null): Box {
    const place = scene.picture?.place;
    if (place?.isGuess && picture) {
      const height = place.matrix[5];
      return { minX: 0, minY: 0, maxX: (height * picture.widthPx) / picture.heightPx, maxY: height };
    }
    return scene.frame ?? EMPTY_TABLE;
  }

  #request(): void {
    if (this.#isClosed || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame((time) => {
      this.#frame = 0;
      this.#draw(time);
    });
  }

  #draw(time: number): void {
    const scene = this.#scene;
    if (!scene) return;
    const ratio = window.devicePixelRatio;
    if (!this.#palette || !this.#hatches) {
      this.#palette = readPalette(document.documentElement);
      this.#hatches = hatches(this.#palette, ratio);
    }
    const picture = scene.picture ? this.#pictures.of(scene.picture.job) : null;
    this.#fit(this.#frameOf(scene, picture));
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const flights = this.#flights(performance.now(), isStill);
    this.#ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawScene(this.#stroke ? { ...scene, draft: this.#stroke } : scene, {
      ctx: this.#ctx,
      view: this.view(),
      widthPx: this.#canvas.clientWidth,
      heightPx: this.#canvas.clientHeight,
      palette: this.#palette,
      hatches: this.#hatches,
      picture,
      timeMs: isStill ? null : time,
      flights,
      area: this.#area,
    });
    const isMoving =
      flights.size > 0 ||
      (!isStill &&
        (scene.marks.some((m) => m.isDoubtful && !m.isSelected) || scene.pieces.some((p) => p.look === 'now')));
    if (isMoving) this.#request();
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
