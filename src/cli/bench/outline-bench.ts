import type { HairLook } from '#synth/draw-hair.ts';
import type { HideOptions } from '#synth/draw-hide.ts';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { colourDifference, measureOutline } from './outline-measures.ts';

/** Seeds that no limit was chosen on. */
const SEEDS = [9001, 9002, 9003, 9004, 9005, 9006];
/** Of leather and table as chance chooses them; each pair of colours needs fewer. */
const USUAL = Array.from({ length: 20 }, (_, k) => 9001 + k);
const SIZE = { width: 1300, height: 1000, mmPerPx: 1 };

type Colour = readonly [number, number, number];

/** Leather on tables: far and near in colour, as bright as each other, light and dark. */
const PAIRS: readonly (readonly [string, Colour, Colour])[] = [
  ['red on green', [168, 66, 58], [52, 96, 78]],
  ['pale blue on black', [148, 166, 182], [48, 51, 55]],
  ['brown on green, equally bright', [134, 92, 64], [70, 112, 84]],
  ['brown on blue', [120, 80, 58], [64, 88, 120]],
  ['tan on wood', [184, 130, 88], [186, 150, 110]],
  ['brown on brown', [152, 92, 56], [140, 104, 78]],
  ['off-white on pale grey', [222, 214, 200], [226, 226, 222]],
  ['black on dark grey', [44, 45, 48], [70, 72, 76]],
  ['grey on lighter grey', [108, 112, 119], [130, 134, 138]],
];

const HAIR: readonly (readonly [string, HairLook])[] = [
  ['a dark hair on 3 mm', { perMm: 0.33, colour: [70, 45, 28] }],
  ['a dark hair on each mm', { perMm: 1, colour: [70, 45, 28] }],
  ['three dark hairs on each mm', { perMm: 3, colour: [70, 45, 28] }],
];

/** Where the boundary lies, on drawn hides; no model is asked. */
export async function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  const { isQuick, signal, note } = options;
  const seeds = isQuick ? SEEDS.slice(0, 3) : SEEDS;
  const rows: string[][] = [];
  const measure = async (
    name: string,
    difference: string,
    of: Omit<HideOptions, 'seed'>,
    { hair, on = seeds }: { readonly hair?: HairLook; readonly on?: readonly number[] } = {},
  ) => {
    const found: { p95: number; max: number }[] = [];
    for (const seed of on) {
      signal.throwIfAborted();
      found.push(await measureOutline({ ...SIZE, ...of, seed }, hair));
    }
    const worst = (k: 'p95' | 'max') => Math.max(...found.map((f) => f[k]));
    const within = found.filter(({ p95 }) => p95 <= 1).length;
    rows.push([
      name,
      difference,
      `${within} of ${found.length}`,
      (found.reduce((sum, f) => sum + f.p95, 0) / found.length).toFixed(2),
      worst('p95').toFixed(2),
      worst('max').toFixed(1),
    ]);
    note(`outline: ${rows.at(-1)!.join(' | ')}`);
  };
  await measure('leather and table as they come', '', {}, { on: isQuick ? USUAL.slice(0, 6) : USUAL });
  for (const [name, leather, table] of PAIRS)
    await measure(name, colourDifference(leather, table).toFixed(0), {
      look: { colour: leather },
      table: { colour: table, texture: 0.02, lines: 0 },
    });
  for (const [name, hair] of HAIR)
    await measure(
      `brown on pale grey, ${name} of the rim`,
      '',
      { look: { colour: [150, 92, 56] }, table: { colour: [196, 202, 206], texture: 0.012, lines: 100 } },
      { hair },
    );
  return [
    {
      title: 'Where the outline lies',
      about: `Drawn hides of 1.3 x 1 m at 1 mm a pixel, with their shadow on the table, uneven light and defects at the rim; distances in mm between the outline found and the true one, asked every millimetre along either, the larger of both ways. There is no photograph of a whole hide. Wanted: 95 of 100 places within 1 mm. Difference: ΔE2000 between leather and table. Where a table is hardly lighter than the leather, its shadow is of the leather's colour.`,
      columns: ['leather and table', 'difference', 'hides within 1 mm', 'p95, mean', 'p95, worst', 'farthest'],
      rows,
    },
  ];
}
