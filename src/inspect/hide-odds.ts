import type { Surface } from './fit-surface.ts';

/** Colour of a material over the picture. */
export interface Material {
  readonly surface: Surface;
  /** Standard deviation of L, a, b about the surface. */
  readonly deviation: readonly [number, number, number];
}

export interface Colours {
  readonly table: Material;
  readonly hide: Material;
}

/** Log odds of hide against table or its shadow, row by row of a picture. */
export interface HideOdds {
  /** Goes to a row, -1 to 1 down the picture. */
  atRow(y: number): void;
  /** Of the colour L, a, b at `lab[at]` at x, -1 to 1 across the picture. */
  of(lab: Float32Array, at: number, x: number): number;
}

/** Squared deviations from which on a pixel is odd for a material (a defect, a marker); farther off it counts less and less. */
const FARTHEST = 40;
/** What a further deviation counts then. At 0, what is odd for both was table wherever the hide is the more uneven of them:
 *  wet leather became an opening. At 4, colours of defects begin to count as much as a material's own. */
const ODD_WEIGHT = 2;

function held(square: number): number {
  return square <= FARTHEST ? square : FARTHEST + ODD_WEIGHT * (Math.sqrt(square) - Math.sqrt(FARTHEST));
}
/** -2 log of how much rarer shadow is than table. */
const SHADOW_COST = 6;
/** The darkest that a shadow is, a share of the table's light. */
export const DARKEST_SHADOW = 0.45;

export function hideOdds({ table, hide }: Colours): HideOdds {
  const spreadOf = ({ deviation: [l, a, b] }: Material) => 2 * Math.log(l * a * b);
  const tableSpread = spreadOf(table);
  const hideSpread = spreadOf(hide);
  const [tl, ta, tb] = table.deviation.map((d) => 1 / d) as [number, number, number];
  const [hl, ha, hb] = hide.deviation.map((d) => 1 / d) as [number, number, number];
  // Of each channel of table and hide the polynomial in x that the surface is along a row.
  const row = new Float64Array(18);
  return {
    atRow(y) {
      for (const [m, { surface }] of [table, hide].entries())
        for (let c = 0; c < 3; c += 1) {
          const k = surface.coefficients;
          const to = 9 * m + 3 * c;
          row[to] = k[c]! + k[6 + c]! * y + k[15 + c]! * y * y;
          row[to + 1] = k[3 + c]! + k[12 + c]! * y;
          row[to + 2] = k[9 + c]!;
        }
    },
    of(lab, at, x) {
      const l = lab[at]!;
      const a = lab[at + 1]!;
      const b = lab[at + 2]!;
      const litL = row[0]! + x * (row[1]! + x * row[2]!);
      const litA = row[3]! + x * (row[4]! + x * row[5]!);
      const litB = row[6]! + x * (row[7]! + x * row[8]!);
      const dL = l - litL;
      const dA = a - litA;
      const dB = b - litB;
      let plain = held((dL * tl) ** 2 + (dA * ta) ** 2 + (dB * tb) ** 2);
      // Shadow: the table's colour, darker by up to half of its light, less colourful in step.
      if (dL < 0 && litL > 5) {
        const k = Math.max(DARKEST_SHADOW, 1 + dL / litL);
        const shaded =
          ((dL - litL * (k - 1)) * tl) ** 2 + ((dA + litA * (1 - k)) * ta) ** 2 + ((dB + litB * (1 - k)) * tb) ** 2;
        plain = Math.min(plain, held(shaded) + SHADOW_COST);
      }
      const ownL = l - (row[9]! + x * (row[10]! + x * row[11]!));
      const ownA = a - (row[12]! + x * (row[13]! + x * row[14]!));
      const ownB = b - (row[15]! + x * (row[16]! + x * row[17]!));
      const toHide = held((ownL * hl) ** 2 + (ownA * ha) ** 2 + (ownB * hb) ** 2);
      return (plain + tableSpread - toHide - hideSpread) / 2;
    },
  };
}
