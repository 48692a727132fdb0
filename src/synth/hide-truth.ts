import type { Ring } from '#domain/ring.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { DEFECT_QUALITY, type DefectKind } from './defect-kinds.ts';
import type { TrueChalk } from './draw-chalk.ts';
import type { TrueFold } from './lay-folds.ts';
import type { LeatherCanvas } from './leather-canvas.ts';
import { traceRegions } from './trace-region.ts';

export interface TrueDefect {
  readonly class: DefectKind;
  readonly outline: Ring;
  readonly areaMm2: number;
  readonly quality: number;
}

/** What is true of a drawn picture: mm of the table frame, y up, origin in the lower left corner of the picture. */
export interface Truth {
  readonly kerf: 1;
  readonly seed: number;
  readonly mmPerPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly defects: readonly TrueDefect[];
  /** Only of hides that were asked for them. */
  readonly folds?: readonly TrueFold[];
  readonly chalk?: readonly TrueChalk[];
}

/** Reads the truth off the canvas's owner plane: each connected part of each drawn object is a defect. Parts of less
 *  than two pixels are left out. `holes` are those through which the table is seen. */
export function readTruth(canvas: LeatherCanvas): { holes: Ring[]; defects: TrueDefect[] } {
  const { widthPx, heightPx, mmPerPx, owner, objects } = canvas;
  const boxes = objects.map(() => ({ u0: widthPx, v0: heightPx, u1: -1, v1: -1 }));
  for (let v = 0; v < heightPx; v += 1) {
    for (let u = 0; u < widthPx; u += 1) {
      const id = owner[v * widthPx + u]!;
      if (id === 0) continue;
      const box = boxes[id - 1]!;
      if (u < box.u0) box.u0 = u;
      if (u > box.u1) box.u1 = u;
      if (v < box.v0) box.v0 = v;
      if (v > box.v1) box.v1 = v;
    }
  }
  const holes: Ring[] = [];
  const defects: TrueDefect[] = [];
  for (const [i, object] of objects.entries()) {
    const box = boxes[i]!;
    if (box.u1 < 0) continue;
    for (const region of traceRegions(owner, widthPx, box, i + 1)) {
      if (region.areaPx < 2) continue;
      const outline = pixelRingToMm(region.ring, mmPerPx, heightPx);
      defects.push({
        class: object.kind,
        outline,
        areaMm2: roundToThousandth(region.areaPx * mmPerPx * mmPerPx),
        quality: DEFECT_QUALITY[object.kind],
      });
      if (object.isOpen) holes.push(outline);
    }
  }
  return { holes, defects };
}

/** Flat pixel corners to mm points, y up. */
export function pixelRingToMm(ring: readonly number[], mmPerPx: number, heightPx: number): Ring {
  const points: (readonly [number, number])[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    points.push([roundToThousandth(ring[i]! * mmPerPx), roundToThousandth((heightPx - ring[i + 1]!) * mmPerPx)]);
  }
  return points;
}
