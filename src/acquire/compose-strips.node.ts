import { KerfError } from '#domain/kerf-error.ts';
import type { Scan } from '#domain/scan.ts';
import { straightenPicture, type RectifyOptions } from './rectify-table.node.ts';
import { PATCH_PX, reachPx } from './patch-shift.ts';
import type { PlaneSource, SeamPair } from './rectify-jobs.ts';
import { checkExtent, checkPixels, tileSide, type Size } from './scan-limits.ts';
import { MOST_APART, seamFlag, seamOf } from './seams.node.ts';
import { stripsAdrift } from './strips-adrift.ts';

/** Joins strips of a line scan: each lies `step` mm below the one before, or above it where that is negative. Where strips
 *  overlap they are blended, after it is measured how far they lie apart there, each pair by itself and all of them added up:
 *  slips that no seam shows are millimetres after forty strips. `isTied`: the table's markers will stretch and slant the whole.
 *  @throws KerfError ACQUIRE_STRIPS_DIFFER, ACQUIRE_STRIPS_APART, ACQUIRE_STRIPS_ADRIFT, ACQUIRE_SEAMS_APART, ACQUIRE_SCALE_INVALID */
export async function composeStrips(
  strips: readonly ({ readonly image: string } & Size)[],
  out: string,
  {
    step,
    mmPerPx,
    isTied,
    ...options
  }: RectifyOptions & { readonly step: number; readonly mmPerPx: number; readonly isTied: boolean },
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
  const adrift = stripsAdrift(seam?.shifts ?? [], { isTied });
  if (adrift.off > MOST_APART) throw tooFarAdrift(adrift, { step, mmPerPx, isTied });
  await straightenPicture(
    { sources, out, outWidthPx: size.widthPx, outHeightPx: size.heightPx, tilePx: tileSide(size), samples: 1 },
    options,
  );
  return { size, flags: seam === null ? [] : [seamFlag(seam)] };
}

function tooFarAdrift(
  { off, at, meanShift }: ReturnType<typeof stripsAdrift>,
  { step, mmPerPx, isTied }: { readonly step: number; readonly mmPerPx: number; readonly isTied: boolean },
): KerfError {
  const shown = step - meanShift[1];
  const help = isTied
    ? 'The markers make up for a step that is wrong all along, not for one that changes: see what slips, and scan again'
    : `At ${mmPerPx} mm a pixel they show a step of ${shown.toFixed(3)} mm: is the step that, or the scale ${((mmPerPx * step) / shown).toFixed(5)}? If neither, see what slips, and scan again`;
  return new KerfError(
    'ACQUIRE_STRIPS_ADRIFT',
    `What the strips show in their overlaps adds up to ${off.toFixed(2)} mm by strip ${at + 1}, beside a step of ${step} mm; at most ${MOST_APART} mm is taken. ${help}.`,
    { details: { off, most: MOST_APART, strip: at + 1, shownStep: shown } },
  );
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
