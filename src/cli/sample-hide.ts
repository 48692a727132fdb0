import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { drawSampleHide } from '#synth/sample-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';

/** Where the hide that stands in for the camera on the first run lies in a data folder. Its scale is 1 mm a pixel. */
export function sampleHidePath(dataDir: string): string {
  return join(dataDir, 'sample', 'hide.png');
}

/** Draws it, once. */
export async function drawSampleOnce(picture: string): Promise<void> {
  if (!existsSync(picture)) await writeHide(drawSampleHide(), dirname(picture));
}
