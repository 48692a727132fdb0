import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '#disk/make-folder.node.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { Scan } from '#domain/scan.ts';
import { workingSize } from '#inspect/survey-scan.ts';
import { openScoreWriter, type ScoreWriter } from '#inspect/write-scores.node.ts';

/** Lets `work` inspect while what the model says of every pixel is written to `dir` (null: nowhere): each picture takes
 *  its name when all are there. */
export async function withScores<T>(
  dir: string | null,
  { scan, card }: { readonly scan: Scan; readonly card: ModelCard },
  work: (onScores: ScoreWriter['onTile'] | undefined) => Promise<T>,
): Promise<T> {
  if (dir === null) return work(undefined);
  const half = join(dir, `.scores-${process.pid}.part`);
  const made = await makeFolder(half);
  let isWhole = false;
  try {
    const writer = await openScoreWriter({
      dir: half,
      classes: card.classes,
      working: workingSize(scan, card),
      input: scan,
    });
    let done: T;
    try {
      done = await work(writer.onTile);
      await writer.finish();
    } finally {
      await writer.close();
    }
    for (const name of await readdir(half)) await rename(join(half, name), join(dir, name));
    isWhole = true;
    return done;
  } finally {
    await rm(isWhole || made === undefined ? half : made, { recursive: true, force: true });
  }
}
