import type { Ring } from '#domain/ring.ts';
import { traceRing, type Brush } from './brush.ts';
import { drawMarks } from './draw-marks.ts';
import { drawPieces } from './draw-pieces.ts';
import type { ScanPicture } from './pictures.ts';
import type { Scene } from './scene.ts';

export function drawScene(scene: Scene, brush: Brush): void {
  const { ctx, widthPx, heightPx, palette } = brush;
  ctx.clearRect(0, 0, widthPx, heightPx);
  ctx.fillStyle = palette.table;
  ctx.fillRect(0, 0, widthPx, heightPx);
  drawGrid(brush);
  drawPicture(scene, brush);
  if (scene.outline) drawRim(scene.outline, scene.holes, brush);
  const isNesting = scene.pieces.length > 0;
  if (isNesting) drawMarks(scene.marks, brush);
  drawPieces(scene, brush);
  if (!isNesting) drawMarks(scene.marks, brush);
  if (scene.draft) drawDraft(scene.draft, brush);
}

/** Spacing of the table's grid, mm. */
const GRID = 100;

function drawGrid({ ctx, view, widthPx, heightPx, palette }: Brush): void {
  ctx.strokeStyle = palette.tableLine;
  ctx.lineWidth = 1;
  const step = GRID * view.scale < 24 ? GRID * 5 : GRID;
  ctx.beginPath();
  for (let x = Math.ceil(-view.left / view.scale / step) * step; ; x += step) {
    const px = Math.round(view.left + view.scale * x) + 0.5;
    if (px > widthPx) break;
    ctx.moveTo(px, 0);
    ctx.lineTo(px, heightPx);
  }
  for (let y = Math.ceil((view.top - heightPx) / view.scale / step) * step; ; y += step) {
    const py = Math.round(view.top - view.scale * y) + 0.5;
    if (py < 0) break;
    ctx.moveTo(0, py);
    ctx.lineTo(widthPx, py);
  }
  ctx.stroke();
}

function drawPicture(scene: Scene, brush: Brush): void {
  const { ctx, view, picture, palette } = brush;
  if (!scene.picture || !picture) return;
  const source = scene.picture.isGrey ? (palette.isDark ? picture.grey.dark : picture.grey.light) : picture.colour;
  const { matrix, isGuess } = scene.picture.place;
  const [ua, ub, va, vb, e, f] = isGuess ? widened(matrix, picture) : matrix;
  ctx.save();
  if (scene.outline) {
    ctx.beginPath();
    traceRing(brush, scene.outline);
    for (const hole of scene.holes) traceRing(brush, hole);
    ctx.clip('evenodd');
  }
  const place = () => {
    ctx.transform(
      (view.scale * ua) / picture.widthPx,
      (-view.scale * ub) / picture.widthPx,
      (view.scale * va) / picture.heightPx,
      (-view.scale * vb) / picture.heightPx,
      view.left + view.scale * e,
      view.top - view.scale * f,
    );
    ctx.imageSmoothingQuality = 'high';
    ctx.drawImage(source, 0, 0);
  };
  if (scene.tiles) {
    // Not looked at yet: pale. Looked at: as it is.
    ctx.save();
    ctx.globalAlpha = 0.35;
    place();
    ctx.restore();
    if (scene.tiles.length > 0) {
      ctx.beginPath();
      for (const tile of scene.tiles) traceRing(brush, tile);
      ctx.clip();
      place();
    }
  } else place();
  ctx.restore();
}

function widened(
  [, , va, vb, e, f]: readonly [number, number, number, number, number, number],
  picture: ScanPicture,
): readonly [number, number, number, number, number, number] {
  return [(-vb * picture.widthPx) / picture.heightPx, 0, va, vb, e, f];
}

function drawRim(outline: Ring, holes: readonly Ring[], brush: Brush): void {
  const { ctx, palette } = brush;
  for (const [style, width] of [
    [palette.isDark ? '#00000000' : palette.casing, 5],
    [palette.hideLine, 2],
  ] as const) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    traceRing(brush, outline);
    for (const hole of holes) traceRing(brush, hole);
    ctx.stroke();
  }
}

function drawDraft(ring: Ring, brush: Brush): void {
  const { ctx, palette } = brush;
  ctx.beginPath();
  traceRing(brush, ring);
  ctx.fillStyle = '#ffffff66';
  ctx.fill();
  ctx.strokeStyle = palette.casing;
  ctx.lineWidth = 6;
  ctx.stroke();
  ctx.strokeStyle = '#14181b';
  ctx.lineWidth = 3;
  ctx.setLineDash([8, 6]);
  ctx.stroke();
  ctx.setLineDash([]);
}
