import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { contentStamp, nestCells, type NestCell } from './nest-cells.ts';
import { nestPeer } from './nest-peer.ts';
import { nestOnce, THREADS } from './nest-run.ts';

/** Files where no piece tolerates a zone: a rival that takes every zone for a hole solves the same problem. */
const FILES = ['Test2', 'Test4'];
const SEEDS = [1, 2, 3];
/** packingsolver takes none. */
const PEER_SEED = 1;

interface OrDatasets {
  readonly Objects: readonly Readonly<Record<string, unknown>>[];
}

/** Each hide alone with the whole order: the most area on it, beside packingsolver where that is installed. */
export async function singleHideTable(
  options: BenchOptions,
  folder: string,
  files: readonly string[],
): Promise<FigureTable> {
  const peer = nestPeer(options, 'packingsolver');
  if (peer === null)
    options.note('nest: packingsolver is not installed (../shared/tools/peers/setup.sh): its column is left out');
  const cells = nestCells();
  const seconds = options.isQuick ? 10 : 30;
  const stamp = contentStamp(join(options.root, 'native', 'kerf-native.node'));
  const rows: string[][] = [];
  const gains: number[] = [];
  for (const file of files.filter((f) => FILES.includes(basename(f, '.json')))) {
    const document = JSON.parse(await readFile(file, 'utf8')) as OrDatasets;
    const hides = options.isQuick ? document.Objects.slice(0, 2) : document.Objects;
    for (const [k, hide] of hides.entries()) {
      const name = `${basename(file, '.json')}-hide-${k}`;
      const alone = join(folder, `${name}.json`);
      await writeFile(alone, JSON.stringify({ ...document, Objects: [hide] }));
      const key = { problem: `${name} ${contentStamp(alone)}`, seconds, threads: THREADS };
      const own: NestCell[] = [];
      for (const seed of SEEDS)
        own.push(
          await cells.measured({ ...key, seed, solver: `Kerf ${stamp}` }, () =>
            nestOnce(options, folder, alone, seconds, seed),
          ),
        );
      const theirs =
        peer &&
        (await cells.measured({ ...key, seed: PEER_SEED, solver: peer.name }, () =>
          peer.once(folder, alone, seconds, PEER_SEED),
        ));
      const yields = own.map((cell) => cell.yieldPct);
      const gain = theirs && theirs.yieldPct > 0 ? 100 * (median(yields) / theirs.yieldPct - 1) : null;
      if (gain !== null) gains.push(gain);
      rows.push([
        name,
        median(yields).toFixed(2),
        (Math.max(...yields) - Math.min(...yields)).toFixed(2),
        ...(theirs ? [theirs.yieldPct.toFixed(2), gain === null ? '' : gain.toFixed(1)] : []),
        own.map((cell) => cell.wonBy ?? '-').join(', '),
      ]);
    }
  }
  if (gains.length > 0) rows.push(['median', '', '', '', median(gains).toFixed(1), '']);
  return {
    title: `Single hides: net yield % after ${seconds} s`,
    about: `The most area of the order on each hide alone; median and spread of seeds ${SEEDS.join(', ')} (packingsolver takes none, one run), ${THREADS} threads, every result valid by \`kerf check\`. No piece of these files tolerates a zone. Last by: whose step was the last of each run.`,
    columns: ['hide', 'Kerf', 'spread', ...(peer ? [peer.name, 'Kerf more, %'] : []), 'last by'],
    rows,
  };
}
