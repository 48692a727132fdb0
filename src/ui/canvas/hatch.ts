import type { Palette } from './palette.ts';

/** Hatches by quality, in the measures of the tokens; they keep their size on the screen whatever the zoom. */
export interface Hatches {
  /** The colours it was made of. */
  readonly palette: Palette;
  fill(quality: number, isMuted: boolean): CanvasPattern | string;
  /** Patterns start at this point of the drawing from now on: a sheet that is drawn anew matches the old one. */
  anchor(leftPx: number, topPx: number): void;
}

export function hatches(palette: Palette, ratio: number): Hatches {
  const made = new Map<string, CanvasPattern | string>();
  const place = new DOMMatrix([1 / ratio, 0, 0, 1 / ratio, 0, 0]);
  return {
    palette,
    anchor(leftPx, topPx) {
      [place.e, place.f] = [leftPx, topPx];
      for (const pattern of made.values()) if (typeof pattern !== 'string') pattern.setTransform(place);
    },
    fill(quality, isMuted) {
      const key = `${quality}/${isMuted}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const pattern = makePattern(palette, ratio, quality, isMuted);
      if (typeof pattern !== 'string') pattern.setTransform(place);
      made.set(key, pattern);
      return pattern;
    },
  };
}

function makePattern(palette: Palette, ratio: number, quality: number, isMuted: boolean): CanvasPattern | string {
  const { fill } = palette.grades[Math.min(4, Math.max(0, quality))]!;
  if (quality === 0) return fill;
  if (quality >= 4) return '#ffffff55';
  // Period along x: 10 px for dots; 9 px across lines at 45 degrees is 12.73 px along the axis.
  const period = quality === 3 ? 10 : 9 * Math.SQRT2;
  const size = Math.max(4, Math.round(period * ratio));
  const tile = document.createElement('canvas');
  tile.width = size;
  tile.height = size;
  const ctx = tile.getContext('2d');
  if (!ctx) return fill;
  ctx.globalAlpha = isMuted ? (palette.isDark ? 0.65 : 0.55) : quality === 1 ? 0.6 : 0.7;
  ctx.fillStyle = fill;
  ctx.fillRect(0, 0, size, size);
  ctx.globalAlpha = 1;
  if (quality === 3) {
    ctx.fillStyle = '#14181b';
    ctx.beginPath();
    ctx.arc(size / 2, size / 2, 1.6 * ratio, 0, 2 * Math.PI);
    ctx.fill();
  } else {
    ctx.strokeStyle = isMuted ? '#ffffff99' : '#ffffffb3';
    ctx.lineWidth = 2 * ratio;
    const line = (x0: number, y0: number, x1: number, y1: number) => {
      ctx.beginPath();
      ctx.moveTo(x0, y0);
      ctx.lineTo(x1, y1);
      ctx.stroke();
    };
    for (const shift of [-size, 0, size]) {
      line(shift - size, size * 2, shift + size * 2, -size);
      if (quality === 1) line(shift - size, -size, shift + size * 2, size * 2);
    }
  }
  return ctx.createPattern(tile, 'repeat') ?? fill;
}
