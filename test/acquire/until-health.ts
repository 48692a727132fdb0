import { setTimeout as wait } from 'node:timers/promises';
import type { Camera } from '#acquire/camera.ts';

/** Waits until the camera's health is so, at most `withinMs`; how long it took, ms. */
export async function untilHealth(
  camera: Camera,
  isSo: (codes: readonly string[]) => boolean,
  withinMs: number,
): Promise<number> {
  const start = performance.now();
  while (!isSo(camera.health().troubles)) {
    if (performance.now() - start > withinMs) throw new Error(`still ${JSON.stringify(camera.health())}`);
    await wait(20);
  }
  return performance.now() - start;
}
