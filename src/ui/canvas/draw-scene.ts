import type { Ring } from '#domain/ring.ts';
import { strokeDashed, strokeLines, traceRing, type Brush } from './brush.ts';
import { drawPulses, markSteps } from './draw-marks.ts';
import { drawCutting, pieceSteps } from './draw-pieces.ts';
import { drawRemnants } from './draw-remnants.ts';
import { pictureSteps } from './draw-picture.ts';
import type { Scene } from './scene.ts';
import type { Draft } from './stroke-meant.ts';
import { toScreen } from './viewport.ts';

/** What lies below: the table, the scan, and while pieces lie on the hide its marks. In slices. */
export function groundSteps(scene: Scene): readonly ((brush: Brush) => void)[] {
  return [
    (brush) => {
      const { ctx, widthPx, heightPx, palette } = brush;
      ctx.fillStyle = palette.table;
      ctx.fillRect(0, 0, widthPx, heightPx);
      drawGrid(brush);
    },
    ...pictureSteps(scene),
    (brush) => {
      if (scene.outline) drawRim(scene.outline, scene.holes, brush);
      for (const fold of scene.folds) drawFold(fold, brush);
    },
    ...(scene.pieces.length > 0 ? markSteps(scene.marks) : []),
  ];
}

/** What lies on top and stands still: pieces and what they left, or the marks while they are judged. */
export function topSteps(scene: Scene): readonly ((brush: Brush) => void)[] {
  return scene.pieces.length > 0
    ? [...pieceSteps(scene), (brush) => drawRemnants(scene.remnants, brush)]
    : markSteps(scene.marks);
}

/** What moves, or lies under a finger: drawn in every frame. */
export function drawOverlay(scene: Scene, draft: Draft | null, brush: Brush): void {
  if (scene.pieces.length === 0) drawPulses(scene.marks, brush);
  drawCutting(scene, brush);
  if (scene.draft) drawArea(scene.draft, brush);
  if (draft) drawDraft(draft, brush);
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

function drawRim(outline: Ring, holes: readonly Ring[], brush: Brush): void {
  const { ctx, palette } = brush;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  traceRing(brush, outline);
  for (const hole of holes) traceRing(brush, hole);
  strokeLines(ctx, [palette.isDark ? '#00000000' : palette.casing, 5], [palette.hideLine, 2]);
}

/** A dashed ring without a fill: what lies under it is to be seen, and it is no mark of a grade. */
function drawFold(ring: Ring, brush: Brush): void {
  const { ctx, palette } = brush;
  ctx.beginPath();
  traceRing(brush, ring);
  strokeLines(ctx, [palette.casing, 5]);
  strokeDashed(ctx, palette.doubt, 3);
}

/** What the finger draws: a band as wide as it will be, or an area that closes as it goes. */
function drawDraft({ points, width }: Draft, brush: Brush): void {
  if (width === null) return drawArea(points, brush);
  const { ctx, view, palette } = brush;
  ctx.beginPath();
  points.forEach((p, i) => {
    const [x, y] = toScreen(view, p);
    if (i === 0) ctx.moveTo(x, y);
    ctx.lineTo(x, y);
  });
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  const wide = width * view.scale;
  strokeLines(ctx, ['#14181b', wide + 6], [palette.casing, wide + 2]);
  strokeDashed(ctx, '#14181b', 2);
  ctx.lineCap = 'butt';
}

function drawArea(ring: Ring, brush: Brush): void {
  const { ctx, palette } = brush;
  ctx.beginPath();
  traceRing(brush, ring);
  ctx.fillStyle = '#ffffff66';
  ctx.fill();
  strokeLines(ctx, [palette.casing, 6]);
  strokeDashed(ctx, '#14181b', 3);
}
