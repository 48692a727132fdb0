import { seededRandom } from '#domain/seeded-random.ts';
import { evenMap } from '#inspect/even-map.ts';
import { grainField } from '#inspect/grain-field.ts';
import { flowAngle, type GrainFlow } from '#synth/grain-flow.ts';
import { seeDrawn } from './drawn-leather.ts';

/** What the eyes say of cells of drawn leather that is uneven there, and of the rest. */
export interface EvenScores {
  readonly unevenShade: readonly number[];
  readonly evenShade: readonly number[];
  readonly unevenTexture: readonly number[];
  readonly evenTexture: readonly number[];
}

/** A hide with loose belly of 5 to 15 % other brightness and grain half to one and a half times deeper; other defects as they
 *  come. Cells that are more than 80 % belly count as uneven, under 5 % as even. */
export async function measureEven(seed: number, size = { width: 1500, height: 1150 }): Promise<EvenScores> {
  const random = seededRandom(seed * 3);
  const uneven = {
    coarser: 0.5 + random(),
    shade: (random() < 0.5 ? -1 : 1) * (0.05 + 0.1 * random()),
    tone: 0.03 * (random() - 0.5),
  };
  const { drawn, overview, hide, cells } = await seeDrawn({ seed, ...size, uneven });
  const map = evenMap(cells, overview, hide);
  const scores = { unevenShade: [], evenShade: [], unevenTexture: [], evenTexture: [] } as Record<
    keyof EvenScores,
    number[]
  >;
  for (let i = 0; i < map.shade.length; i += 1) {
    if (Number.isNaN(map.shade[i]!)) continue;
    const share = shareOfBelly(drawn.uneven!, hide, map.sidePx, i % map.across, Math.floor(i / map.across));
    if (share > 0.8) {
      scores.unevenShade.push(map.shade[i]!);
      scores.unevenTexture.push(map.texture[i]!);
    } else if (share < 0.05) {
      scores.evenShade.push(map.shade[i]!);
      scores.evenTexture.push(map.texture[i]!);
    }
  }
  return scores;
}

function shareOfBelly(
  belly: Float32Array,
  hide: { readonly mask: Uint8Array; readonly widthPx: number; readonly heightPx: number },
  sidePx: number,
  column: number,
  row: number,
): number {
  let sum = 0;
  let count = 0;
  for (let v = Math.floor(row * sidePx); v < Math.min(hide.heightPx, (row + 1) * sidePx); v += 1)
    for (let u = Math.floor(column * sidePx); u < Math.min(hide.widthPx, (column + 1) * sidePx); u += 1) {
      const at = v * hide.widthPx + u;
      if (hide.mask[at] === 0) continue;
      sum += belly[at]!;
      count += 1;
    }
  return sum / Math.max(1, count);
}

/** Probability that a value of the first list is above one of the second (area under the ROC curve); ties count as lost. */
export function rankShare(above: readonly number[], below: readonly number[]): number {
  const sorted = [...below].sort((a, b) => a - b);
  let won = 0;
  for (const value of above) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    won += low;
  }
  return won / Math.max(1, above.length * below.length);
}

/** Share of a list from a value on. */
export function shareFrom(values: readonly number[], least: number): number {
  return values.filter((v) => v >= least).length / Math.max(1, values.length);
}

export interface GrainError {
  /** Degrees between measured and drawn direction, 0 to 90. */
  readonly error: number;
  readonly doubt: number;
}

/** A hide at 0.5 mm a pixel whose grains are drawn out 1.2 to 2.4 times along bent lines.
 *  @param sideLight 0: light from all sides; 1: from one */
export async function measureGrain(
  seed: number,
  sideLight: number,
  size = { width: 900, height: 700 },
): Promise<readonly GrainError[]> {
  const random = seededRandom(seed * 7);
  const wave = (height: number, length: number) => ({ height, length, along: 360 * random(), phase: 6 * random() });
  const grainFlow: GrainFlow = {
    waves: [wave(30 + 40 * random(), 700 + 500 * random()), wave(15 * random(), 400 + 300 * random())],
  };
  const look = { sideLight, grainStretch: 1.2 + 1.2 * random(), grainAngle: 180 * random() };
  const mmPerPx = 0.5;
  const { drawn, cells, toMm } = await seeDrawn({ seed, ...size, mmPerPx, look, grainFlow });
  return grainField(cells, toMm, 1).map(({ x, y, angle, doubt }) => {
    const at = { u: x / mmPerPx, v: drawn.heightPx - y / mmPerPx, mmPerPx };
    const off = Math.abs(flowAngle(look, grainFlow, at) - angle) % 180;
    return { error: Math.min(off, 180 - off), doubt };
  });
}
