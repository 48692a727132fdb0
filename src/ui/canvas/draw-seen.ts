import type { Ring } from '#domain/ring.ts';
import { strokeDashed, strokeLines, traceRing, type Brush } from './brush.ts';
import { labelPlace } from './label-place.ts';
import type { PieceLook, SeenLook } from './scene.ts';
import { toScreen } from './viewport.ts';

/** Pieces over a scan of the table after cutting: the leather is judged, so it shows through. Colour, sign and rim say the
 *  same: pale with a tick is good, amber with a question mark waits for a person, dark with a cross is not good. */

const INK = '#14181b';
const PALE = '#ffffff';

const FILLS: Readonly<Record<SeenLook, (brush: Brush) => string>> = {
  'seen-good': () => '#ffffff4d',
  'seen-open': ({ palette }) => `${palette.doubt}73`,
  'seen-bad': () => '#14181b99',
};

export function isSeen(look: PieceLook): look is SeenLook {
  return look in FILLS;
}

export function drawSeen(look: SeenLook, outline: Ring, brush: Brush): void {
  const { ctx } = brush;
  ctx.beginPath();
  traceRing(brush, outline);
  ctx.lineJoin = 'round';
  ctx.fillStyle = FILLS[look](brush);
  ctx.fill();
  if (look === 'seen-good') return strokeLines(ctx, [PALE, 4], [INK, 1.5]);
  strokeLines(ctx, [PALE, 7]);
  if (look === 'seen-bad') strokeLines(ctx, [INK, 4]);
  else strokeDashed(ctx, INK, 3);
}

/** The sign in the middle of a piece, cased so that it holds on any leather. */
export function drawSign(look: SeenLook, outline: Ring, brush: Brush): void {
  const place = labelPlace(outline);
  const size = Math.min(16, place.radius * brush.view.scale * 0.7);
  if (size < 5) return;
  const { ctx } = brush;
  const [x, y] = toScreen(brush.view, place.at);
  ctx.beginPath();
  for (const stroke of SIGNS[look])
    stroke.forEach(([u, v], i) => {
      if (i === 0) ctx.moveTo(x + u * size, y + v * size);
      else ctx.lineTo(x + u * size, y + v * size);
    });
  ctx.lineCap = 'round';
  ctx.lineJoin = 'round';
  const wide = Math.max(2.5, size / 4);
  const [ink, casing] = look === 'seen-bad' ? [PALE, INK] : [INK, PALE];
  strokeLines(ctx, [casing, wide + 4], [ink, wide]);
  ctx.lineCap = 'butt';
}

/** Strokes about the middle, in parts of the sign's half size. */
const SIGNS: Readonly<Record<SeenLook, readonly (readonly (readonly [number, number])[])[]>> = {
  'seen-good': [
    [
      [-0.8, 0.05],
      [-0.2, 0.65],
      [0.85, -0.6],
    ],
  ],
  'seen-bad': [
    [
      [-0.7, -0.7],
      [0.7, 0.7],
    ],
    [
      [0.7, -0.7],
      [-0.7, 0.7],
    ],
  ],
  'seen-open': [
    [
      [-0.45, -0.55],
      [-0.2, -0.92],
      [0.2, -0.92],
      [0.48, -0.6],
      [0.4, -0.25],
      [0, 0.1],
      [0, 0.35],
    ],
    [
      [0, 0.85],
      [0, 0.86],
    ],
  ],
};
