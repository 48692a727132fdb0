import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Dataset } from '#tune/dataset.ts';
import type { BenchOptions } from './bench-section.ts';
import { measureKerf } from './measured-process.ts';
import { MM_PER_PX } from './tune-judge.ts';

/** A pack to be trained: arguments of `kerf tune train`. */
export interface TrainingWish {
  readonly dataset: string;
  readonly out: string;
  readonly seed: number;
  /** Most steps; default: those of the command. */
  readonly steps?: number | undefined;
  readonly base?: string | undefined;
}

/** One core each: training and head take one thread. */
const AT_ONCE = 2;

/** Trains a pack the way a user does, in a process of its own: what is stopped is stopped outside of this one.
 *  @returns seconds
 *  @throws Error with the end of what a training said that did not end well */
export async function trainPack(options: BenchOptions, wish: TrainingWish): Promise<number> {
  const args = ['tune', 'train', wish.dataset, '--out', wish.out, '--seed', String(wish.seed)];
  if (wish.steps !== undefined) args.push('--steps', String(wish.steps));
  if (wish.base !== undefined) args.push('--base', wish.base);
  const ended = await measureKerf(options.root, [...args, '--mm-per-px', String(MM_PER_PX)], options.signal);
  if (ended.code !== 0) throw new Error(`kerf ${args.join(' ')} ended with ${ended.code}: ${ended.stderr.slice(-400)}`);
  options.note(`tune: ${basename(wish.out)} trained in ${ended.seconds.toFixed(0)} s, ${ended.peakMb ?? '?'} MB`);
  return ended.seconds;
}

/** Trains packs, two at a time. @throws as trainPack does */
export async function trainPacks(options: BenchOptions, wishes: readonly TrainingWish[]): Promise<void> {
  const waiting = [...wishes];
  let done = 0;
  const work = async () => {
    for (let wish = waiting.shift(); wish; wish = waiting.shift()) {
      await trainPack(options, wish);
      done += 1;
      options.onProgress({ what: 'packs', done, total: wishes.length });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Copies labelled pictures with their masks into a data set of their own. */
export async function writeLabelled(set: Dataset, indices: readonly number[], dir: string): Promise<void> {
  for (const part of ['images', 'masks']) await mkdir(join(dir, part), { recursive: true });
  for (const index of indices) {
    const { name, imagePath } = set.items[index]!;
    await copyFile(imagePath, join(dir, 'images', basename(imagePath)));
    await copyFile(join(set.dir, 'masks', `${name}.png`), join(dir, 'masks', `${name}.png`));
  }
}
