import { traceRing, type Brush } from './brush.ts';
import type { Tone } from './grey-tone.ts';
import type { ScanPicture } from './pictures.ts';
import type { Scene, ScenePicture } from './scene.ts';
import { visibleTiles } from './visible-tiles.ts';

/** Bands that the picture is drawn in: scaled and cut to the hide's rim, a whole screen of it takes software rendering
 *  longer than a frame. */
const BANDS = 5;

export function pictureSteps(scene: Scene): readonly ((brush: Brush) => void)[] {
  return Array.from({ length: BANDS }, (_, band) => (brush: Brush) => {
    // Whole pixels of the screen: bands meet without a seam.
    const edge = (i: number) => Math.round((brush.heightPx * brush.ratio * i) / BANDS) / brush.ratio;
    const { ctx } = brush;
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, edge(band), brush.widthPx, edge(band + 1) - edge(band));
    ctx.clip();
    drawPicture(scene, brush);
    ctx.restore();
  });
}

/** The scan inside the hide's outline: the whole of it, and over it tiles where the screen shows more than it holds. */
function drawPicture(scene: Scene, brush: Brush): void {
  const { ctx, picture, palette } = brush;
  if (!scene.picture || !picture) return;
  const tone: Tone = scene.picture.isGrey ? (palette.isDark ? 'dark' : 'light') : 'colour';
  const at = placeOnScreen(scene.picture, picture, brush);
  ctx.save();
  if (scene.outline) {
    ctx.beginPath();
    traceRing(brush, scene.outline);
    for (const hole of scene.holes) traceRing(brush, hole);
    ctx.clip('evenodd');
  }
  if (scene.tiles) {
    // Not looked at yet: pale. Looked at: as it is.
    ctx.save();
    ctx.globalAlpha = 0.35;
    drawWhole(picture, tone, at, brush);
    ctx.restore();
    if (scene.tiles.length > 0) {
      ctx.beginPath();
      for (const tile of scene.tiles) traceRing(brush, tile);
      ctx.clip();
      drawWhole(picture, tone, at, brush);
    }
  } else {
    drawWhole(picture, tone, at, brush);
    if (scene.picture.sizePx) drawTiles(scene.picture.sizePx, picture, tone, at, brush);
  }
  ctx.restore();
}

/** Affine map of the scan's unit square to the drawing's pixels: x = a u + c v + e, y = b u + d v + f. */
interface OnScreen {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

function placeOnScreen({ place }: ScenePicture, picture: ScanPicture, { view }: Brush): OnScreen {
  const [ua, ub, va, vb, e, f] = place.matrix;
  // Only its height is known: the picture's own proportions tell the width.
  const [a, b] = place.isGuess ? [(-vb * picture.widthPx) / picture.heightPx, 0] : [ua, ub];
  return {
    a: view.scale * a,
    b: -view.scale * b,
    c: view.scale * va,
    d: -view.scale * vb,
    e: view.left + view.scale * e,
    f: view.top - view.scale * f,
  };
}

function drawWhole(picture: ScanPicture, tone: Tone, at: OnScreen, { ctx, ratio }: Brush): void {
  const image = picture.whole(tone, Math.hypot(at.a, at.b) * ratio);
  if (!image) return;
  ctx.save();
  ctx.transform(at.a / image.width, at.b / image.width, at.c / image.height, at.d / image.height, at.e, at.f);
  ctx.imageSmoothingQuality = 'low';
  ctx.drawImage(image, 0, 0);
  ctx.restore();
}

function drawTiles(
  sizePx: readonly [number, number],
  picture: ScanPicture,
  tone: Tone,
  at: OnScreen,
  { ctx, ratio, widthPx, heightPx }: Brush,
): void {
  // A scan is rectified; one that lies turned on the table is drawn from the whole picture alone.
  const isLevel = Math.abs(at.b) < 1e-6 * at.a && Math.abs(at.c) < 1e-6 * at.d && at.a > 0 && at.d > 0;
  if (!isLevel || at.a * ratio <= picture.widthPx || sizePx[0] <= picture.widthPx) return;
  const seen = {
    left: Math.max(0, -at.e / at.a),
    top: Math.max(0, -at.f / at.d),
    right: Math.min(1, (widthPx - at.e) / at.a),
    bottom: Math.min(1, (heightPx - at.f) / at.d),
  };
  const tiles = visibleTiles(sizePx, seen, at.a * ratio);
  const images = picture.tiles.take(
    tiles.map((t) => t.name),
    tone,
  );
  ctx.imageSmoothingQuality = 'low';
  // Edges lie on whole pixels of the screen, so that no seam shows.
  const snap = (px: number) => Math.round(px * ratio) / ratio;
  tiles.forEach((tile, i) => {
    const image = images[i];
    if (!image) return;
    const x = snap(at.e + at.a * tile.left);
    const y = snap(at.f + at.d * tile.top);
    ctx.drawImage(image, x, y, snap(at.e + at.a * tile.right) - x, snap(at.f + at.d * tile.bottom) - y);
  });
}
