import { uniformToMm } from '#domain/scan.ts';
import { findHide, type HideMask, type Overview } from '#inspect/find-hide.ts';
import { readCells, type LeatherCells } from '#inspect/leather-cells.ts';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import { drawHide, type DrawnHide, type HideOptions } from '#synth/draw-hide.ts';

/** A drawn hide and what the eyes make of it without a model. */
export interface SeenDrawn {
  readonly drawn: DrawnHide;
  readonly overview: Overview;
  readonly hide: HideMask;
  readonly cells: LeatherCells;
  readonly toMm: readonly number[];
}

export async function seeDrawn(options: HideOptions): Promise<SeenDrawn> {
  const drawn = drawHide(options);
  const { rgb, widthPx, heightPx, mmPerPx } = drawn;
  const overview = { rgb, widthPx, heightPx, mm2PerPx: mmPerPx ** 2 };
  const hide = findHide(overview);
  const cells = await readCells(pixelsInMemory(rgb, widthPx, heightPx), mmPerPx, hide);
  return { drawn, overview, hide, cells, toMm: uniformToMm(mmPerPx, heightPx) };
}
