import type { ModelCard } from '#domain/model-card.ts';

/** How far from its own scale a pack still sees well that learnt from drawn pictures: those are of 0.4 to 2 times its own. */
const FINEST_SHARE = 0.4;
export const COARSEST_SHARE = 2;

/** The same of a pack that was taught on a person's pictures, which are all of one scale. */
const TAUGHT_SHARE = 1.25;

/** Whether a pack learnt on many scales: one of drawn pictures alone, as its card's data say. Models of good leather, packs from
 *  labels and those that join both know the scale of the pictures that they were taught on. */
export function knowsScales({ task, data }: Pick<ModelCard, 'task' | 'data'>): boolean {
  return task === 'classes' && data.every(({ name }) => name.startsWith(DRAWN));
}
const DRAWN = 'synth:';

/** Source pixels per working pixel, at least 1. A scan finer than the scales that a pack knows is reduced: to 0.4 of its
 *  millimetres per pixel where it learnt on many, to its own where it was taught on one and the scan is over a quarter finer;
 *  between, the picture's own pixels are used; a coarser scan is never enlarged: that would cost time and show nothing. */
export function workingScale(scanMmPerPx: number, card: ModelCard): number {
  const share = card.input.mmPerPx / scanMmPerPx;
  if (knowsScales(card)) return Math.max(1, share * FINEST_SHARE);
  return share > TAUGHT_SHARE * NEARLY ? share : 1;
}

/** How many times the scale that a pack was made for a scan's pixels are, where they are coarser than all that it knows; else
 *  null. */
export function coarserThanTaught(scanMmPerPx: number, card: ModelCard): number | null {
  const share = scanMmPerPx / card.input.mmPerPx;
  return share > (knowsScales(card) ? COARSEST_SHARE : TAUGHT_SHARE) * NEARLY ? share : null;
}

/** Whether a picture is coarser than the scale that a pack was made for: at half its size it would be coarser than what packs
 *  learn on. */
export function isCoarser(mmPerPx: number, card: ModelCard): boolean {
  return mmPerPx > card.input.mmPerPx * NEARLY;
}

/** Scales come out of divisions. */
const NEARLY = 1 + 1e-6;
