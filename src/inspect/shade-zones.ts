import { deltaE2000, type Lab } from '#domain/delta-e-2000.ts';
import type { Sheet } from '#domain/problem.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import type { CellGrid } from './cell-regions.ts';
import type { EvenMap } from './even-map.ts';
import { fileRing, ringToMm } from './ring-to-mm.ts';

type Zone = NonNullable<Sheet['zones']>[number];

/** Colours this far apart, ΔE2000, are told apart on a hide: about what an eye sees side by side, and what a cell's own
 *  colour is certain to. */
const STEP = 1.5;
/** A hide of more colours is told in these many: with its qualities a stock of hides stays within what the solver takes. */
const MOST_COLOURS = 8;
/** Rounds of giving cells to the nearest colour and taking the mean anew. */
const ROUNDS = 8;

/** Zones that cover the hide and say nothing but its colour there (CIELAB), so that kits with `deltaE` are nested by what was
 *  seen. One zone where the hide is of one colour; none where nothing is known. Zones meet without a gap, so that a piece
 *  over their border has both colours; cells that are not known have their neighbours'. */
export function shadeZones({ across, down, lab }: EvenMap, grid: CellGrid): Zone[] {
  const cells = Array.from({ length: across * down }, (_, i): Lab => [lab[3 * i]!, lab[3 * i + 1]!, lab[3 * i + 2]!]);
  const known = cells.filter((c) => !Number.isNaN(c[0]));
  if (known.length === 0) return [];
  const colours = coloursOf(known);
  const colourOf = spreadOut(
    Int16Array.from(cells, (c) => (Number.isNaN(c[0]) ? -1 : nearest(colours, c))),
    across,
    down,
  );
  return colours.flatMap((shade, k) => {
    const regions = maskToContours((i) => colourOf[i] === k, across, down);
    return regions.map(({ outline, holes }): Zone => {
      // Cells' own corners, not smoothed: smoothing each zone by itself would leave gaps.
      const inMm = simplifyRings(
        [outline, ...holes].map((ring) => ringToMm(ring, grid.toMm, grid.sidePx)),
        1e-3,
      );
      const [outer, ...inner] = inMm as [Float64Array, ...Float64Array[]];
      return {
        outline: fileRing(outer, true),
        ...(inner.length > 0 && { holes: inner.filter((h) => ringArea(h) !== 0).map((h) => fileRing(h, false)) }),
        shade: [roundToThousandth(shade[0]), roundToThousandth(shade[1]), roundToThousandth(shade[2])],
      };
    });
  });
}

/** A sheet of qualities with these colours. */
export function withShades(sheet: Sheet, shades: readonly Zone[]): Sheet {
  if (shades.length === 0) return sheet;
  return { ...sheet, zones: [...(sheet.zones ?? []), ...shades] };
}

/** Zones of a sheet that say its colour alone. */
export function shadesOf(sheet: Sheet): Zone[] {
  return (sheet.zones ?? []).filter((z) => z.quality === undefined);
}

/** Few colours that stand for all: begun with the one farthest from those there are while it is farther than a step, then
 *  moved to the means of their own. */
function coloursOf(known: readonly Lab[]): Lab[] {
  const middle = (c: 0 | 1 | 2) => known.map((lab) => lab[c]).sort((a, b) => a - b)[known.length >> 1]!;
  let colours: Lab[] = [[middle(0), middle(1), middle(2)]];
  const distance = known.map((lab) => deltaE2000(lab, colours[0]!));
  while (colours.length < MOST_COLOURS) {
    let farthest = 0;
    for (let i = 1; i < known.length; i += 1) if (distance[i]! > distance[farthest]!) farthest = i;
    if (distance[farthest]! <= STEP) break;
    const colour = known[farthest]!;
    colours.push(colour);
    for (let i = 0; i < known.length; i += 1) distance[i] = Math.min(distance[i]!, deltaE2000(known[i]!, colour));
  }
  let given = new Int16Array(known.length).fill(-1);
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = Int16Array.from(known, (lab, i) => nearest(colours, lab, given[i]));
    // As they were given before: the means would be the same again.
    if (now.every((k, i) => k === given[i])) break;
    given = now;
    const sums = colours.map(() => [0, 0, 0, 0]);
    for (const [i, lab] of known.entries()) {
      const sum = sums[now[i]!]!;
      for (let c = 0; c < 3; c += 1) sum[c]! += lab[c]!;
      sum[3]! += 1;
    }
    // A colour that nobody took is none: the others are numbered anew.
    if (sums.some(([, , , n]) => n === 0)) given.fill(-1);
    colours = sums.flatMap(([l, a, b, n]): Lab[] => (n! > 0 ? [[l! / n!, a! / n!, b! / n!]] : []));
  }
  return colours;
}

/** The nearest colour, of like ones the first. `guess` is looked at before the others: most need no second look then, as
 *  lightness alone sets them farther apart. */
function nearest(colours: readonly Lab[], lab: Lab, guess = 0): number {
  let best = Math.min(Math.max(0, guess), colours.length - 1);
  let least = deltaE2000(colours[best]!, lab);
  const first = best;
  for (const [k, colour] of colours.entries()) {
    if (k === first || lightnessApart(colour, lab) > least) continue;
    const far = deltaE2000(colour, lab);
    if (far > least || (far === least && k > best)) continue;
    least = far;
    best = k;
  }
  return best;
}

/** ΔE2000 is at least this: what chroma and hue add to it is never less than 0. A little is taken off for rounding. */
function lightnessApart([one]: Lab, [two]: Lab): number {
  const square = ((one + two) / 2 - 50) ** 2;
  return (0.999999 * Math.abs(one - two)) / (1 + (0.015 * square) / Math.sqrt(20 + square));
}

/** Cells of no colour (-1) take that of the nearest that has one, ring by ring, until all have. */
function spreadOut(colourOf: Int16Array, across: number, down: number): Int16Array {
  let now = colourOf;
  while (now.includes(-1)) {
    const next = now.slice();
    for (let i = 0; i < now.length; i += 1) {
      if (now[i] !== -1) continue;
      const x = i % across;
      const near = [
        i >= across ? now[i - across]! : -1,
        x > 0 ? now[i - 1]! : -1,
        x < across - 1 ? now[i + 1]! : -1,
        i < across * (down - 1) ? now[i + across]! : -1,
      ];
      next[i] = near.find((k) => k !== -1) ?? -1;
    }
    now = next;
  }
  return now;
}
