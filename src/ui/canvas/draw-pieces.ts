import type { Ring } from '#domain/ring.ts';
import { isInDrawing, strokeLines, traceRing, write, type Brush } from './brush.ts';
import { fitLabel } from './fit-label.ts';
import { labelPlace } from './label-place.ts';
import { drawSeen, drawSign, isSeen } from './draw-seen.ts';
import type { Scene, ScenePiece } from './scene.ts';
import { boxOf, toScreen } from './viewport.ts';

/** Text on pieces: at most this, at least that; smaller is left out (no text under 16 px). */
const TEXT_MAX_PX = 26;
const TEXT_MIN_PX = 16;
/** How far the knife's arms reach from the rim that it is on, and the type of the number that stands clear of it, px. */
const KNIFE_REACH_PX = 32;
const NUMBER_BESIDE_PX = 20;

/** Pieces drawn in one step: where their words go is looked for once, and that takes the longest. */
const SLICE = 5;

/** Bodies first, then the way of the knife, then the words: nothing lies on a label. */
export function pieceSteps(scene: Scene): readonly ((brush: Brush) => void)[] {
  const { pieces } = scene;
  const slices = (draw: (piece: ScenePiece, index: number, brush: Brush) => void) =>
    Array.from({ length: Math.ceil(pieces.length / SLICE) }, (_, k) => (brush: Brush) => {
      for (let i = k * SLICE; i < Math.min(pieces.length, (k + 1) * SLICE); i += 1)
        if (isInDrawing(brush, brush.flights.get(i) ?? pieces[i]!.outline, 12)) draw(pieces[i]!, i, brush);
    });
  return [
    ...slices((piece, i, brush) => {
      if (piece.look !== 'now') drawBody(piece, i, brush);
    }),
    (brush) => {
      // Last, so that its thick rim lies over its neighbours.
      pieces.forEach((piece, i) => {
        if (piece.look === 'now') drawBody(piece, i, brush);
      });
      drawCutPath(scene, brush);
    },
    ...slices((piece, i, brush) => {
      if (piece.look === 'gone') return;
      if (isSeen(piece.look)) drawSign(piece.look, piece.outline, brush);
      else if (piece.look === 'done') drawTick(piece.outline, brush);
      else if (piece.look === 'bad') drawCross(piece.outline, brush);
      else if (piece.look === 'now') return;
      else if (!brush.flights.has(i)) drawLabel(piece, brush);
    }),
  ];
}

/** The knife on the piece that is cut now, and over it the piece's number; the knife moves. */
export function drawCutting(scene: Scene, brush: Brush): void {
  const now = scene.pieces.find((p) => p.look === 'now');
  if (!now) return;
  if (scene.path.length > 0) drawKnife(scene.path[0]!, brush);
  if (labelPlace(now.outline, now.holes).radius * brush.view.scale >= KNIFE_REACH_PX + TEXT_MIN_PX)
    drawLabel(now, brush);
  else drawNumberBeside(now, brush);
}

/** A piece that the knife covers as it goes round has its number on a card over it, or under it at the picture's edge. */
function drawNumberBeside({ outline, text }: ScenePiece, { ctx, view, widthPx, palette }: Brush): void {
  const box = boxOf(outline);
  if (!box) return;
  const size = NUMBER_BESIDE_PX;
  const wide = Math.max(2 * size, widthPerPx(ctx, palette.font, text) * size + size);
  const high = 1.5 * size;
  const [left, top] = toScreen(view, [box.minX, box.maxY]);
  const [right, bottom] = toScreen(view, [box.maxX, box.minY]);
  const away = KNIFE_REACH_PX + high / 2 + 2;
  const x = Math.min(Math.max((left + right) / 2, wide / 2 + 4), widthPx - wide / 2 - 4);
  const y = top - away - high / 2 > 0 ? top - away : bottom + away;
  ctx.beginPath();
  ctx.roundRect(x - wide / 2, y - high / 2, wide, high, 4);
  strokeLines(ctx, ['#ffffff', 8], ['#14181b', 4]);
  ctx.fillStyle = '#ffffff';
  ctx.fill();
  write(ctx, palette, text, palette.onPiece, size, x, y);
}

function drawBody(piece: ScenePiece, index: number, brush: Brush): void {
  const { ctx, palette } = brush;
  if (isSeen(piece.look)) return drawSeen(piece.look, piece.outline, brush);
  const outline = brush.flights.get(index) ?? piece.outline;
  ctx.beginPath();
  traceRing(brush, outline);
  if (outline === piece.outline) for (const hole of piece.holes) traceRing(brush, hole);
  ctx.lineJoin = 'round';
  if (piece.look === 'now') {
    ctx.strokeStyle = palette.casing;
    ctx.lineWidth = 12;
    ctx.stroke();
  }
  ctx.fillStyle = fillOf(piece, brush);
  ctx.fill('evenodd');
  ctx.strokeStyle = piece.look === 'gone' ? palette.ink2 : palette.pieceLine;
  ctx.globalAlpha = piece.look === 'gone' ? 0.6 : 1;
  ctx.lineWidth = piece.look === 'now' ? 5 : piece.look === 'bad' ? 4 : 1.5;
  ctx.stroke();
  ctx.globalAlpha = 1;
}

/** 2.1 on greyed leather in the dark look, the tick on it 5.3. */
const DONE_DARK = '#5a646b';

function fillOf(piece: ScenePiece, { palette }: Brush): string {
  switch (piece.look) {
    case 'placed':
      return palette.hues[Math.max(0, piece.hue) % palette.hues.length]!;
    case 'done':
      return palette.isDark ? DONE_DARK : '#8c9499';
    case 'now':
      return '#ffffff';
    case 'next':
      return palette.isDark ? '#c9d0d4' : '#e9ebed';
    case 'bad':
      return palette.isDark ? DONE_DARK : '#8c9499';
    // Those that are gone; what was seen after cutting has its own drawer.
    default:
      return palette.table;
  }
}

function drawLabel(piece: ScenePiece, brush: Brush): void {
  const { ctx, view, palette } = brush;
  const { outline: ring, holes } = piece;
  const place = labelPlace(ring, holes);
  const fitted = fitLabel([piece.text, piece.short], {
    ...{ ring, holes, least: TEXT_MIN_PX / view.scale, most: TEXT_MAX_PX / view.scale },
    widthOf: (text) => widthPerPx(ctx, palette.font, text),
  });
  if (!fitted) return;
  const { text, angle } = fitted;
  // What is least in mm is so in px, but for the last digit.
  const fit = Math.floor(fitted.size * view.scale + 1e-6);
  const [x, y] = toScreen(view, place.at);
  const isLocked = piece.isLocked && piece.look === 'placed';
  // A small piece has room for one of the two; its name stands on its card.
  const isCramped = isLocked && place.radius * 2 * view.scale < fit * 2.4;
  if (isLocked) drawLock(ctx, palette.onPiece, x, isCramped ? y : y - fit * 0.85);
  if (isCramped) return;
  ctx.save();
  if (piece.look === 'next') {
    // What keeps the path off a number is no wider than its piece.
    ctx.beginPath();
    traceRing(brush, ring);
    ctx.clip();
  }
  ctx.translate(x, isLocked ? y + fit * 0.5 : y);
  if (!isLocked) ctx.rotate((-angle * Math.PI) / 180);
  if (piece.look === 'next') halo(ctx, palette.font, text, fit, fillOf(piece, brush));
  write(ctx, palette, text, palette.onPiece, fit, 0, 0);
  ctx.restore();
}

/** Keeps the dotted path off a number. */
function halo(ctx: CanvasRenderingContext2D, font: string, text: string, sizePx: number, style: string): void {
  ctx.font = `600 ${sizePx}px ${font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'alphabetic';
  ctx.strokeStyle = style;
  ctx.lineWidth = 7;
  ctx.strokeText(text, 0, sizePx * 0.3635);
}

const widths = new Map<string, number>();

/** Width of a text in a type of 1 px; kept, for a layout says the same few words hundreds of times. */
function widthPerPx(ctx: CanvasRenderingContext2D, font: string, text: string): number {
  const key = `${font}/${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  ctx.font = `600 100px ${font}`;
  const width = ctx.measureText(text).width / 100;
  // Measured before the font has come, it would stay wrong.
  if (document.fonts.status === 'loaded') widths.set(key, width);
  return width;
}

function drawTick(outline: Ring, { ctx, view, palette }: Brush): void {
  const place = labelPlace(outline);
  const size = Math.min(18, place.radius * view.scale * 1.1);
  if (size < 5) return;
  const [x, y] = toScreen(view, place.at);
  ctx.beginPath();
  ctx.moveTo(x - size * 0.5, y + size * 0.02);
  ctx.lineTo(x - size * 0.14, y + size * 0.36);
  ctx.lineTo(x + size * 0.5, y - size * 0.34);
  ctx.strokeStyle = palette.isDark ? '#eef1f2' : '#14181b';
  ctx.lineWidth = Math.max(2, size / 6);
  ctx.lineCap = 'round';
  ctx.stroke();
  ctx.lineCap = 'butt';
}

/** Not good: crossed out, whatever its colour. */
function drawCross(outline: Ring, { ctx, view, palette }: Brush): void {
  const place = labelPlace(outline);
  const size = Math.max(5, Math.min(18, place.radius * view.scale * 0.6));
  const [x, y] = toScreen(view, place.at);
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.strokeStyle = palette.isDark ? '#eef1f2' : '#14181b';
  ctx.lineWidth = 4;
  ctx.lineCap = 'round';
  ctx.stroke();
  ctx.lineCap = 'butt';
}

function drawLock(ctx: CanvasRenderingContext2D, ink: string, x: number, y: number): void {
  ctx.strokeStyle = ink;
  ctx.lineWidth = 2;
  ctx.strokeRect(x - 8, y - 4, 16, 12);
  ctx.beginPath();
  ctx.arc(x, y - 4, 5, Math.PI, 0);
  ctx.stroke();
}

/** Dotted from piece to piece in the order of cutting. */
function drawCutPath(scene: Scene, brush: Brush): void {
  const { ctx, view, palette } = brush;
  if (scene.path.length === 0) return;
  ctx.beginPath();
  scene.path.forEach((outline, i) => {
    const [x, y] = toScreen(view, labelPlace(outline).at);
    if (i === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  });
  // Over light pieces, dark ones and leather alike.
  ctx.lineJoin = 'round';
  strokeLines(ctx, [palette.isDark ? '#0d1012' : palette.casing, 5]);
  ctx.setLineDash([3, 5]);
  strokeLines(ctx, [palette.ink, 2]);
  ctx.setLineDash([]);
}

/** One round of the knife on the screen, ms: a picture of work under way, not the machine's position. */
const ROUND_MS = 4000;

function drawKnife(outline: Ring, { ctx, view, timeMs }: Brush): void {
  const share = timeMs === null ? 0 : (timeMs % ROUND_MS) / ROUND_MS;
  const [x, y] = toScreen(view, pointAlong(outline, share));
  ctx.lineWidth = 3;
  for (const [style, grow] of [
    ['#ffffff', 3],
    ['#14181b', 0],
  ] as const) {
    ctx.strokeStyle = style;
    ctx.lineWidth = 3 + grow;
    ctx.beginPath();
    ctx.arc(x, y, 20, 0, 2 * Math.PI);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      ctx.moveTo(x + dx * 14, y + dy * 14);
      ctx.lineTo(x + dx * 32, y + dy * 32);
    }
    ctx.stroke();
  }
  ctx.beginPath();
  ctx.arc(x, y, 18, 0, 2 * Math.PI);
  ctx.fillStyle = '#ffffff';
  ctx.fill();
  ctx.beginPath();
  ctx.arc(x, y, 5, 0, 2 * Math.PI);
  ctx.fillStyle = '#14181b';
  ctx.fill();
}

/** The point at a share of the rim's length. */
export function pointAlong(ring: Ring, share: number): readonly [number, number] {
  const lengths = ring.map((p, i) => {
    const q = ring[(i + 1) % ring.length]!;
    return Math.hypot(q[0] - p[0], q[1] - p[1]);
  });
  let left = share * lengths.reduce((a, b) => a + b, 0);
  for (let i = 0; i < ring.length; i += 1) {
    const length = lengths[i]!;
    if (left <= length) {
      const p = ring[i]!;
      const q = ring[(i + 1) % ring.length]!;
      const t = length === 0 ? 0 : left / length;
      return [p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t];
    }
    left -= length;
  }
  return ring[0] ?? [0, 0];
}
