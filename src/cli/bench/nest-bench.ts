import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Problem } from '#domain/problem.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { sharedData, type BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { contentStamp, nestCells, type NestCell } from './nest-cells.ts';
import { longTable } from './nest-long.ts';
import { nestPeer } from './nest-peer.ts';
import { nestOnce, THREADS } from './nest-run.ts';
import { scaleTable } from './nest-scale.ts';
import { singleHideTable } from './nest-single-hides.ts';
import { stripTables } from './nest-strips.ts';

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
/** Strips beside sparrow, each result judged by `kerf check`; nothing without shared data. What was measured is kept cell by
 *  cell: one that was stopped goes on where it was. */
export async function benchStrips(options: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(options.root);
  if (data === null) return [];
  return inFolder(async (folder) => stripTables(options, folder, await filesOf(join(data, 'nesting', 'strip'))));
}

/** Strips for ten minutes each beside the published means; nothing without shared data, or where it is to be quick. */
export async function benchLong(options: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(options.root);
  if (data === null || options.isQuick) return [];
  return inFolder(async (folder) => longTable(options, folder, await filesOf(join(data, 'nesting', 'strip'))));
}

/** Hides at 60 s (and 5 s unless quick), hides alone, drawn hides with the sample order and how all grows, each result
 *  judged by `kerf check`; without shared data on drawn hides alone. */
export async function benchHides(options: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(options.root);
  return inFolder(async (folder) => {
    const hides = data === null ? [] : await filesOf(join(data, 'nesting', 'hides'));
    const shared =
      data === null ? [] : [await hideTable(options, folder, hides), await singleHideTable(options, folder, hides)];
    return [...shared, await drawnTable(options, folder), await scaleTable(options, folder)];
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds to run for on hides. */
function budgets({ isQuick }: BenchOptions): readonly number[] {
  return isQuick ? [60] : [5, 60];
}

async function filesOf(folder: string): Promise<string[]> {
  return (await readdir(folder))
    .filter((f) => f.endsWith('.json'))
    .sort()
    .map((f) => join(folder, f));
}

/** Whole orders, Kerf and packingsolver in turn; what was measured is kept cell by cell. */
async function hideTable(options: BenchOptions, folder: string, files: readonly string[]): Promise<FigureTable> {
  const peer = nestPeer(options, 'packingsolver');
  if (peer === null)
    options.note('nest: packingsolver is not installed (../shared/tools/peers/setup.sh): its column is left out');
  const cells = nestCells();
  const stamp = contentStamp(join(options.root, 'native', 'kerf-native.node'));
  const seeds = options.isQuick ? [1] : [1, 2, 3];
  const rows: string[][] = [];
  for (const file of files) {
    const name = basename(file, '.json');
    const key = { problem: `${name} ${contentStamp(file)}`, threads: THREADS };
    const own: NestCell[][] = [];
    for (const seconds of budgets(options)) {
      const runs: NestCell[] = [];
      for (const seed of seeds)
        runs.push(
          await cells.measured({ ...key, seconds, seed, solver: `Kerf ${stamp}` }, () =>
            nestOnce(options, folder, file, seconds, seed),
          ),
        );
      own.push(runs.toSorted(asWanted));
    }
    const seconds = budgets(options).at(-1)!;
    const theirs =
      peer &&
      (await cells.measured({ ...key, seconds, seed: 1, solver: peer.name }, () =>
        peer.once(folder, file, seconds, 1),
      ));
    rows.push([
      name,
      ...own.map((runs) => laid(runs[Math.floor(runs.length / 2)]!)),
      ...(seeds.length > 1 ? [laid(own.at(-1)!.at(-1)!)] : []),
      ...(theirs ? [laid(theirs)] : []),
      GREEDY[name] ?? 'not measured',
      String(Math.max(...own.flat().map((v) => v.peakMb))),
    ]);
  }
  return {
    title: 'Hides: pieces placed on hides used, net yield %',
    about: `${seeds.length === 1 ? 'One run each, seed 1' : `Median and worst of seeds 1 to ${seeds.length}`}, ${THREADS} threads; every result valid by \`kerf check\`. ${peer ? `${peer.name} (no seed, one run of as many seconds) takes every zone for a hole: the same problem on Test2 and Test4, a harder one on the others. ` : ''}The greedy column is BASELINES.md's floor.`,
    columns: [
      'hides',
      ...budgets(options).map((s) => `Kerf ${s} s`),
      ...(seeds.length > 1 ? ['worst'] : []),
      ...(peer ? ['packingsolver'] : []),
      'greedy',
      'peak MB',
    ],
    rows,
  };
}

function laid(cell: NestCell): string {
  return `${cell.placed}/${cell.wanted} on ${cell.materials}, ${cell.yieldPct.toFixed(2)}`;
}

/** The better first: more pieces, then fewer hides, then the higher yield. */
function asWanted(a: NestCell, b: NestCell): number {
  return b.placed - a.placed || a.materials - b.materials || b.yieldPct - a.yieldPct;
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
    for (const solverSeed of [1, 2, 3]) verdicts.push(await nestOnce(options, folder, file, 5, solverSeed));
    rows.push([
      `seed ${seed}`,
      `${median(verdicts.map((v) => v.placed))}/${verdicts[0]!.wanted}`,
      median(verdicts.map((v) => v.yieldPct)).toFixed(2),
      `${Math.min(...verdicts.map((v) => v.yieldPct)).toFixed(2)} to ${Math.max(...verdicts.map((v) => v.yieldPct)).toFixed(2)}`,
    ]);
  }
  return {
    title: 'Drawn hides with the sample order',
    about: 'Zones are the truth of the drawing; 5 s, seeds 1 to 3, median and spread.',
    columns: ['hide', 'pieces', 'net yield %', 'spread'],
    rows,
  };
}
