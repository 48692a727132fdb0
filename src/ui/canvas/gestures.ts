import type { Point } from '#domain/ring.ts';
import { panned, zoomAbout, type Viewport } from './viewport.ts';

export interface GestureTarget {
  readonly element: HTMLElement;
  readonly view: () => Viewport;
  readonly setView: (view: Viewport) => void;
  readonly limits: () => readonly [number, number];
  /** One finger draws (true) or only points (false). */
  readonly isDrawing: () => boolean;
  readonly onStroke: (stroke: readonly Point[], isDone: boolean) => void;
  readonly onTap: (at: Point) => void;
  /** Whether a finger that comes down here takes hold of something. */
  readonly grabs?: (at: Point) => boolean;
  /** What it holds has moved so far; null: let go of without moving it, for a second finger came. */
  readonly onDrag?: (by: Point | null, isDone: boolean) => void;
}

/** A finger that moved less than this, px, has tapped. */
const TAP_PX = 12;

/** Two fingers (or wheel and drag of a mouse) move and scale the picture; one finger taps or draws. Returns its end. */
export function followGestures(target: GestureTarget): () => void {
  const { element } = target;
  const pointers = new Map<number, Point>();
  let stroke: Point[] = [];
  let start: Point | null = null;
  let hasMoved = false;
  let isHolding = false;

  const place = (event: PointerEvent | WheelEvent): Point => {
    const rect = element.getBoundingClientRect();
    // An enlarged page (panel-size.ts) measures itself in larger pixels than the pointer.
    const scale = element.clientWidth / (rect.width || 1);
    return [(event.clientX - rect.left) * scale, (event.clientY - rect.top) * scale];
  };
  const letGo = () => {
    if (isHolding) target.onDrag?.(null, true);
    isHolding = false;
  };
  const dropStroke = () => {
    if (stroke.length > 0) target.onStroke([], false);
    stroke = [];
  };

  const onDown = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (pointers.size === 1) {
      start = place(event);
      hasMoved = false;
      stroke = target.isDrawing() ? [start] : [];
      isHolding = stroke.length === 0 && (target.grabs?.(start) ?? false);
    } else {
      letGo();
      start = null;
      dropStroke();
    }
  };

  const onMove = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    if (pointers.size === 2) moveTwo(event.pointerId, before, now);
    else if (pointers.size === 1 && start) {
      if (Math.hypot(now[0] - start[0], now[1] - start[1]) > TAP_PX) hasMoved = true;
      if (stroke.length > 0) {
        for (const part of event.getCoalescedEvents()) stroke.push(place(part));
        stroke.push(now);
        target.onStroke(stroke, false);
      } else if (isHolding) {
        if (hasMoved) target.onDrag?.([now[0] - start[0], now[1] - start[1]], false);
      } else if (event.pointerType === 'mouse' && hasMoved)
        target.setView(panned(target.view(), now[0] - before[0], now[1] - before[1]));
    }
    pointers.set(event.pointerId, now);
  };

  function moveTwo(id: number, before: Point, now: Point): void {
    const other = [...pointers].find(([key]) => key !== id)?.[1];
    if (!other) return;
    const spread = (p: Point) => Math.max(1, Math.hypot(p[0] - other[0], p[1] - other[1]));
    const middle = (p: Point): Point => [(p[0] + other[0]) / 2, (p[1] + other[1]) / 2];
    const [mx, my] = middle(before);
    const [nx, ny] = middle(now);
    const moved = panned(target.view(), nx - mx, ny - my);
    target.setView(zoomAbout(moved, [nx, ny], spread(now) / spread(before), target.limits()));
  }

  const onUp = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type === 'pointercancel') {
      letGo();
      start = null;
      dropStroke();
    } else if (start && pointers.size === 0) {
      const end = place(event);
      if (isHolding && hasMoved) target.onDrag?.([end[0] - start[0], end[1] - start[1]], true);
      isHolding = false;
      if (stroke.length > 0 && hasMoved) {
        target.onStroke(stroke, true);
        stroke = [];
      } else {
        dropStroke();
        if (!hasMoved) target.onTap(start);
      }
    }
    if (pointers.size === 0) start = null;
  };

  const onWheel = (event: WheelEvent) => {
    event.preventDefault();
    target.setView(zoomAbout(target.view(), place(event), Math.exp(-event.deltaY * 0.0015), target.limits()));
  };

  element.addEventListener('pointerdown', onDown);
  element.addEventListener('pointermove', onMove);
  element.addEventListener('pointerup', onUp);
  element.addEventListener('pointercancel', onUp);
  element.addEventListener('wheel', onWheel, { passive: false });
  return () => {
    element.removeEventListener('pointerdown', onDown);
    element.removeEventListener('pointermove', onMove);
    element.removeEventListener('pointerup', onUp);
    element.removeEventListener('pointercancel', onUp);
    element.removeEventListener('wheel', onWheel);
  };
}
