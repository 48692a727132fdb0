import { isInDrawing, strokeDashed, strokeLines, traceRing, write, type Brush } from './brush.ts';
import { labelPlace } from './label-place.ts';
import type { SceneRemnant } from './scene.ts';
import { boxOf, toScreen } from './viewport.ts';

/** What is left of a cut hide, named as its card is: hatched where it is kept, dashed where it is thrown away. */

const INK = '#14181b';
const PALE = '#ffffff';
/** Between two lines of the hatch, px along x. */
const STEP_PX = 10;
const NAME_PX = 20;
const CHIP_HIGH_PX = 36;
const CHIP_AIR_PX = 12;

export function drawRemnants(remnants: readonly SceneRemnant[], brush: Brush): void {
  for (const remnant of remnants) {
    // A chip in the middle may reach out of a small one.
    if (!isInDrawing(brush, remnant.outline, CHIP_HIGH_PX)) continue;
    drawBody(remnant, brush);
    drawName(remnant, brush);
  }
}

function drawBody(remnant: SceneRemnant, brush: Brush): void {
  const { ctx } = brush;
  const trace = () => {
    ctx.beginPath();
    traceRing(brush, remnant.outline);
    for (const hole of remnant.holes) traceRing(brush, hole);
  };
  trace();
  ctx.lineJoin = 'round';
  if (!remnant.isKept) {
    strokeLines(ctx, [PALE, 6]);
    return strokeDashed(ctx, INK, 3);
  }
  ctx.fillStyle = PALE;
  ctx.fill('evenodd');
  ctx.save();
  ctx.clip('evenodd');
  hatch(remnant, brush);
  ctx.restore();
  trace();
  strokeLines(ctx, [PALE, 7], [INK, 4]);
}

/** Lines at 45 degrees that lie still on the hide, wherever the picture is moved to. */
function hatch({ outline }: SceneRemnant, { ctx, view }: Brush): void {
  const box = boxOf(outline);
  if (!box) return;
  const [left, top] = toScreen(view, [box.minX, box.maxY]);
  const [right, bottom] = toScreen(view, [box.maxX, box.minY]);
  const high = bottom - top;
  const origin = view.left + view.top;
  ctx.beginPath();
  for (let k = Math.floor((left + top - origin) / STEP_PX); origin + k * STEP_PX < right + bottom; k += 1) {
    const x = origin + k * STEP_PX - top;
    ctx.moveTo(x, top);
    ctx.lineTo(x - high, bottom);
  }
  ctx.strokeStyle = `${INK}99`;
  ctx.lineWidth = 2;
  ctx.stroke();
}

function drawName({ outline, holes, name, isKept }: SceneRemnant, { ctx, view, palette }: Brush): void {
  const [x, y] = toScreen(view, labelPlace(outline, holes).at);
  ctx.font = `600 ${NAME_PX}px ${palette.font}`;
  const wide = ctx.measureText(name).width + 2 * CHIP_AIR_PX;
  const [fill, ink] = isKept ? [INK, PALE] : [PALE, INK];
  ctx.beginPath();
  ctx.roundRect(x - wide / 2, y - CHIP_HIGH_PX / 2, wide, CHIP_HIGH_PX, 6);
  strokeLines(ctx, [isKept ? PALE : INK, 4]);
  ctx.fillStyle = fill;
  ctx.fill();
  write(ctx, palette, name, ink, NAME_PX, x, y);
}
