import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { drawSampleHide } from '#synth/sample-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';

/** The hide that stands in for the camera on the first run: drawn once into the data folder. Its scale is 1 mm a pixel. */
export async function sampleHide(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'sample');
  const picture = join(folder, 'hide.png');
  if (!existsSync(picture)) await writeHide(drawSampleHide(), folder);
  return picture;
}
