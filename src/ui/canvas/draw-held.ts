import type { Held } from '../state/arrange.ts';
import { strokeDashed, strokeLines, traceRing, type Brush } from './brush.ts';
import type { Ring } from '#domain/ring.ts';

/** What a hand has on the layout, over it: the picked piece's thick rim, or the held piece with the place that it left
 *  and the one that it will take. */
export interface Hand {
  readonly picked: Ring | null;
  readonly held: (Held & { readonly from: Ring }) | null;
}

export function drawHand({ picked, held }: Hand, brush: Brush): void {
  if (!held) {
    if (picked) drawRim(picked, brush);
    return;
  }
  drawLeft(held.from, brush);
  if (held.landing && !held.isFree) drawLanding(held.landing.outline, brush);
  const { ctx, palette } = brush;
  path(brush, held.piece.outline);
  ctx.globalAlpha = 0.85;
  ctx.fillStyle = held.isFree ? '#ffffff' : palette.alarm;
  ctx.fill();
  ctx.globalAlpha = 1;
  drawRim(held.piece.outline, brush);
}

function drawRim(ring: Ring, brush: Brush): void {
  const { ctx, palette } = brush;
  path(brush, ring);
  ctx.lineJoin = 'round';
  strokeLines(ctx, [palette.isDark ? '#0d1012' : palette.casing, 9], [palette.ink, 4]);
}

/** The freed place: empty and hatched. */
function drawLeft(ring: Ring, brush: Brush): void {
  const { ctx, palette, widthPx, heightPx } = brush;
  ctx.save();
  path(brush, ring);
  ctx.fillStyle = palette.table;
  ctx.fill();
  ctx.clip();
  ctx.beginPath();
  for (let x = -heightPx; x < widthPx; x += 10) {
    ctx.moveTo(x, heightPx);
    ctx.lineTo(x + heightPx, 0);
  }
  strokeLines(ctx, [palette.ink2, 1.5]);
  ctx.restore();
}

function drawLanding(ring: Ring, brush: Brush): void {
  const { ctx, palette } = brush;
  path(brush, ring);
  ctx.fillStyle = palette.isDark ? '#ffffff33' : '#ffffff99';
  ctx.fill();
  strokeLines(ctx, [palette.casing, 5]);
  strokeDashed(ctx, '#14181b', 2.5);
}

function path(brush: Brush, ring: Ring): void {
  brush.ctx.beginPath();
  traceRing(brush, ring);
}
