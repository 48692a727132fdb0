import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import { straightenPicture, type RectifyOptions } from './rectify-table.node.ts';
import { PATCH_PX, reachPx } from './patch-shift.ts';
import type { PlaneSource, SeamPair } from './rectify-jobs.ts';
import { checkExtent, checkPixels, tileSide, type Size } from './scan-limits.ts';
import { seamFlag, seamOf } from './seams.node.ts';

/** Joins strips of a line scan: each lies `step` mm below the one before, or above it where that is negative. Where strips
 *  overlap they are blended, after it is measured how far they lie apart there.
 *  @throws KerfError ACQUIRE_STRIPS_DIFFER, ACQUIRE_STRIPS_APART, ACQUIRE_SEAMS_APART, ACQUIRE_SCALE_INVALID */
export async function composeStrips(
  strips: readonly ({ readonly image: string } & Size)[],
  out: string,
  { step, mmPerPx, ...options }: RectifyOptions & { readonly step: number; readonly mmPerPx: number },
): Promise<{ size: Size; flags: Scan['flags'] }> {
  const [{ widthPx, heightPx }] = strips as unknown as readonly [Size, ...Size[]];
  const other = strips.findIndex((strip) => strip.widthPx !== widthPx || strip.heightPx !== heightPx);
  if (other > 0)
    throw new KerfError(
      'ACQUIRE_STRIPS_DIFFER',
      `Strip ${other + 1} is ${strips[other]!.widthPx} x ${strips[other]!.heightPx} px, the first ${widthPx} x ${heightPx} px; expected all alike.`,
      { details: { strip: other + 1 } },
    );
  const stepPx = Math.abs(step) / mmPerPx;
  if (!(stepPx > 0 && stepPx <= heightPx))
    throw new KerfError(
      'ACQUIRE_STRIPS_APART',
      `Strips of ${(heightPx * mmPerPx).toFixed(1)} mm at a step of ${step} mm leave gaps or stand still; expected a step above 0 and at most the height of a strip.`,
      { details: { step, mmPerPx, heightPx } },
    );
  const size = { widthPx, heightPx: Math.round(heightPx + (strips.length - 1) * stepPx) };
  checkExtent(size, mmPerPx);
  checkPixels(size, mmPerPx);
  const sources = strips.map(({ image }, i): PlaneSource => {
    const top = (step > 0 ? i : strips.length - 1 - i) * stepPx;
    return { image, widthPx, heightPx, toSource: [1, 0, 0, 0, 1, -top, 0, 0, 1], lens: null, flat: null };
  });
  const pairs = stripPairs(
    strips.length,
    { widthPx, heightPx },
    { stepPx, reach: reachPx(mmPerPx), isDownwards: step > 0 },
  );
  const seam = strips.length < 2 ? null : await seamOf(sources, pairs, mmPerPx, [], options);
  await straightenPicture(
    { sources, out, outWidthPx: size.widthPx, outHeightPx: size.heightPx, tilePx: tileSide(size), samples: 1 },
    options,
  );
  return { size, flags: seam === null ? [] : [seamFlag(seam)] };
}

/** Places measured over all seams, … */
const PLACES = 240;
/** … and at each of them at least: each is judged by itself. */
const LEAST_PLACES = 6;
/** … and at most. */
const MOST_PLACES = 24;
/** Places tried at a seam until so many tell something: smooth leather and bare table tell nothing. */
const TRIED = 48;
/** They are tried so many apart, round and round: no stretch of the seam is left out where the first ones do. */
const STRIDE = 19;

/** Places in the middle of each overlap, where it is wide enough to measure in. */
function stripPairs(
  count: number,
  { widthPx, heightPx }: Size,
  { stepPx, reach, isDownwards }: { readonly stepPx: number; readonly reach: number; readonly isDownwards: boolean },
): SeamPair[] {
  if (heightPx - stepPx < PATCH_PX + 2 * reach + 2) return [];
  const enoughCount = Math.min(MOST_PLACES, Math.max(LEAST_PLACES, Math.floor(PLACES / Math.max(1, count - 1))));
  return Array.from({ length: count - 1 }, (_, i) => {
    const lower = isDownwards ? i + 1 : count - 1 - i;
    const v = (lower * stepPx + (lower - 1) * stepPx + heightPx) / 2;
    const places = Array.from({ length: TRIED }, (_u, k): [number, number] => [
      ((((k * STRIDE) % TRIED) + 0.5) / TRIED) * widthPx,
      v,
    ]);
    return { a: i, b: i + 1, places, enoughCount };
  });
}
