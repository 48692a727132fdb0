import { boxMean } from './box-mean.ts';
import { SHADE_CELL, type ShadingMap } from './shading-map.ts';

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
/** Where a flank is looked at, in shares of its middle's distance. */
const FLANK_STEPS = [0.6, 1, 1.4] as const;
/** Flanks fainter than this are no sign of anything, and most of a hide is: half the work is saved by leaving them out. */
const FAINT = 0.025;
/** Depth of the strip along the rim that may rise, mm. */
const RIM_DEPTH = 32;
/** What is turned over shows its other side within this of the outline, mm. */
const FLESH_DEPTH = 160;

export function foldSigns(map: ShadingMap): FoldSigns {
  const toRim = distanceToRim(map);
  return { flanks: flankSign(map), rim: rimSign(map, toRim), flesh: fleshSign(map, toRim) };
}

function flankSign(map: ShadingMap): Float32Array {
  const out = new Float32Array(map.relative.length);
  const half = Math.round(HALF_LENGTH / SHADE_CELL);
  const framed = withFrame(map, Math.max(half, Math.round((FLANK_STEPS[2] * FLANKS[1]) / SHADE_CELL)));
  const { isHide, hideAt, cellAt, width } = framed;
  for (let d = 0; d < DIRECTIONS; d += 1) {
    const turn = (d * Math.PI) / DIRECTIONS;
    const along = alongLines(framed, turn, half);
    const nx = -Math.sin(turn);
    const ny = Math.cos(turn);
    for (const flank of FLANKS) {
      const [near, middle, far] = FLANK_STEPS.map((k) => {
        const step = (k * flank) / SHADE_CELL;
        return Math.round(ny * step) * width + Math.round(nx * step);
      }) as [number, number, number];
      for (let k = 0; k < hideAt.length; k += 1) {
        const i = hideAt[k]!;
        if (isHide[i + middle] === 0 || Math.abs(along[i + middle]!) < FAINT) continue;
        const isInside =
          isHide[i + near]! & isHide[i + far]! & isHide[i - near]! & isHide[i - middle]! & isHide[i - far]!;
        if (isInside === 0) continue;
        const one = along[i + near]! / 3 + along[i + middle]! / 3 + along[i + far]! / 3;
        const other = along[i - near]! / 3 + along[i - middle]! / 3 + along[i - far]! / 3;
        if (one * other >= 0) continue;
        const cell = cellAt[k]!;
        out[cell] = Math.max(out[cell]!, Math.min(Math.abs(one), Math.abs(other)));
      }
    }
  }
  return out;
}

/** A shading map with so many cells round it that are no hide: neighbours need no looking whether they are inside. */
interface FramedMap {
  readonly width: number;
  readonly isHide: Uint8Array;
  /** 0 off the hide. */
  readonly relative: Float32Array;
  /** The cells that are hide: where they are in the framed map, and where in the map itself. */
  readonly hideAt: Int32Array;
  readonly cellAt: Int32Array;
}

function withFrame({ across, down, isHide, relative }: ShadingMap, frame: number): FramedMap {
  const width = across + 2 * frame;
  const isHideFramed = new Uint8Array(width * (down + 2 * frame));
  const relativeFramed = new Float32Array(isHideFramed.length);
  const hideAt = new Int32Array(isHide.length);
  const cellAt = new Int32Array(isHide.length);
  let count = 0;
  for (let y = 0, i = 0; y < down; y += 1)
    for (let x = 0, to = (y + frame) * width + frame; x < across; x += 1, i += 1, to += 1) {
      if (isHide[i] === 0) continue;
      isHideFramed[to] = 1;
      relativeFramed[to] = relative[i]!;
      hideAt[count] = to;
      cellAt[count] = i;
      count += 1;
    }
  return {
    width,
    isHide: isHideFramed,
    relative: relativeFramed,
    hideAt: hideAt.subarray(0, count),
    cellAt: cellAt.subarray(0, count),
  };
}

/** Mean brightness along a line through each cell, over the cells that are hide. */
function alongLines({ width, isHide, relative, hideAt }: FramedMap, turn: number, half: number): Float32Array {
  // Every other cell of the line: its neighbours were averaged over 4 mm already.
  const steps = Int32Array.from({ length: half + 1 }, (_, k) => {
    const far = 2 * k - half;
    return Math.round(far * Math.sin(turn)) * width + Math.round(far * Math.cos(turn));
  });
  const out = new Float32Array(relative.length);
  for (let c = 0; c < hideAt.length; c += 1) {
    const i = hideAt[c]!;
    let sum = 0;
    let count = 0;
    for (let k = 0; k < steps.length; k += 1) {
      const j = i + steps[k]!;
      sum += relative[j]!;
      count += isHide[j]!;
    }
    out[i] = sum / count;
  }
  return out;
}

/** Steps from each cell to the nearest that is not hide, mm; two sweeps with diagonal steps. */
function distanceToRim({ across, down, isHide }: Pick<ShadingMap, 'across' | 'down' | 'isHide'>): Float32Array {
  // With one cell of rim round it.
  const w = across + 2;
  const framed = new Float32Array(w * (down + 2));
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) if (isHide[y * across + x] !== 0) framed[(y + 1) * w + x + 1] = Infinity;
  const diagonal = SHADE_CELL * Math.SQRT2;
  for (const step of [1, -1] as const)
    for (let k = w + 1; k < framed.length - w - 1; k += 1) {
      const i = step === 1 ? k : framed.length - 1 - k;
      if (framed[i] === 0) continue;
      const above = i - step * w;
      framed[i] = Math.min(
        framed[i]!,
        framed[i - step]! + SHADE_CELL,
        framed[above]! + SHADE_CELL,
        framed[above - step]! + diagonal,
        framed[above + step]! + diagonal,
      );
    }
  const out = new Float32Array(across * down);
  for (let y = 0; y < down; y += 1) out.set(framed.subarray((y + 1) * w + 1, (y + 1) * w + 1 + across), y * across);
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
  const near = boxMean(isStrip, across, down, Math.round(24 / SHADE_CELL))(relative);
  const deep = boxMean(isDeep, across, down, Math.round(88 / SHADE_CELL))(relative);
  for (let i = 0; i < strip.length; i += 1)
    if (isHide[i] !== 0 && toRim[i]! <= RIM_DEPTH && !Number.isNaN(near[i]!) && !Number.isNaN(deep[i]!))
      strip[i] = Math.abs(near[i]! - deep[i]!);
  return strip;
}

/** Colour unlike the surroundings, or unlike the table just off the outline; of the mean over 20 mm, near the rim alone. */
function fleshSign(map: ShadingMap, toRim: Float32Array): Float32Array {
  const { across, down, isHide, relative, red, blue, alien } = map;
  const mean = boxMean(isHide, across, down, Math.round(10 / SHADE_CELL));
  const [l, r, b] = [mean(relative), mean(red), mean(blue)];
  const isOff = isHide.map((v) => 1 - v);
  const toHide = distanceToRim({ across, down, isHide: isOff });
  const out = new Float32Array(relative.length);
  // Cells beside the outline are half hide: two of them do not count.
  for (let i = 0; i < isOff.length; i += 1) if (toHide[i]! <= 2 * SHADE_CELL) isOff[i] = 0;
  const off = boxMean(isOff, across, down, Math.round(6 / SHADE_CELL))(alien);
  for (let i = 0; i < out.length; i += 1) {
    if (isHide[i] !== 0) out[i] = toRim[i]! <= FLESH_DEPTH ? Math.hypot(0.5 * l[i]!, r[i]!, b[i]!) : 0;
    else if (isOff[i] !== 0 && toHide[i]! <= FLESH_DEPTH) out[i] = off[i]!;
  }
  return out;
}
