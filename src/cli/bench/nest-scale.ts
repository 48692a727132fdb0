import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nestCase } from '#synth/nest-case.ts';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { nestOnce, THREADS } from './nest-run.ts';

/** Hides and pieces of one line, up to what the solver must take. */
const SIZES = [
  [1, 40],
  [5, 200],
  [10, 400],
  [25, 1000],
  [50, 2000],
] as const;
const SHAPE = { vertices: 2000, defects: 200, types: 40 };
const SECONDS = 8;

/** How time and memory grow with the number of pieces and hides. */
export async function scaleTable(options: BenchOptions, folder: string): Promise<FigureTable> {
  const rows: string[][] = [];
  for (const [hides, pieces] of SIZES) {
    const file = join(folder, `scale-${pieces}.json`);
    await writeFile(file, JSON.stringify(nestCase({ ...SHAPE, hides, pieces })));
    const cell = await nestOnce(options, folder, file, SECONDS, 1);
    const first = cell.firstSeconds ?? null;
    rows.push([
      `${pieces} on ${hides}`,
      first === null ? 'none' : first.toFixed(2),
      first === null ? 'none' : ((1000 * first) / pieces).toFixed(2),
      `${cell.placed}/${cell.wanted} on ${cell.materials}`,
      String(cell.peakMb),
      ((1024 * cell.peakMb) / pieces).toFixed(0),
    ]);
  }
  return {
    title: 'Scale: hides of 2,000 vertices with 200 defects',
    about: `Drawn hides and 40 kinds of piece, ${SECONDS} s, ${THREADS} threads, seed 1; each result valid by \`kerf check\`. First: seconds of the search until the first layout. Memory is of the whole process.`,
    columns: ['pieces on hides', 'first s', 'ms a piece', `after ${SECONDS} s`, 'peak MB', 'KB a piece'],
    rows,
  };
}
