import type { TableMarkers } from '#domain/calibration.ts';
import { medianOf } from '#domain/median-of.ts';
import type { Scan } from '#domain/scan.ts';
import { terms, termCount } from './flat-field.ts';
import { HEALTH_LIMITS } from './camera-health.ts';
import { lookAtFrame, type EdgeWidths, type RgbPicture } from './frame-look.ts';
import { addRow, normalEquations, solve } from '#geometry/normal-equations.ts';

/** What may be wrong with a scan as a whole; each is the kind of a flag. */
export const SCAN_DOUBTS = ['blurred', 'dark', 'glare', 'rim', 'arm', 'several'] as const;
export type ScanDoubt = (typeof SCAN_DOUBTS)[number];

export interface SurveyedScan {
  /** The whole scan, reduced to some hundred pixels a side. */
  readonly overview: RgbPicture;
  /** mm that a pixel of the overview covers. */
  readonly mmPerPx: number;
  /** Lower left corner of the scan on the table. */
  readonly minX: number;
  readonly minY: number;
  /** What of the picture is known to be no material. */
  readonly markers: TableMarkers['tableMarkers'];
}

/** Width of the rim, share of each side, in which the table is looked for. */
const RIM_SHARE = 0.04;

/** Levels (0 to 255) by which material differs from the table at least, and times the table's own unevenness. */
const LEAST_DIFFERENCE = 20;
const TIMES_DEVIATION = 5;

/** Share of the picture that a thing has at least; less is a speck, a tape, a shadow. A hand at the edge is smaller. */
const LEAST_SHARE = 0.015;
const LEAST_SHARE_AT_RIM = 0.006;

/** A second thing has at least this share of the largest: not a scrap. */
const SECOND_SHARE = 0.15;

/** What crosses the rim over less than this, mm, is an arm or a strap; more is the hide itself. */
const ARM_WIDTH = 220;
const LEAST_CROSSING = 25;

/** Glare: every channel at its end on a patch so large, on material that is not white itself. */
const BURNT = 250;
const LEAST_GLARE_MM2 = 400;
const WHITE = 232;

/** Looks at a whole scan for what no later room could put right: something over the rim, several hides, glare. The table is
 *  what lies along most of the rim, lit unevenly. Material of nearly the table's colour is not seen here: who looks for
 *  the outline looks along the border again. */
export function surveyWhole(scan: SurveyedScan): Scan['flags'] {
  const { overview, mmPerPx } = scan;
  const { widthPx, heightPx, rgb } = overview;
  const isMarker = markerMask(scan);
  const differs = differences(overview, isMarker);
  if (differs === null) return [];
  const things = componentsOf(differs, widthPx, heightPx).filter(
    ({ pixels, crossingPx }) =>
      pixels.length >= (crossingPx > 0 ? LEAST_SHARE_AT_RIM : LEAST_SHARE) * widthPx * heightPx,
  );
  const flags: { kind: ScanDoubt; message: string; value?: number }[] = [];
  const crossings = things.map(({ crossingPx }) => crossingPx * mmPerPx);
  const widest = Math.max(0, ...crossings);
  if (widest >= LEAST_CROSSING && widest <= ARM_WIDTH)
    flags.push({
      kind: 'arm',
      message: `Something ${Math.round(widest)} mm wide reaches in over the edge of the picture: an arm, a tool, a strap? Take it away and scan again.`,
      value: widest,
    });
  else if (widest > ARM_WIDTH)
    flags.push({
      kind: 'rim',
      message: `What lies on the table reaches over the edge of the picture along ${Math.round(widest)} mm: only part of the hide is seen. Lay it within the markers and scan again.`,
      value: widest,
    });
  const inside = things.filter((_, i) => crossings[i]! < LEAST_CROSSING).map(({ pixels }) => pixels.length);
  const largest = Math.max(0, ...inside);
  const many = inside.filter((count) => count >= SECOND_SHARE * largest).length;
  if (many > 1)
    flags.push({
      kind: 'several',
      message: `${many} things lie on the table, one hide was expected: only the largest would be cut. Take the others away and scan again.`,
      value: many,
    });
  const glareMm2 = glareOf(rgb, things) * mmPerPx * mmPerPx;
  if (glareMm2 >= LEAST_GLARE_MM2)
    flags.push({
      kind: 'glare',
      message: `Light is mirrored on ${Math.round(glareMm2 / 100)} cm² of the material, where nothing can be seen. Turn the lamps or the hide, then scan again.`,
      value: glareMm2,
    });
  return flags;
}

/** A picture with hardly any light in it, in which marks and holes would be missed: a camera's still would be refused. */
export function darkOf(overview: RgbPicture): Scan['flags'] {
  const { bright } = lookAtFrame(overview);
  if (bright >= HEALTH_LIMITS.leastBright) return [];
  const message = `Hardly any light is in the picture: 95 of 100 points are below ${bright + 1} of 255. Switch the lamps on, look at exposure and iris, then scan again.`;
  return [{ kind: 'dark', message, value: bright }];
}

/** Width, in pixels that the camera saw, from which edges are blurred: a good lens has 2 to 3. */
const MOST_EDGE_PX = 6;
const MOTION_RATIO = 1.8;

/** What the edges of a scan say of its focus; `edges` in pixels of the scan, `seenPerPx` pixels of the camera in one. */
export function blurOf(edges: EdgeWidths | null, seenPerPx: number, mmPerPx: number): Scan['flags'] {
  if (edges === null) return [];
  const [narrow, wide] = [Math.min(edges.across, edges.down), Math.max(edges.across, edges.down)];
  if (wide * seenPerPx <= MOST_EDGE_PX) return [];
  const mm = (wide * mmPerPx).toFixed(1);
  const isMotion = wide > MOTION_RATIO * narrow;
  const message = isMotion
    ? `Edges are ${mm} mm wide ${edges.across > edges.down ? 'from left to right' : 'from top to bottom'} only: camera or hide moved while the picture was taken. Scan again when nothing moves.`
    : `The sharpest edges are ${mm} mm wide: the camera is out of focus, or its glass is dirty. Wipe it, set the focus, scan again.`;
  return [{ kind: 'blurred', message, value: wide * mmPerPx }];
}

function markerMask({ overview, mmPerPx, minX, minY, markers }: SurveyedScan): Uint8Array {
  const { widthPx, heightPx } = overview;
  const mask = new Uint8Array(widthPx * heightPx);
  for (const { x, y, size } of markers) {
    // With the white cell round it, and a pixel for the reducing.
    const reach = (size * 2) / 3 + 1.5 * mmPerPx;
    const [u0, u1] = [x - reach, x + reach].map((at) => Math.round((at - minX) / mmPerPx)) as [number, number];
    const [v0, v1] = [y + reach, y - reach].map((at) => Math.round(heightPx - (at - minY) / mmPerPx)) as [
      number,
      number,
    ];
    for (let v = Math.max(0, v0); v < Math.min(heightPx, v1); v += 1)
      mask.fill(1, v * widthPx + Math.max(0, u0), v * widthPx + Math.min(widthPx, Math.max(0, u1)));
  }
  return mask;
}

/** Degree of the surface that the table's light follows. */
const DEGREE = 2;
const ROUNDS = 5;

/** Which pixels are not table: 1, else 0. Null where the rim is too short to tell. */
function differences({ widthPx, heightPx, rgb }: RgbPicture, isMarker: Uint8Array): Uint8Array | null {
  const rim = Math.max(2, Math.round(RIM_SHARE * Math.min(widthPx, heightPx)));
  const along: number[] = [];
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < widthPx; u += 1)
      if ((u < rim || v < rim || u >= widthPx - rim || v >= heightPx - rim) && isMarker[v * widthPx + u] === 0)
        along.push(v * widthPx + u);
  if (along.length < 8 * termCount(DEGREE)) return null;
  const basisAt = (i: number) =>
    terms(DEGREE, (2 * ((i % widthPx) + 0.5)) / widthPx - 1, (2 * (Math.floor(i / widthPx) + 0.5)) / heightPx - 1);
  const bases = along.map(basisAt);
  const middle = [0, 1, 2].map((c) => medianOf(along.map((i) => rgb[3 * i + c]!)));
  // What is far from the commonest colour of the rim is no table; the surface then tells finer.
  let limit = 70;
  let isIn = along.map((i) => [0, 1, 2].every((c) => Math.abs(rgb[3 * i + c]! - middle[c]!) <= limit));
  let fits: number[][] = [];
  // Least absolute deviations: squares would bend the surface half-way between two colours that share the rim, and what
  // is left would make both of them table.
  let weights = along.map(() => 1);
  for (let round = 0; round < ROUNDS; round += 1) {
    fits = [];
    for (const c of [0, 1, 2]) {
      const system = normalEquations(termCount(DEGREE));
      along.forEach((i, k) => isIn[k]! && addRow(system, bases[k]!, rgb[3 * i + c]!, weights[k]!));
      const solved = solve(system);
      if (solved === null) return null;
      fits.push(solved);
    }
    const off = along.map((i, k) => differenceAt(rgb, i, bases[k]!, fits));
    limit = Math.max(LEAST_DIFFERENCE, TIMES_DEVIATION * medianOf(off));
    isIn = off.map((difference) => difference <= limit);
    weights = off.map((difference) => 1 / Math.max(1, difference));
  }
  const mask = new Uint8Array(widthPx * heightPx);
  for (let i = 0; i < mask.length; i += 1)
    if (isMarker[i] === 0 && differenceAt(rgb, i, basisAt(i), fits) > limit) mask[i] = 1;
  return mask;
}

function differenceAt(rgb: Uint8Array, i: number, basis: Float64Array, fits: readonly number[][]): number {
  let most = 0;
  for (let c = 0; c < 3; c += 1) {
    let table = 0;
    for (let k = 0; k < basis.length; k += 1) table += fits[c]![k]! * basis[k]!;
    most = Math.max(most, Math.abs(rgb[3 * i + c]! - table));
  }
  return most;
}

interface Thing {
  readonly pixels: readonly number[];
  /** Pixels of the picture's own rim that it covers. */
  readonly crossingPx: number;
}

function componentsOf(mask: Uint8Array, widthPx: number, heightPx: number): Thing[] {
  const seen = new Uint8Array(mask.length);
  const things: Thing[] = [];
  for (let start = 0; start < mask.length; start += 1) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    const pixels = [start];
    seen[start] = 1;
    let crossingPx = 0;
    for (let k = 0; k < pixels.length; k += 1) {
      const at = pixels[k]!;
      const [u, v] = [at % widthPx, Math.floor(at / widthPx)];
      if (u === 0 || v === 0 || u === widthPx - 1 || v === heightPx - 1) crossingPx += 1;
      for (const [du, dv] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        if (u + du < 0 || v + dv < 0 || u + du >= widthPx || v + dv >= heightPx) continue;
        const next = at + du + dv * widthPx;
        if (mask[next] === 0 || seen[next] === 1) continue;
        seen[next] = 1;
        pixels.push(next);
      }
    }
    things.push({ pixels, crossingPx });
  }
  return things;
}

/** Burnt pixels of things that are not white themselves. */
function glareOf(rgb: Uint8Array, things: readonly Thing[]): number {
  return things.reduce((sum, { pixels }) => {
    const least = pixels.map((i) => Math.min(rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!));
    return medianOf(least) > WHITE ? sum : sum + least.filter((level) => level >= BURNT).length;
  }, 0);
}
