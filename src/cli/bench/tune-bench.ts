import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '#tune/read-dataset.node.ts';
import { sharedData, type BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';
import { drawnGoodTable, realGoodTable } from './tune-good.ts';
import { foldTable, sixtyTable } from './tune-labels.ts';

/** Good pictures alone, all labels, sixty labels; on drawn pictures alone where there is no shared data. Trainings take
 *  minutes each: quick has none, full all folds and draws. */
export async function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-tune-bench-'));
  try {
    const tables = [await drawnGoodTable(options, folder)];
    const data = sharedData(options.root);
    if (data === null) return tables;
    const set = await openDataset(join(data, 'leather', 'real-256'));
    tables.unshift(await realGoodTable(options, set, folder));
    if (options.isQuick) return tables;
    tables.push(await foldTable(options, set, folder));
    if (options.isFull) tables.push(await sixtyTable(options, set, folder));
    return tables;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
