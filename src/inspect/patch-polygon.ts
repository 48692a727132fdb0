import { maskToContours } from '#geometry/mask-to-contour.ts';
import { regionArea, ringArea } from '#geometry/ring-area.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import { tightBox } from '#geometry/tight-box.ts';
import type { DefectOptions, SeenDefect } from './find-defects.ts';
import type { RunLabels } from './label-components.ts';
import type { Runs } from './mask-runs.ts';
import { ringToMm } from './ring-to-mm.ts';

/** A patch alone in its box, pixels of the maps. */
interface PatchMask {
  readonly mask: Uint8Array;
  readonly left: number;
  readonly top: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export function maskOfPatch(runs: Runs, { numberOf, boxes }: RunLabels, patch: number): PatchMask {
  const left = boxes[4 * patch]!;
  const top = boxes[4 * patch + 1]!;
  const widthPx = boxes[4 * patch + 2]! - left + 1;
  const heightPx = boxes[4 * patch + 3]! - top + 1;
  const mask = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[top + y]!; r < runs.firstOfRow[top + y + 1]!; r += 1)
      if (numberOf[r] === patch) mask.fill(1, y * widthPx + runs.begin[r]! - left, y * widthPx + runs.end[r]! - left);
  return { mask, left, top, widthPx, heightPx };
}

export function patchPolygon(
  { mask, left, top, widthPx, heightPx }: PatchMask,
  options: DefectOptions,
): Pick<SeenDefect, 'outline' | 'holes' | 'areaMm2' | 'length'> {
  const region = maskToContours((i) => mask[i] !== 0, widthPx, heightPx)[0]!;
  // Holes of a pixel or two in a patch are noise: they cost points and say nothing.
  const rings = [region.outline, ...region.holes.filter((r) => Math.abs(ringArea(r)) * options.mmPerPx ** 2 > 4)];
  const inMm = rings.map((ring) => {
    const shifted = ring.slice();
    for (let i = 0; i < shifted.length; i += 2) {
      shifted[i]! += left;
      shifted[i + 1]! += top;
    }
    return ringToMm(shifted, options.toMm, options.pxPerPx);
  });
  const [outline, ...holes] = simplifyRings(inMm, options.tolerance ?? 0.5) as [Float64Array, ...Float64Array[]];
  const areaMm2 = regionArea(outline, holes);
  return { outline, holes, areaMm2, length: tightBox(outline).length };
}
