import type { FlatField } from '#domain/calibration.ts';
import { terms, termCount } from './flat-field.ts';
import { addRow, normalEquations, solve } from '#geometry/normal-equations.ts';

/** Mean light of the blocks of a reference picture, row by row, 0 to 1. */
export interface LightBlocks {
  readonly columns: number;
  readonly rows: number;
  readonly light: readonly [Float64Array, Float64Array, Float64Array];
}

/** Lamps and lenses are smooth: the fourth power of a cosine to the rim of a wide lens is within 0.2 % at this degree. */
const DEGREE = 6;

/** Blocks further off than this share of their light are something that lies there (a marker, dust): they don't count. */
const OUTLIER = 0.04;
const ROUNDS = 4;

/** The gains that make a reference even and white, and what they leave. Null where the reference is dark somewhere. */
export function fitFlat({
  columns,
  rows,
  light,
}: LightBlocks): Pick<FlatField, 'degree' | 'red' | 'green' | 'blue' | 'before' | 'residual'> | null {
  const count = columns * rows;
  const basis = Array.from({ length: count }, (_, i) =>
    terms(DEGREE, (2 * ((i % columns) + 0.5)) / columns - 1, (2 * (Math.floor(i / columns) + 0.5)) / rows - 1),
  );
  const fits: number[][] = [];
  let counts: boolean[] = new Array<boolean>(count).fill(true);
  const smooth = light.map(() => new Float64Array(count));
  // Green first: what does not count there counts nowhere.
  for (const channel of [1, 0, 2]) {
    const found = fitSmooth(light[channel]!, basis, counts);
    if (found === null) return null;
    fits[channel] = found.coefficients;
    smooth[channel]!.set(found.smooth);
    if (channel === 1) counts = found.counts;
  }
  // As bright as the brightest place is in green; there green stays what it is.
  const target = Math.max(...smooth[1]!);
  const gains = fits.map((fit) => fit.map((a, k) => (k === 0 ? Math.log(target) - a : -a)));
  const [red, green, blue] = gains.map((all) => all.map((a) => Math.round(a * 1e6) / 1e6)) as [
    number[],
    number[],
    number[],
  ];
  const kept = counts.flatMap((isIn, i) => (isIn ? [i] : []));
  const flattened = light.map((values, c) => kept.map((i) => (values[i]! * target) / smooth[c]![i]!));
  const off = flattened.flatMap((values) => values.map((value) => Math.abs(value / target - 1))).sort((a, b) => a - b);
  return {
    degree: DEGREE,
    red,
    green,
    blue,
    before: { unevenness: 1 - Math.min(...smooth[1]!) / target, tint: tintOf(light, kept) },
    residual: {
      rms: share(Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / Math.max(1, off.length))),
      p95: share(off[Math.floor(0.95 * (off.length - 1))] ?? 0),
      tint: tintOf(flattened, [...kept.keys()]),
      leftOut: share(1 - kept.length / count),
    },
  };
}

function share(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** Greatest difference of mean red or blue to mean green, share. */
function tintOf(light: readonly ArrayLike<number>[], kept: readonly number[]): number {
  const [red, green, blue] = light.map((values) => kept.reduce((sum, i) => sum + values[i]!, 0)) as [
    number,
    number,
    number,
  ];
  return share(Math.max(Math.abs(red / green - 1), Math.abs(blue / green - 1)));
}

/** A smooth surface through the logarithms of light, over what fits it. */
function fitSmooth(
  light: Float64Array,
  basis: readonly Float64Array[],
  from: readonly boolean[],
): { coefficients: number[]; smooth: Float64Array; counts: boolean[] } | null {
  if (light.some((value) => !(value > 0))) return null;
  let counts = [...from];
  for (let round = 0; ; round += 1) {
    const system = normalEquations(termCount(DEGREE));
    basis.forEach((row, i) => counts[i]! && addRow(system, row, Math.log(light[i]!)));
    const coefficients = solve(system);
    if (coefficients === null) return null;
    const smooth = Float64Array.from(basis, (row) =>
      Math.exp(coefficients.reduce((sum, a, k) => sum + a * row[k]!, 0)),
    );
    if (round === ROUNDS) return { coefficients, smooth, counts };
    // Wide at first: one dark marker draws the whole surface down.
    const limit = OUTLIER * 2 ** (ROUNDS - 1 - round);
    counts = counts.map((_, i) => from[i]! && Math.abs(light[i]! / smooth[i]! - 1) <= limit);
  }
}
