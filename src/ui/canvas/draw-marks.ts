import type { Point } from '#domain/ring.ts';
import { isInDrawing, traceRing, write, type Brush } from './brush.ts';
import { labelPlace } from './label-place.ts';
import type { SceneMark } from './scene.ts';
import { boxOf, toScreen } from './viewport.ts';

/** Side of a letter's chip and the mark's radius from which it lies inside, px. */
const CHIP = 30;
const INSIDE = 20;
/** Marks with less room than this on the screen keep their pattern and lose the letter while muted. */
const TOO_SMALL = 9;
/** A mark this long holds its chip even where it is a little narrower, px. */
const LONG = 120;
/** Marks up to this size keep chips of others off themselves, px. */
const SMALL = 90;
/** Least half axis of a ring and its air round the mark, px. */
const RING: Point = [24, 10];
const THIN_RING: Point = [12, 4];
/** Doubtful marks that carry their price; the others are in the list. */
const FOREMOST = 6;
const PULSING_AT_MOST = 3;

/** Marks drawn in one step. */
const SLICE = 10;

/** Bodies, then still rings, then letters and prices: what one of them writes, none of the others covers. */
export function markSteps(marks: readonly SceneMark[]): readonly ((brush: Brush) => void)[] {
  const chips: Chip[] = [];
  const foremost = foremostDoubts(marks);
  const slices = Array.from({ length: Math.ceil(marks.length / SLICE) }, (_, i) =>
    marks.slice(i * SLICE, (i + 1) * SLICE),
  );
  return [
    ...slices.map((slice) => (brush: Brush) => {
      for (const mark of slice) {
        chips.push(...smallBody(mark, brush));
        if (isInDrawing(brush, mark.outline, 12)) drawBody(mark, brush);
      }
    }),
    (brush) => {
      for (const mark of marks) {
        if (!mark.isDoubtful) continue;
        if (foremost.has(mark.id)) drawRings(mark, brush);
        else drawThinRing(mark, brush);
      }
    },
    ...slices.map((slice) => (brush: Brush) => {
      for (const mark of slice) {
        if (mark.isMuted || !isInDrawing(brush, mark.outline, 80)) continue;
        if (!mark.isDoubtful) drawLetter(mark, brush, chips);
        else if (foremost.has(mark.id)) drawPrice(mark, brush, chips);
      }
    }),
  ];
}

/** The rings that breathe, at most three, from 1 to 1.15 of their size. Nothing where motion is not wanted. */
export function drawPulses(marks: readonly SceneMark[], brush: Brush): void {
  if (brush.timeMs === null || brush.palette.pulseMs === 0) return;
  for (const mark of pulsingMarks(marks)) drawPulse(mark, brush, brush.timeMs);
}

export function pulsingMarks(marks: readonly SceneMark[]): readonly SceneMark[] {
  const foremost = foremostDoubts(marks);
  return marks.filter((m) => m.isDoubtful && !m.isSelected && foremost.has(m.id)).slice(0, PULSING_AT_MOST);
}

/** The doubtful marks that cost most, and the selected one: a hide with fifty of them must still be read. */
function foremostDoubts(marks: readonly SceneMark[]): ReadonlySet<string> {
  const doubtful = marks.filter((m) => m.isDoubtful).sort((x, y) => y.cost - x.cost);
  const chosen = doubtful.filter((m, i) => i < FOREMOST || m.isSelected);
  return new Set(chosen.map((m) => m.id));
}

function drawBody(mark: SceneMark, brush: Brush): void {
  const { ctx, palette, hatches } = brush;
  const grade = palette.grades[mark.grade]!;
  ctx.beginPath();
  traceRing(brush, mark.outline);
  for (const hole of mark.holes) traceRing(brush, hole);
  ctx.lineJoin = 'round';
  if (!mark.isMuted) {
    ctx.strokeStyle = mark.isSelected ? '#14181b' : palette.casing;
    ctx.lineWidth = mark.isSelected ? 9 : 6;
    ctx.stroke();
    if (mark.isSelected) {
      ctx.strokeStyle = palette.casing;
      ctx.lineWidth = 5;
      ctx.stroke();
    }
  }
  ctx.fillStyle =
    mark.isMuted && mark.grade === 0 && palette.isDark ? '#b3bcc1' : hatches.fill(mark.grade, mark.isMuted);
  ctx.fill('evenodd');
  if (mark.isDoubtful) {
    ctx.strokeStyle = '#14181b';
    ctx.lineWidth = 3;
    ctx.stroke();
    ctx.strokeStyle = palette.doubt;
    ctx.setLineDash([6, 6]);
    ctx.stroke();
    ctx.setLineDash([]);
  } else {
    ctx.globalAlpha = mark.isMuted ? 0.5 : 1;
    ctx.strokeStyle = mark.grade === 4 ? '#14181b' : grade.fill;
    ctx.lineWidth = mark.isMuted ? 1.5 : 2.5;
    ctx.stroke();
    ctx.globalAlpha = 1;
  }
}

function smallBody(mark: SceneMark, { view }: Brush): Chip[] {
  const box = boxOf(mark.outline);
  if (!box) return [];
  const [x, y] = toScreen(view, [box.minX, box.maxY]);
  const w = (box.maxX - box.minX) * view.scale;
  const h = (box.maxY - box.minY) * view.scale;
  return Math.max(w, h) <= SMALL ? [{ x, y, w, h, mark: mark.id }] : [];
}

/** Round a doubtful mark: a ring, and a second one where nothing moves. */
function drawRings(mark: SceneMark, brush: Brush): void {
  const { ctx, view, palette, timeMs } = brush;
  const e = ellipseOf(mark, view);
  drawEllipse(ctx, e, 1, '#14181b', 6);
  drawEllipse(ctx, e, 1, palette.doubt, 3.5);
  if (timeMs === null || mark.isSelected) drawPulse(mark, brush, 0);
}

function drawPulse(mark: SceneMark, { ctx, view, palette }: Brush, timeMs: number): void {
  const phase = palette.pulseMs === 0 ? 0.6 : (1 - Math.cos((2 * Math.PI * timeMs) / palette.pulseMs)) / 2;
  ctx.globalAlpha = 0.7;
  drawEllipse(ctx, ellipseOf(mark, view), 1 + 0.15 * phase + 0.04, palette.doubt, 2);
  ctx.globalAlpha = 1;
}

function drawEllipse(
  ctx: CanvasRenderingContext2D,
  e: ReturnType<typeof ellipseOf>,
  grow: number,
  style: string,
  width: number,
): void {
  ctx.beginPath();
  ctx.ellipse(e.x, e.y, e.rx * grow, e.ry * grow, 0, 0, 2 * Math.PI);
  ctx.strokeStyle = style;
  ctx.lineWidth = width;
  ctx.stroke();
}

function drawThinRing(mark: SceneMark, { ctx, view, palette }: Brush): void {
  const e = ellipseOf(mark, view, THIN_RING);
  drawEllipse(ctx, e, 1, '#14181b', 4);
  drawEllipse(ctx, e, 1, palette.doubt, 2);
}

function ellipseOf(mark: SceneMark, view: Brush['view'], [least, air]: Point = RING) {
  const box = boxOf(mark.outline)!;
  const [x0, y1] = toScreen(view, [box.minX, box.minY]);
  const [x1, y0] = toScreen(view, [box.maxX, box.maxY]);
  return {
    x: (x0 + x1) / 2,
    y: (y0 + y1) / 2,
    rx: Math.max(least, ((x1 - x0) / 2) * 1.2 + air),
    ry: Math.max(least, ((y1 - y0) / 2) * 1.2 + air),
  };
}

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A place that is taken, and by which mark: a mark's chip may lie on the mark itself. */
interface Chip extends Rect {
  readonly mark: string;
}

function drawLetter(mark: SceneMark, brush: Brush, chips: Chip[]): void {
  const { ctx, view, palette } = brush;
  const place = labelPlace(mark.outline);
  const radius = place.radius * view.scale;
  const box = boxOf(mark.outline)!;
  const onScreen = Math.max(box.maxX - box.minX, box.maxY - box.minY) * view.scale;
  if (onScreen < TOO_SMALL && !mark.isSelected) return;
  const at = toScreen(view, place.at);
  const [x0, y0] = toScreen(view, [box.minX, box.maxY]);
  const [x1, y1] = toScreen(view, [box.maxX, box.minY]);
  const half = CHIP / 2;
  const spots: readonly Point[] =
    radius >= INSIDE || (radius >= INSIDE / 2 && onScreen > LONG)
      ? [at]
      : [
          [x0 - half - 6, (y0 + y1) / 2],
          [x1 + half + 6, (y0 + y1) / 2],
          [(x0 + x1) / 2, y0 - half - 6],
          [(x0 + x1) / 2, y1 + half + 6],
        ];
  const spot = freeSpot(mark.id, spots, [CHIP, CHIP], chips, brush);
  if (!spot) return;
  const grade = palette.grades[mark.grade]!;
  roundRect(ctx, spot, 4);
  ctx.fillStyle = grade.fill;
  ctx.strokeStyle = palette.casing;
  ctx.lineWidth = 3;
  ctx.stroke();
  ctx.fill();
  if (mark.grade === 4) {
    ctx.strokeStyle = '#14181b';
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
  write(ctx, palette, mark.letter, grade.ink, 18, spot.x + spot.w / 2, spot.y + spot.h / 2);
}

/** The chip beside a doubtful mark: a question mark and what it costs. */
function drawPrice(mark: SceneMark, brush: Brush, chips: Chip[]): void {
  const { ctx, view, palette } = brush;
  const text = brush.cost(mark.cost);
  ctx.font = `600 20px ${palette.font}`;
  const w = ctx.measureText(text).width + 48;
  const h = 38;
  const e = ellipseOf(mark, view);
  const spots: readonly Point[] = [
    [e.x, e.y - e.ry * 1.19 - h / 2 - 6],
    [e.x, e.y + e.ry * 1.19 + h / 2 + 6],
    [e.x + e.rx * 1.19 + w / 2 + 6, e.y],
    [e.x - e.rx * 1.19 - w / 2 - 6, e.y],
  ];
  const spot = freeSpot(mark.id, spots, [w, h], chips, brush);
  if (!spot) return;
  const isDark = mark.isSelected;
  roundRect(ctx, spot, 6);
  ctx.fillStyle = isDark ? '#14181b' : palette.doubt;
  ctx.fill();
  ctx.strokeStyle = isDark ? palette.doubt : '#14181b';
  ctx.lineWidth = 2;
  ctx.stroke();
  write(ctx, palette, '?', isDark ? palette.doubt : '#14181b', 22, spot.x + 20, spot.y + h / 2, 700);
  ctx.textAlign = 'left';
  write(ctx, palette, text, isDark ? '#ffffff' : '#14181b', 20, spot.x + 36, spot.y + h / 2, 600, 'left');
}

/** The first spot inside the picture that no other chip takes; the first of all when every one is taken. */
function freeSpot(own: string, spots: readonly Point[], [w, h]: Point, chips: Chip[], brush: Brush): Rect | null {
  const rects = spots.map(([x, y]): Rect => ({ x: x - w / 2, y: y - h / 2, w, h }));
  const edge = brush.marginPx + 4;
  const isInView = (r: Rect) =>
    r.x >= edge && r.y >= edge && r.x + r.w <= brush.widthPx - edge && r.y + r.h <= brush.heightPx - edge;
  const isFree = (r: Rect) =>
    chips.every(
      (c) => c.mark === own || r.x > c.x + c.w + 2 || c.x > r.x + r.w + 2 || r.y > c.y + c.h + 2 || c.y > r.y + r.h + 2,
    );
  const spot = rects.find((r) => isInView(r) && isFree(r)) ?? null;
  if (spot) chips.push({ ...spot, mark: '' });
  return spot;
}

function roundRect(ctx: CanvasRenderingContext2D, { x, y, w, h }: Rect, r: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, w, h, r);
}
