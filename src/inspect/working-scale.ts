import type { ModelCard } from '#domain/model-card.ts';

/** How far from its own scale a pack still sees well: it learns on scales from 0.4 to 2 times its own. */
const FINEST_SHARE = 0.4;
export const COARSEST_SHARE = 2;

/** Source pixels per working pixel, at least 1. A scan finer than 0.4 of the pack's millimetres per pixel is reduced to that;
 *  between, the picture's own pixels are used; a coarser scan is never enlarged: that would cost time and show nothing. */
export function workingScale(scanMmPerPx: number, packMmPerPx: number): number {
  return Math.max(1, (packMmPerPx * FINEST_SHARE) / scanMmPerPx);
}

/** Whether a picture is coarser than the scale that a pack was made for: at half its size it would be coarser than what packs
 *  learn on. */
export function isCoarser(mmPerPx: number, card: ModelCard): boolean {
  return mmPerPx > card.input.mmPerPx * (1 + 1e-6);
}
