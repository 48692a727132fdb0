import { seededRandom } from '#domain/seeded-random.ts';
import type { DatasetItem } from './dataset.ts';

/** Neighbours in name often show one hide: runs of so many go to one side whole. */
const RUN = 5;

interface Draw {
  readonly teach: readonly number[];
  readonly test: readonly number[];
}

type Items = readonly Pick<DatasetItem, 'name' | 'className'>[];

/** Draws `perClass` pictures of each class to teach with; the rest of the runs that were not touched is to judge by, so
 *  that no neighbour of a taught picture is judged. Same seed, same draw. */
export function drawLabelled(items: Items, perClass: number, seed: number): Draw {
  const random = seededRandom(seed);
  const teach: number[] = [];
  const test: number[] = [];
  for (const own of byClass(items)) {
    const runs: number[][] = [];
    for (let i = 0; i < own.length; i += RUN) runs.push(own.slice(i, i + RUN));
    for (let i = runs.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [runs[i], runs[j]] = [runs[j]!, runs[i]!];
    }
    let taken = 0;
    for (const run of runs) {
      if (taken < perClass) teach.push(...run.slice(0, perClass - taken));
      else test.push(...run);
      taken += run.length;
    }
  }
  return { teach, test };
}

/** Folds of runs of neighbours, so that no near copy of a taught picture judges: each class cut into twice as many runs of neighbours as there are folds, dealt in turn;
 *  the runs of `fold` are to judge by, all others teach. */
export function foldLabelled(items: Items, fold: number, foldCount: number): Draw {
  const teach: number[] = [];
  const test: number[] = [];
  for (const own of byClass(items))
    own.forEach((item, k) => {
      const run = Math.floor((k * 2 * foldCount) / own.length);
      (run % foldCount === fold ? test : teach).push(item);
    });
  return { teach, test };
}

/** Numbers of the items of each class but "good", in the order of their names. */
function byClass(items: Items): number[][] {
  const classes = [...new Set(items.map((i) => i.className))].filter((c) => c !== null && c !== 'good').sort();
  return classes.map((name) =>
    items
      .map((_, i) => i)
      .filter((i) => items[i]!.className === name)
      .sort((a, b) => items[a]!.name.localeCompare(items[b]!.name, 'en', { numeric: true })),
  );
}
