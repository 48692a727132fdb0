import { maskedMean, SHADE_CELL, type ShadingMap } from './shading-map.ts';

/** What speaks for a fold at each cell of a shading map; all in shares of the light, 0 where nothing does. */
export interface FoldSigns {
  /** Light and dark side by side along a line: the two flanks of a wave. The weaker of the two counts. */
  readonly flanks: Float32Array;
  /** A strip along the rim that is much lighter or darker than the leather beside it: a rim that rises. */
  readonly rim: Float32Array;
  /** Another material at the rim, on either side of where the outline was seen: the flesh side of what is turned over. */
  readonly flesh: Float32Array;
}

const DIRECTIONS = 8;
/** Half the length of the line along which a flank is averaged, mm. */
const HALF_LENGTH = 32;
/** Distances of a flank's middle from the wave's line, mm. */
const FLANKS = [12, 22] as const;
/** Flanks fainter than this are no sign of anything, and most of a hide is: half the work is saved by leaving them out. */
const FAINT = 0.025;
/** Depth of the strip along the rim that may rise, mm. */
const RIM_DEPTH = 32;

export function foldSigns(map: ShadingMap): FoldSigns {
  const toRim = distanceToRim(map);
  return { flanks: flankSign(map), rim: rimSign(map, toRim), flesh: fleshSign(map, toRim) };
}

function flankSign(map: ShadingMap): Float32Array {
  const { across, down, isHide, relative } = map;
  const out = new Float32Array(relative.length);
  const half = Math.round(HALF_LENGTH / SHADE_CELL);
  for (let d = 0; d < DIRECTIONS; d += 1) {
    const turn = (d * Math.PI) / DIRECTIONS;
    const along = alongLines(map, relative, turn, half);
    const nx = -Math.sin(turn);
    const ny = Math.cos(turn);
    for (const flank of FLANKS) {
      const steps = [0.6, 1, 1.4].map((k) => (k * flank) / SHADE_CELL);
      const shifts = steps.map((s) => [Math.round(nx * s), Math.round(ny * s)] as const);
      const [midX, midY] = shifts[1]!;
      for (let y = 0; y < down; y += 1)
        for (let x = 0; x < across; x += 1) {
          const i = y * across + x;
          if (isHide[i] === 0) continue;
          const middle = at(map, x + midX, y + midY);
          if (middle < 0 || Math.abs(along[middle]!) < FAINT) continue;
          let one = 0;
          let other = 0;
          let isInside = true;
          for (const [dx, dy] of shifts) {
            const p = at(map, x + dx, y + dy);
            const q = at(map, x - dx, y - dy);
            if (p < 0 || q < 0) {
              isInside = false;
              break;
            }
            one += along[p]! / 3;
            other += along[q]! / 3;
          }
          if (!isInside || one * other >= 0) continue;
          out[i] = Math.max(out[i]!, Math.min(Math.abs(one), Math.abs(other)));
        }
    }
  }
  return out;
}

/** Index of a cell that is hide, or -1. */
function at({ across, down, isHide }: ShadingMap, x: number, y: number): number {
  if (x < 0 || y < 0 || x >= across || y >= down) return -1;
  const i = y * across + x;
  return isHide[i] === 0 ? -1 : i;
}

/** Mean along a line through each cell, over the cells that are hide. */
function alongLines(map: ShadingMap, plane: Float32Array, turn: number, half: number): Float32Array {
  const { across, down, isHide } = map;
  // Every other cell of the line: its neighbours were averaged over 4 mm already.
  const dx = Int32Array.from({ length: half + 1 }, (_, k) => Math.round((2 * k - half) * Math.cos(turn)));
  const dy = Int32Array.from({ length: half + 1 }, (_, k) => Math.round((2 * k - half) * Math.sin(turn)));
  const out = new Float32Array(plane.length);
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const i = y * across + x;
      if (isHide[i] === 0) continue;
      let sum = 0;
      let count = 0;
      for (let k = 0; k <= half; k += 1) {
        const u = x + dx[k]!;
        const v = y + dy[k]!;
        if (u < 0 || v < 0 || u >= across || v >= down) continue;
        const j = v * across + u;
        if (isHide[j] === 0) continue;
        sum += plane[j]!;
        count += 1;
      }
      out[i] = sum / count;
    }
  return out;
}

/** Steps from each cell to the nearest that is not hide, mm; two sweeps with diagonal steps. */
function distanceToRim({ across, down, isHide }: Pick<ShadingMap, 'across' | 'down' | 'isHide'>): Float32Array {
  const out = Float32Array.from(isHide, (v) => (v === 0 ? 0 : Infinity));
  const look = (i: number, x: number, y: number, cost: number) => {
    const near = x < 0 || y < 0 || x >= across || y >= down ? 0 : out[y * across + x]!;
    if (near + cost < out[i]!) out[i] = near + cost;
  };
  const diagonal = SHADE_CELL * Math.SQRT2;
  for (const step of [1, -1] as const)
    for (let k = 0; k < out.length; k += 1) {
      const i = step === 1 ? k : out.length - 1 - k;
      const x = i % across;
      const y = (i - x) / across;
      look(i, x - step, y, SHADE_CELL);
      look(i, x, y - step, SHADE_CELL);
      look(i, x - step, y - step, diagonal);
      look(i, x + step, y - step, diagonal);
    }
  return out;
}

/** In the strip along the rim: how much the mean of the cells near differs from the leather 40 to 80 mm further in. */
function rimSign(map: ShadingMap, toRim: Float32Array): Float32Array {
  const { across, down, isHide, relative } = map;
  const strip = new Float32Array(relative.length);
  const isStrip = new Uint8Array(relative.length);
  const isDeep = new Uint8Array(relative.length);
  for (let i = 0; i < strip.length; i += 1) {
    if (isHide[i] === 0) continue;
    isStrip[i] = toRim[i]! <= RIM_DEPTH * 0.6 ? 1 : 0;
    isDeep[i] = toRim[i]! > RIM_DEPTH * 1.3 && toRim[i]! < RIM_DEPTH * 3 ? 1 : 0;
  }
  const near = maskedMean(relative, isStrip, across, down, Math.round(24 / SHADE_CELL));
  const deep = maskedMean(relative, isDeep, across, down, Math.round(88 / SHADE_CELL));
  for (let i = 0; i < strip.length; i += 1)
    if (isHide[i] !== 0 && toRim[i]! <= RIM_DEPTH && !Number.isNaN(near[i]!) && !Number.isNaN(deep[i]!))
      strip[i] = Math.abs(near[i]! - deep[i]!);
  return strip;
}

/** Colour unlike the surroundings, or unlike the table just off the outline; of the mean over 20 mm, near the rim alone. */
function fleshSign(map: ShadingMap, toRim: Float32Array): Float32Array {
  const { across, down, isHide, relative, red, blue, alien } = map;
  const reach = Math.round(10 / SHADE_CELL);
  const mean = (plane: Float32Array) => maskedMean(plane, isHide, across, down, reach);
  const [l, r, b] = [mean(relative), mean(red), mean(blue)];
  const isOff = isHide.map((v) => 1 - v);
  // Cells beside the outline are half hide: two of them do not count.
  const toHide = distanceToRim({ ...map, isHide: isOff });
  const isBeside = Uint8Array.from(toHide, (d, i) => (isOff[i] !== 0 && d > 2 * SHADE_CELL ? 1 : 0));
  const off = maskedMean(alien, isBeside, across, down, Math.round(6 / SHADE_CELL));
  return Float32Array.from(relative, (_, i) => {
    if (isHide[i] !== 0) return toRim[i]! <= 160 ? Math.hypot(0.5 * l[i]!, r[i]!, b[i]!) : 0;
    return isBeside[i] !== 0 && toHide[i]! <= 160 ? off[i]! : 0;
  });
}
