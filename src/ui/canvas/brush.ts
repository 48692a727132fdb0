import type { Ring } from '#domain/ring.ts';
import type { Hatches } from './hatch.ts';
import type { Palette } from './palette.ts';
import type { ScanPicture } from './pictures.ts';
import { boxOf, toScreen, type Viewport } from './viewport.ts';

/** All that drawing needs besides the scene. */
export interface Brush {
  readonly ctx: CanvasRenderingContext2D;
  readonly view: Viewport;
  /** Pixels of the screen for one CSS pixel. */
  readonly ratio: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** How far the drawing reaches beyond what is on the screen, px: no chip belongs there. */
  readonly marginPx: number;
  readonly palette: Palette;
  readonly hatches: Hatches;
  readonly picture: ScanPicture | null;
  /** Time for what moves, ms; null: nothing moves (reduced motion). */
  readonly timeMs: number | null;
  /** Where pieces are on their flight: outlines instead of the scene's, by index. */
  readonly flights: ReadonlyMap<number, Ring>;
  /** A mark's cost in yield as the locale writes it. */
  readonly cost: (share: number) => string;
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

/** Strokes the current path line over line: the first is seen beside the others, as their casing. */
export function strokeLines(
  ctx: CanvasRenderingContext2D,
  ...lines: readonly (readonly [style: string, width: number])[]
): void {
  for (const [style, width] of lines) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.stroke();
  }
}

/** Strokes the current path with dashes: what is not there yet. */
export function strokeDashed(ctx: CanvasRenderingContext2D, style: string, width: number): void {
  ctx.setLineDash([8, 6]);
  strokeLines(ctx, [style, width]);
  ctx.setLineDash([]);
}

/** Whether a ring has a part in the drawing, `air` px round it included. */
export function isInDrawing({ view, widthPx, heightPx }: Brush, ring: Ring, air: number): boolean {
  const box = boxOf(ring);
  if (!box) return false;
  const [left, top] = toScreen(view, [box.minX, box.maxY]);
  const [right, bottom] = toScreen(view, [box.maxX, box.minY]);
  return right > -air && bottom > -air && left < widthPx + air && top < heightPx + air;
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
