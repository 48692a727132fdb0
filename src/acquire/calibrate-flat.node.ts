import { basename } from 'node:path';
import type { Calibration } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock } from '#domain/ports.ts';
import { fitFlat, type LightBlocks } from './fit-flat.ts';
import { lightOfLevel } from './flat-field.ts';
import { brokenPicture, readPictureHeader } from './picture-header.node.ts';
import type { RectifyOptions } from './rectify-table.node.ts';
import { sharp } from './sharp-limits.node.ts';

/** Blocks across and down over which light is averaged: noise goes, lamps and lens stay. */
const COLUMNS = 96;
const ROWS = 72;

/** From this level on a channel may be burnt, and the share of the picture that may be. */
const BURNT_LEVEL = 250;
const MOST_BURNT = 0.005;

/** Light of the darkest block, share of full: below, noise and steps of the camera would be lifted with the rest. */
const LEAST_LIGHT = 0.06;

/** What a reference may leave after the fit: shares of light, and of the picture that did not count. */
const MOST_UNEVEN = 0.02;
const MOST_LEFT_OUT = 0.1;

/** Learns from pictures of an even white or grey surface that fills the view how to make the light even and white, and adds
 *  that to the camera's calibration. Several pictures are averaged.
 *  @throws KerfError ACQUIRE_CAMERA_OTHER, ACQUIRE_FLAT_OVEREXPOSED, ACQUIRE_FLAT_DARK, ACQUIRE_FLAT_UNEVEN, and those of
 *  the pictures */
export async function calibrateFlat(
  pictures: readonly string[],
  options: RectifyOptions & { readonly camera: Calibration; readonly clock: Clock },
): Promise<Calibration> {
  const { camera, clock, signal, onProgress } = options;
  const sums = [0, 1, 2].map(() => new Float64Array(COLUMNS * ROWS)) as [Float64Array, Float64Array, Float64Array];
  const counts = new Float64Array(COLUMNS * ROWS);
  for (const [done, picture] of pictures.entries()) {
    signal?.throwIfAborted();
    const { widthPx, heightPx } = await readPictureHeader(picture);
    if (widthPx !== camera.widthPx || heightPx !== camera.heightPx)
      throw new KerfError(
        'ACQUIRE_CAMERA_OTHER',
        `${picture}: found ${widthPx} x ${heightPx} px, expected ${camera.widthPx} x ${camera.heightPx} px as camera "${camera.id}" gives. Take it with that camera at that setting, or calibrate this one.`,
        { details: { picture: basename(picture), widthPx, heightPx, camera: camera.id } },
      );
    const burntShare = await addLight(picture, { widthPx, heightPx }, sums, counts, signal);
    if (burntShare > MOST_BURNT)
      throw new KerfError(
        'ACQUIRE_FLAT_OVEREXPOSED',
        `${picture}: ${(100 * burntShare).toFixed(1)} % of the reference is burnt out (a channel at ${BURNT_LEVEL} or more), at most ${100 * MOST_BURNT} % may be. Lower the exposure until its brightest place is some 200 of 255.`,
        { details: { picture: basename(picture), burntShare } },
      );
    onProgress?.({ what: 'flat', done: done + 1, total: pictures.length });
  }
  const blocks: LightBlocks = { columns: COLUMNS, rows: ROWS, light: sums };
  for (const sum of sums) for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! / Math.max(1, counts[i]!);
  const darkest = darkestOf(sums);
  const fit = darkest < LEAST_LIGHT ? null : fitFlat(blocks);
  if (fit === null)
    throw new KerfError(
      'ACQUIRE_FLAT_DARK',
      `The reference's darkest part has ${(100 * darkest).toFixed(1)} % of full light, expected ${100 * LEAST_LIGHT} % or more. Is it white, does it fill the view, are all lamps on?`,
      { details: { darkest } },
    );
  if (fit.residual.p95 > MOST_UNEVEN || fit.residual.leftOut > MOST_LEFT_OUT)
    throw new KerfError(
      'ACQUIRE_FLAT_UNEVEN',
      `The reference stays uneven: ${(100 * fit.residual.p95).toFixed(1)} % (95 of 100 places; at most ${100 * MOST_UNEVEN}), and ${(100 * fit.residual.leftOut).toFixed(0)} % of it did not count (at most ${100 * MOST_LEFT_OUT}). Lay one even white sheet over all that the camera sees, without folds, shadows or things on it.`,
      { details: { ...fit.residual } },
    );
  const source = pictures.map((picture) => basename(picture)).join(', ');
  return { ...camera, flat: { ...fit, source, takenAt: clock.now() } };
}

/** Green light of the darkest part; of what is smaller than may be left out the fit takes care. */
function darkestOf(sums: readonly Float64Array[]): number {
  const sorted = Float64Array.from(sums[1]!).sort();
  return sorted[Math.floor(MOST_LEFT_OUT * sorted.length)]!;
}

/** Adds the light of a picture to the blocks, row by row as it is decoded. @returns the share of burnt pixels */
async function addLight(
  picture: string,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
  sums: readonly Float64Array[],
  counts: Float64Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  let burnt = 0;
  let at = 0;
  const pixels = sharp(picture, { limitInputPixels: false, failOn: 'error' })
    .autoOrient()
    .removeAlpha()
    .toColourspace('srgb')
    .raw();
  try {
    for await (const chunk of pixels as AsyncIterable<Uint8Array>) {
      signal?.throwIfAborted();
      for (const level of chunk) {
        const pixel = Math.floor(at / 3);
        const block =
          COLUMNS * Math.floor((Math.floor(pixel / widthPx) * ROWS) / heightPx) +
          Math.floor(((pixel % widthPx) * COLUMNS) / widthPx);
        const channel = at % 3;
        sums[channel]![block]! += lightOfLevel(level);
        if (channel === 1) counts[block]! += 1;
        if (level >= BURNT_LEVEL) burnt += 1;
        at += 1;
      }
    }
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw brokenPicture(picture, cause);
  }
  return burnt / (widthPx * heightPx);
}
