import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Problem } from '#domain/problem.ts';
import type { Verdict } from '#nest/validate-layout.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { sharedData, type BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { measureKerf } from './measured-process.ts';

/** Densities in % after 60 s on 2 threads, one run (shared/design/BASELINES.md): sparrow by PyPI's spyrrow 0.9.0. */
const SPARROW: Readonly<Record<string, number>> = {
  swim: 74.39,
  trousers: 89.79,
  shirts: 87.69,
  marques: 88.67,
  albano: 87.52,
  fu: 91.3,
  gardeyn0: 87.72,
  gardeyn1: 86.83,
  gardeyn4: 74.08,
  gardeyn5: 64.17,
  gardeyn7: 83.92,
  blaz1: 81.21,
  dagli: 86.11,
  jakobs1: 89.0,
  jakobs2: 83.89,
  mao: 83.62,
  shapes0: 65.86,
  shapes1: 73.85,
  swim_c: 76.61,
  gardeyn1_c: 87.66,
};
/** Pieces on hides, net yield in %, of the greedy floor (same source). */
const GREEDY: Readonly<Record<string, string>> = {
  Test1: '54/54 on 6, 59.88',
  Test2: '34/34 on 5, 52.58',
  Test4: '42/42 on 6, 48.40',
  Test5: '58/58 on 11, 53.56',
  Test7: '202/280 on 2, 70.23',
  Test8: '79/79 on 2, 36.45',
  Test11_Scarpa: '240/240 on 2, 52.89',
};
const THREADS = 2;
/** Strips that the default run also gives 60 s; `--full` gives them to all. */
const LONG_STRIPS = new Set(['albano', 'fu', 'gardeyn4', 'gardeyn5', 'marques', 'shirts', 'swim', 'trousers']);

/** Densities and pieces placed on the shared instances at 5 s (and 60 s unless quick), each result judged by
 *  `kerf check`; without shared data on drawn hides with the sample order. */
export async function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(options.root);
  const folder = await mkdtemp(join(tmpdir(), 'kerf-bench-'));
  try {
    if (data === null) return [await drawnTable(options, folder)];
    const strips = await filesOf(join(data, 'nesting', 'strip'));
    const hides = await filesOf(join(data, 'nesting', 'hides'));
    return [
      await stripTable(options, folder, strips),
      await hideTable(options, folder, hides),
      await drawnTable(options, folder),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds to run for; null stands for a cell that is not measured. */
function budgets({ isQuick, isFull }: BenchOptions, strip: string | null): readonly (number | null)[] {
  if (isQuick) return [5];
  return strip === null || isFull || LONG_STRIPS.has(strip) ? [5, 60] : [5, null];
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter((f) => f.endsWith('.json'))
    .sort()
    .map((f) => join(folder, f));
}

async function nested(
  { root, signal, note }: BenchOptions,
  folder: string,
  problem: string,
  seconds: number,
  seed: number,
): Promise<Verdict & { readonly peakMb: number }> {
  const out = join(folder, 'result.json');
  const ran = await measureKerf(
    root,
    [
      'nest',
      problem,
      '--seconds',
      String(seconds),
      '--threads',
      String(THREADS),
      '--seed',
      String(seed),
      '--out',
      out,
      '--quiet',
    ],
    signal,
  );
  if (ran.code !== 0) throw new Error(`kerf nest ${basename(problem)} ended with ${ran.code}: ${ran.stderr}`);
  const judged = await measureKerf(root, ['check', problem, out, '--json', '--quiet'], signal);
  const verdict = JSON.parse(judged.stdout) as Verdict;
  if (!verdict.valid) throw new Error(`${basename(problem)}: the result is not valid: ${verdict.faults.join('; ')}`);
  note(
    `nest: ${basename(problem, '.json')} ${seconds} s: ${verdict.placed}/${verdict.wanted} on ${verdict.materials}, ${verdict.net_yield_pct} %`,
  );
  return { ...verdict, peakMb: ran.peakMb ?? 0 };
}

async function stripTable(options: BenchOptions, folder: string, files: readonly string[]): Promise<FigureTable> {
  const rows: string[][] = [];
  const columns: number[][] = [];
  for (const file of files) {
    const name = basename(file, '.json');
    const cells: string[] = [];
    const densities: number[] = [];
    let peakMb = 0;
    for (const seconds of budgets(options, name)) {
      const verdict = seconds === null ? null : await nested(options, folder, file, seconds, 1);
      peakMb = Math.max(peakMb, verdict?.peakMb ?? 0);
      cells.push(
        verdict === null
          ? ''
          : verdict.complete
            ? verdict.net_yield_pct.toFixed(2)
            : `${verdict.placed}/${verdict.wanted}`,
      );
      densities.push(verdict === null ? NaN : verdict.complete ? verdict.net_yield_pct : 0);
    }
    columns.push([...densities, SPARROW[name] ?? NaN]);
    rows.push([name, ...cells, SPARROW[name]?.toFixed(2) ?? 'not measured', String(peakMb)]);
  }
  const last = columns[0]!.length - 2;
  const long = columns.filter((c) => !Number.isNaN(c[last]!));
  const mean = (list: readonly number[][], k: number) =>
    (list.reduce((sum, c) => sum + c[k]!, 0) / list.length).toFixed(2);
  rows.push([`mean of ${columns.length}`, mean(columns, 0), ...(last > 0 ? [''] : []), mean(columns, last + 1), '']);
  if (last > 0)
    rows.push([`mean of the ${long.length} with 60 s`, mean(long, 0), mean(long, last), mean(long, last + 1), '']);
  return {
    title: 'Strips: density %',
    about: `One run each, seed 1, ${THREADS} threads; every result complete and valid by \`kerf check\`. sparrow's column is the single 60 s run of shared/design/BASELINES.md, not measured in the same run.`,
    columns: ['strip', ...(options.isQuick ? [5] : [5, 60]).map((s) => `Kerf ${s} s`), 'sparrow 60 s', 'peak MB'],
    rows,
  };
}

async function hideTable(options: BenchOptions, folder: string, files: readonly string[]): Promise<FigureTable> {
  const rows: string[][] = [];
  for (const file of files) {
    const name = basename(file, '.json');
    const verdicts = [];
    for (const seconds of budgets(options, null)) verdicts.push(await nested(options, folder, file, seconds ?? 5, 1));
    rows.push([
      name,
      ...verdicts.map((v) => `${v.placed}/${v.wanted} on ${v.materials}, ${v.net_yield_pct.toFixed(2)}`),
      GREEDY[name] ?? 'not measured',
      String(Math.max(...verdicts.map((v) => v.peakMb))),
    ]);
  }
  return {
    title: 'Hides: pieces placed on hides used, net yield %',
    about: `One run each, seed 1, ${THREADS} threads; every result valid by \`kerf check\`. The greedy column is BASELINES.md's floor.`,
    columns: ['hides', ...(options.isQuick ? [5] : [5, 60]).map((s) => `Kerf ${s} s`), 'greedy', 'peak MB'],
    rows,
  };
}

/** The sample order on hides drawn by seed: the zones are the truth's. */
async function drawnTable(options: BenchOptions, folder: string): Promise<FigureTable> {
  const rows: string[][] = [];
  for (const seed of [1, 2, 3]) {
    const { truth } = drawHide({ seed });
    const problem: Problem = {
      ...sampleOrder(),
      sheets: [
        {
          id: `drawn-${seed}`,
          outline: truth.outline,
          holes: truth.holes,
          zones: truth.defects.map(({ outline, quality }) => ({ outline, quality })),
          margin: 3,
        },
      ],
    };
    const file = join(folder, `drawn-${seed}.json`);
    await writeFile(file, JSON.stringify(problem));
    const verdicts = [];
    for (const solverSeed of [1, 2, 3]) verdicts.push(await nested(options, folder, file, 5, solverSeed));
    rows.push([
      `seed ${seed}`,
      `${median(verdicts.map((v) => v.placed))}/${verdicts[0]!.wanted}`,
      median(verdicts.map((v) => v.net_yield_pct)).toFixed(2),
      `${Math.min(...verdicts.map((v) => v.net_yield_pct)).toFixed(2)} to ${Math.max(...verdicts.map((v) => v.net_yield_pct)).toFixed(2)}`,
    ]);
  }
  return {
    title: 'Drawn hides with the sample order',
    about: 'Zones are the truth of the drawing; 5 s, seeds 1 to 3, median and spread.',
    columns: ['hide', 'pieces', 'net yield %', 'spread'],
    rows,
  };
}
