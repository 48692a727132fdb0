import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { DatasetItem } from './dataset.ts';
import { PICTURE_ENDINGS } from './read-picture.node.ts';

/** Names of the pictures in a folder, sorted; none where there is no folder. */
export async function pictureNames(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((n) => PICTURE_ENDINGS.has(extname(n).toLowerCase())).sort();
}

/** A picture without any defect. */
export function goodItem(imagePath: string): DatasetItem {
  const name = basename(imagePath, extname(imagePath));
  return { name, imagePath, maskPath: null, className: 'good', group: null };
}
