import type { Ring } from '#domain/ring.ts';
import type { Hatches } from './hatch.ts';
import type { Palette } from './palette.ts';
import type { ScanPicture } from './pictures.ts';
import { toScreen, type Viewport } from './viewport.ts';

/** All that drawing needs besides the scene. */
export interface Brush {
  readonly ctx: CanvasRenderingContext2D;
  readonly view: Viewport;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly palette: Palette;
  readonly hatches: Hatches;
  readonly picture: ScanPicture | null;
  /** Time for what moves, ms; null: nothing moves (reduced motion). */
  readonly timeMs: number | null;
  /** Where pieces are on their flight: outlines instead of the scene's, by index. */
  readonly flights: ReadonlyMap<number, Ring>;
  /** A decimal figure and the like, from the locale. */
  readonly area: (areaMm2: number) => string;
}

/** Adds a ring of table mm to the current path. */
export function traceRing(brush: Brush, ring: Ring): void {
  ring.forEach((p, i) => {
    const [x, y] = toScreen(brush.view, p);
    if (i === 0) brush.ctx.moveTo(x, y);
    else brush.ctx.lineTo(x, y);
  });
  brush.ctx.closePath();
}

/** Writes centred on the middle of its capitals. */
export function write(
  ctx: CanvasRenderingContext2D,
  palette: Brush['palette'],
  text: string,
  ink: string,
  sizePx: number,
  x: number,
  y: number,
  weight = 600,
  align: CanvasTextAlign = 'center',
): void {
  ctx.font = `${weight} ${sizePx}px ${palette.font}`;
  ctx.textAlign = align;
  ctx.textBaseline = 'alphabetic';
  ctx.fillStyle = ink;
  // Middle of the capitals, not of the line: 0.727 em is Inter's cap height.
  ctx.fillText(text, x, y + sizePx * 0.3635);
}
