import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { sha256Of } from '#disk/sha256.node.ts';
import { LEATHER_GRADING } from '../../src/domain/grading.ts';
import { writeWhole } from '../../src/disk/write-whole.node.ts';
import type { Defect, Inspection } from '../../src/domain/inspection.ts';
import type { Point, Ring } from '../../src/domain/ring.ts';

/** A hide drawn for the page's tests: outline, marks and picture agree, nothing of it was inspected or solved. */
export const TABLE = { width: 2200, height: 1600 };
const MM_PER_PX = 2;

const CORNERS: Ring = [
  [330, 1490],
  [430, 1525],
  [520, 1480],
  [580, 1390],
  [700, 1370],
  [860, 1395],
  [1000, 1445],
  [1200, 1450],
  [1400, 1420],
  [1540, 1385],
  [1640, 1420],
  [1700, 1500],
  [1790, 1540],
  [1880, 1500],
  [1900, 1420],
  [1885, 1290],
  [1930, 1190],
  [2010, 1100],
  [2070, 1000],
  [2095, 900],
  [2055, 870],
  [2110, 770],
  [2080, 640],
  [1990, 520],
  [1900, 400],
  [1895, 270],
  [1900, 170],
  [1840, 95],
  [1750, 80],
  [1670, 130],
  [1600, 195],
  [1480, 190],
  [1300, 165],
  [1100, 175],
  [960, 140],
  [820, 150],
  [700, 205],
  [590, 200],
  [520, 110],
  [430, 60],
  [350, 100],
  [310, 170],
  [345, 260],
  [355, 390],
  [310, 470],
  [210, 530],
  [110, 610],
  [75, 740],
  [80, 880],
  [120, 1000],
  [220, 1090],
  [330, 1140],
  [360, 1180],
  [335, 1290],
  [300, 1400],
];

/** Catmull-Rom through the corners. */
function smooth(corners: Ring, steps: number): Ring {
  const n = corners.length;
  const points: Point[] = [];
  for (let i = 0; i < n; i += 1) {
    const [a, b, c, d] = [corners[(i + n - 1) % n]!, corners[i]!, corners[(i + 1) % n]!, corners[(i + 2) % n]!];
    for (let s = 0; s < steps; s += 1) {
      const t = s / steps;
      const mix = (k: 0 | 1) =>
        0.5 *
        (2 * b[k] +
          (c[k] - a[k]) * t +
          (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t +
          (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3);
      points.push([Math.round(mix(0) * 100) / 100, Math.round(mix(1) * 100) / 100]);
    }
  }
  return points;
}

export const HIDE: Ring = smooth(CORNERS, 6);

function blob(cx: number, cy: number, rx: number, ry: number, seed: number): Ring {
  return Array.from({ length: 28 }, (_, i): Point => {
    const a = (i / 28) * 2 * Math.PI;
    const wobble = 1 + 0.08 * Math.sin(3 * a + seed) + 0.05 * Math.sin(5 * a + 2 * seed);
    return [
      Math.round((cx + rx * wobble * Math.cos(a)) * 100) / 100,
      Math.round((cy + ry * wobble * Math.sin(a)) * 100) / 100,
    ];
  });
}

/** A band of half width `r` along a wavy line. */
function band(x0: number, y0: number, x1: number, y1: number, r: number, wave: number): Ring {
  const at = (t: number): Point => [x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + wave * Math.sin(t * 9)];
  const left: Point[] = [];
  const right: Point[] = [];
  for (let i = 0; i <= 16; i += 1) {
    const [x, y] = at(i / 16);
    const [px, py] = at(Math.min(1, i / 16 + 0.01));
    const [qx, qy] = at(Math.max(0, i / 16 - 0.01));
    const length = Math.hypot(px - qx, py - qy);
    const [nx, ny] = [-(py - qy) / length, (px - qx) / length];
    left.push([x + nx * r, y + ny * r]);
    right.unshift([x - nx * r, y - ny * r]);
  }
  return [...left, ...right].map(([x, y]): Point => [Math.round(x * 100) / 100, Math.round(y * 100) / 100]);
}

function area(ring: Ring): number {
  return Math.abs(
    ring.reduce((sum, [x, y], i) => {
      const [nx, ny] = ring[(i + 1) % ring.length]!;
      return sum + x * ny - nx * y;
    }, 0) / 2,
  );
}

function defect(id: string, kind: string, outline: Ring, quality: number, doubt = 0.1): Defect {
  return {
    id,
    class: kind,
    outline,
    holes: [],
    areaMm2: area(outline),
    confidence: 0.9,
    doubt,
    quality,
    source: 'model',
    by: null,
    at: null,
  };
}

/** Three of them doubtful. */
export const DEFECTS: readonly Defect[] = [
  defect('d1', 'loose', blob(420, 1440, 95, 62, 1), 1),
  defect('d2', 'loose', blob(1790, 1450, 85, 70, 2), 1),
  defect('d3', 'loose', blob(420, 150, 90, 68, 3), 1),
  defect('d4', 'loose', blob(1790, 170, 90, 72, 4), 1),
  defect('d5', 'wrinkle', blob(165, 790, 62, 190, 5), 3),
  defect('d6', 'stain', blob(1120, 1398, 260, 32, 6), 2),
  defect('d7', 'scar', band(1180, 760, 1400, 730, 14, 12), 2, 0.52),
  defect('d8', 'vein', band(820, 1160, 1260, 1200, 12, 14), 3),
  defect('d9', 'tick', blob(1500, 1120, 60, 50, 7), 3, 0.2),
  defect('d10', 'stain', blob(1090, 350, 82, 60, 8), 3, 0.61),
  defect('d11', 'tick', blob(760, 830, 32, 30, 9), 3, 0.44),
  defect('d12', 'scratch', band(660, 640, 920, 540, 10, 16), 2),
  defect('d13', 'hole', blob(620, 1010, 15, 13, 10), 0),
  defect('d14', 'hole', blob(1400, 420, 20, 19, 11), 0),
  defect('d15', 'brand', blob(1730, 560, 68, 62, 12), 1),
];

export function hash(text: string): string {
  return sha256Of(text);
}

export function inspectionOf(defects: readonly Defect[]): Inspection {
  const of = (q: number) => defects.filter((d) => d.quality === q).reduce((sum, d) => sum + d.areaMm2, 0);
  const worse = of(3) + of(2) + of(1) + of(0);
  return {
    kerf: 1,
    scan: {
      sha256: hash('scan'),
      widthPx: TABLE.width / MM_PER_PX,
      heightPx: TABLE.height / MM_PER_PX,
      toMm: [MM_PER_PX, 0, 0, 0, -MM_PER_PX, TABLE.height, 0, 0, 1],
    },
    pack: { id: 'drawn', sha256: hash('pack') },
    provider: { used: 'cpu', wanted: ['cpu'], why: 'drawn for tests' },
    outline: HIDE,
    holes: [],
    defects,
    regions: [],
    grain: null,
    sheet: {
      id: 'hide',
      outline: HIDE,
      baseQuality: 4,
      zones: defects
        .filter((d) => d.quality < LEATHER_GRADING.otherwise)
        .map((d) => ({ quality: d.quality, outline: d.outline })),
    },
    usableMm2: { 4: Math.max(0, area(HIDE) - worse), 3: of(3), 2: of(2), 1: of(1) },
    seconds: { inspect: 1.2 },
  };
}

function path(ring: Ring): string {
  return `M${ring.map(([x, y]) => `${x} ${TABLE.height - y}`).join('L')}Z`;
}

let picture: Promise<Buffer> | null = null;

/** The picture of the table with the hide on it, as the camera would have it after rectification. Its leather takes two
 *  seconds to draw: once for all test files. */
export function hidePicture(): Promise<Buffer> {
  picture ??= drawPicture();
  return picture;
}

async function drawPicture(): Promise<Buffer> {
  const svg = pictureSvg();
  const kept = join(import.meta.dirname, '../../.cache', `drawn-hide-${hash(svg).slice(0, 16)}.jpg`);
  const known = await readFile(kept).catch(() => null);
  if (known) return known;
  const drawn = await sharp(Buffer.from(svg)).jpeg({ quality: 88 }).toBuffer();
  // Another test file may be reading.
  await writeWhole(kept, drawn);
  return drawn;
}

function pictureSvg(): string {
  const dark = DEFECTS.map((d) => {
    const [fill, opacity] =
      d.class === 'hole'
        ? ['#b9bfc2', 1]
        : d.class === 'vein' || d.class === 'scar' || d.class === 'scratch'
          ? ['#d9a679', 0.55]
          : ['#7d4a28', 0.22];
    const thin = d.class === 'vein' || d.class === 'scar' || d.class === 'scratch';
    return `<path d="${path(d.outline)}" fill="${fill}" fill-opacity="${thin ? 0 : opacity}" stroke="${thin ? fill : 'none'}" stroke-width="3" stroke-opacity=".5" filter="url(#soft)"/>`;
  }).join('');
  const lines = Array.from(
    { length: 22 },
    (_, i) => `<path d="M${i * 100} 0V1600M0 ${i * 100}H2200" stroke="#b3b9bd" stroke-width="2"/>`,
  ).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${TABLE.width / MM_PER_PX}" height="${TABLE.height / MM_PER_PX}" viewBox="0 0 ${TABLE.width} ${TABLE.height}">
    <defs>
      <filter id="soft"><feGaussianBlur stdDeviation="5"/></filter>
      <filter id="shadow" x="-5%" y="-5%" width="110%" height="110%"><feGaussianBlur stdDeviation="9"/></filter>
      <filter id="leather" x="0" y="0" width="100%" height="100%">
        <feTurbulence type="fractalNoise" baseFrequency=".12" numOctaves="4" seed="7" result="grain"/>
        <feDiffuseLighting in="grain" surfaceScale="1.5" lighting-color="#a9683d" diffuseConstant=".98"><feDistantLight azimuth="235" elevation="58"/></feDiffuseLighting>
      </filter>
      <filter id="cloud" x="0" y="0" width="100%" height="100%">
        <feTurbulence type="fractalNoise" baseFrequency=".0035" numOctaves="3" seed="3"/>
        <feColorMatrix values="0 0 0 0 .35  0 0 0 0 .2  0 0 0 0 .1  0 1.6 0 0 -.5"/>
      </filter>
      <clipPath id="hide"><path d="${path(HIDE)}"/></clipPath>
    </defs>
    <rect width="2200" height="1600" fill="#c3c8cb"/>${lines}
    <path d="${path(HIDE)}" fill="#14181b" fill-opacity=".45" filter="url(#shadow)" transform="translate(4 8)"/>
    <g clip-path="url(#hide)"><rect width="2200" height="1600" filter="url(#leather)"/><rect width="2200" height="1600" filter="url(#cloud)" opacity=".6"/>${dark}</g>
  </svg>`;
}
