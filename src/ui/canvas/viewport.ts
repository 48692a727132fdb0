import type { Point } from '#domain/ring.ts';

/** How table mm (y up) come to CSS pixels (y down): x = left + scale * X, y = top - scale * Y. */
export interface Viewport {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export interface Insets {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The whole box, centred in what the insets leave of the picture. */
export function fitViewport(box: Box, widthPx: number, heightPx: number, insets: Insets): Viewport {
  const freeWidth = Math.max(1, widthPx - insets.left - insets.right);
  const freeHeight = Math.max(1, heightPx - insets.top - insets.bottom);
  const scale = Math.min(
    freeWidth / Math.max(1e-6, box.maxX - box.minX),
    freeHeight / Math.max(1e-6, box.maxY - box.minY),
  );
  return {
    scale,
    left: insets.left + freeWidth / 2 - (scale * (box.minX + box.maxX)) / 2,
    top: insets.top + freeHeight / 2 + (scale * (box.minY + box.maxY)) / 2,
  };
}

export function toScreen(view: Viewport, [x, y]: Point): Point {
  return [view.left + view.scale * x, view.top - view.scale * y];
}

export function toTable(view: Viewport, [x, y]: Point): Point {
  return [(x - view.left) / view.scale, (view.top - y) / view.scale];
}

/** Scales about a point of the screen that stays where it is. */
export function zoomAbout(view: Viewport, at: Point, factor: number, limits: readonly [number, number]): Viewport {
  const scale = Math.min(limits[1], Math.max(limits[0], view.scale * factor));
  const [x, y] = toTable(view, at);
  return { scale, left: at[0] - scale * x, top: at[1] + scale * y };
}

export function panned(view: Viewport, dx: number, dy: number): Viewport {
  return { ...view, left: view.left + dx, top: view.top + dy };
}

/** Box round points; null without any. */
export function boxOf(points: Iterable<Point>): Box | null {
  let box: { minX: number; minY: number; maxX: number; maxY: number } | null = null;
  for (const [x, y] of points) {
    if (!box) box = { minX: x, minY: y, maxX: x, maxY: y };
    else {
      box.minX = Math.min(box.minX, x);
      box.minY = Math.min(box.minY, y);
      box.maxX = Math.max(box.maxX, x);
      box.maxY = Math.max(box.maxY, y);
    }
  }
  return box;
}
