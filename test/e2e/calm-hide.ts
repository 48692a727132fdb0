import { join } from 'node:path';
import { drawHide } from '#synth/draw-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';
import { writeCalmPack } from '../station/calm-pack.ts';

export const CALM_MM_PER_PX = 1.6;

/** A drawn hide with two scars, as a picture of CALM_MM_PER_PX, and a pack that sees nothing on it. */
export async function writeCalmHide(dir: string): Promise<{ readonly picture: string; readonly packDir: string }> {
  const hide = drawHide({ seed: 7, mmPerPx: CALM_MM_PER_PX, counts: { scar: 2 } });
  const { picture } = await writeHide(hide, join(dir, 'hide'));
  return { picture, packDir: writeCalmPack(join(dir, 'calm')) };
}
