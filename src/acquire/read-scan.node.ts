import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { uniformToMm, type Scan } from '#domain/scan.ts';
import { composeStrips } from './compose-strips.node.ts';
import { markersOn } from './corner-pose.ts';
import type { PictureHeader } from './picture-header.node.ts';
import { withRecorded } from './recording.node.ts';
import { hashFile, SCAN_IMAGE, writeScanFolder } from './scan-folder.node.ts';
import { checkExtent, checkScale, checkThickness, tileSide, type Size } from './scan-limits.ts';
import { surveyScanImage } from './survey-scan.node.ts';
import { straightenViews, type Plane } from './straighten-views.node.ts';
import { headerOf, takePicture, transcode, type PictureSource, type TakeOptions } from './take-picture.node.ts';

export interface AcquireOptions extends TakeOptions {
  /** Scale of a picture that is straight already; with a calibration: scale of the straightened scan (default: as fine
   *  as the camera saw the middle of the table). */
  readonly mmPerPx?: number | undefined;
  /** Known places of the table's markers, or its four corners: the picture is straightened to the table by them. One for
   *  all pictures, or one for each. */
  readonly calibration?: TableMarkers | readonly TableMarkers[] | undefined;
  /** Of the material, mm: its upper side lies that much above the table. Needs a calibration with the camera's lens. */
  readonly thickness?: number | undefined;
  /** The pictures are strips of a line scan: each lies so many mm below the one before (negative: above). */
  readonly stripStep?: number | undefined;
  /** The picture is all material: no table is looked for, and none missed. */
  readonly isWhole?: boolean | undefined;
  readonly outDir: string;
}

/** Makes a scan of a picture file (JPEG, PNG, TIFF to 200 megapixels), of the next new picture of a folder, of a camera
 *  (source-address.ts), of a recording, of an open camera or a picture of one. Several overlapping pictures are stitched by
 *  the table's markers, strips of a line scan by their step. Turned by EXIF, brought to sRGB by its profile, laid on white
 *  where it is transparent, 8 bit; straightened to the table when a calibration tells where the table's markers are. Writes
 *  scan.json and scan.tif (tiled) into `outDir`, whole or not at all. `takenAt` is when the first picture came.
 *  With the camera's lens in the calibration its bend is taken out, and `thickness` lifts the plane that is straightened;
 *  with its flat field the light is evened. What is doubtful about the whole (blur, glare, something over the edge, several
 *  things) becomes a flag. A recording is taken as it was recorded, as far as nothing else is said.
 *  @throws KerfError ACQUIRE_… of the picture, scale and markers (input) or of disk and folder (device) */
export async function acquireScan(
  source: PictureSource | readonly PictureSource[],
  given: AcquireOptions,
): Promise<Scan> {
  given.signal?.throwIfAborted();
  const sources = isList(source) ? source : [source];
  const options = await withRecorded(sources, given);
  const { signal, onProgress, outDir, mmPerPx, thickness, stripStep } = options;
  const calibrations = calibrationsFor(sources.length, options);
  if (mmPerPx !== undefined || calibrations === null || stripStep !== undefined) checkScale(mmPerPx);
  checkThickness(thickness, options.calibration !== undefined);
  const first = await take(sources[0]!, 0, sources.length, options);
  if (calibrations === null) checkExtent(first.header, mmPerPx ?? 0);
  onProgress?.({ what: 'picture', done: 1, total: 3 });
  return writeScanFolder(outDir, async (dir) => {
    const image = join(dir, SCAN_IMAGE);
    const isAsSeen = calibrations === null && sources.length === 1 && stripStep === undefined;
    const seen: SeenPicture[] = [];
    for (const [i, one] of sources.entries()) {
      signal?.throwIfAborted();
      // One picture at a time is in memory.
      const { frame, header } = i === 0 ? first : await take(one, i, sources.length, options);
      const asSeen = isAsSeen ? image : join(dir, `as-seen-${i}.tif`);
      await transcode(frame, asSeen, tileSide(header), outDir);
      seen.push({ image: asSeen, header, name: frame.name });
    }
    signal?.throwIfAborted();
    onProgress?.({ what: 'picture', done: 2, total: 3 });
    const plane = await planeOf(seen, image, dir, calibrations, options);
    for (const { image: asSeen } of isAsSeen ? [] : seen) await rm(asSeen);
    signal?.throwIfAborted();
    const doubts = await surveyScanImage(image, plane, {
      markers: calibrations?.[0] ? markersOn(calibrations[0]) : [],
      isWhole: options.isWhole ?? false,
    });
    const sha256 = await hashFile(image, signal);
    onProgress?.({ what: 'picture', done: 3, total: 3 });
    return {
      kerf: 1,
      image: SCAN_IMAGE,
      sha256,
      widthPx: plane.widthPx,
      heightPx: plane.heightPx,
      toMm: plane.toMm,
      mmPerPx: plane.mmPerPx,
      takenAt: first.frame.takenAt,
      source: oneEach(seen.map(({ name }) => name)),
      calibration: calibrations === null ? null : oneEach(calibrations.map(({ id }) => id)),
      drift: plane.drift,
      thickness: thickness ?? null,
      flags: [...flagsOf(seen[0]!.header), ...plane.flags, ...doubts],
    };
  });
}

interface SeenPicture {
  /** A tiled TIFF. */
  readonly image: string;
  readonly header: PictureHeader;
  readonly name: string;
}

function isList(source: PictureSource | readonly PictureSource[]): source is readonly PictureSource[] {
  return Array.isArray(source);
}

/** Names joined, none twice; the middle ones of many left out. */
function oneEach(names: readonly string[]): string {
  const all = [...new Set(names)];
  return all.length <= 4 ? all.join(' + ') : `${all[0]} + ${all.length - 2} more + ${all.at(-1)}`;
}

function calibrationsFor(count: number, { calibration }: AcquireOptions): readonly TableMarkers[] | null {
  if (calibration === undefined) return null;
  const given = Array.isArray(calibration) ? (calibration as readonly TableMarkers[]) : [calibration as TableMarkers];
  if (given.length === 1 || given.length === count) return given;
  throw new KerfError(
    'ACQUIRE_CALIBRATIONS_DIFFER',
    `Found ${given.length} calibrations for ${count} pictures, expected one for all or one for each.`,
  );
}

async function take(source: PictureSource, i: number, count: number, options: AcquireOptions) {
  const { record, mmPerPx, thickness, calibration, stripStep, isWhole } = options;
  const given = calibrationsFor(count, { ...options, calibration });
  const frame = await takePicture(
    source,
    { ...options, record: record === undefined || count === 1 ? record : join(record, String(i)) },
    { mmPerPx, thickness, calibration: given?.[i] ?? given?.[0], stripStep, isWhole },
  );
  return { frame, header: await headerOf(frame) };
}

async function planeOf(
  seen: readonly SeenPicture[],
  image: string,
  dir: string,
  calibrations: readonly TableMarkers[] | null,
  options: AcquireOptions,
): Promise<Plane> {
  const { mmPerPx = 0, stripStep } = options;
  const pictures = seen.map(({ image: at, header: { widthPx, heightPx } }) => ({ image: at, widthPx, heightPx }));
  if (stripStep !== undefined) {
    const out = calibrations === null ? image : join(dir, 'strips.tif');
    const { size, flags } = await composeStrips(pictures, out, {
      ...options,
      mmPerPx,
      step: stripStep,
      isTied: calibrations !== null,
    });
    if (calibrations === null) return { ...plainPlane(size, mmPerPx), flags };
    const plane = await straightenViews([{ image: out, ...size, calibration: calibrations[0]! }], image, options);
    await rm(out);
    return { ...plane, flags: [...flags, ...plane.flags] };
  }
  if (calibrations !== null)
    return straightenViews(
      pictures.map((picture, i) => ({ ...picture, calibration: calibrations[i] ?? calibrations[0]! })),
      image,
      options,
    );
  if (seen.length === 1) return plainPlane(seen[0]!.header, mmPerPx);
  throw new KerfError(
    'ACQUIRE_STITCH_NEEDS_MARKERS',
    `Found ${seen.length} pictures without a calibration, expected one that says where the table's markers are: pictures are joined by them. For strips of a line scan say how far apart they are (--strip-step).`,
  );
}

function plainPlane({ widthPx, heightPx }: Size, mmPerPx: number): Plane {
  return {
    widthPx,
    heightPx,
    toMm: uniformToMm(mmPerPx, heightPx),
    mmPerPx,
    seenMmPerPx: mmPerPx,
    drift: null,
    flags: [],
  };
}

/** What was done to the picture that its owner may want to know. */
function flagsOf(header: PictureHeader): Scan['flags'] {
  const flags: { kind: string; message: string }[] = [];
  if (header.hasAlpha) flags.push({ kind: 'flattened', message: 'The picture was transparent and lies on white now.' });
  if (header.bitsAChannel > 8) {
    flags.push({ kind: 'reduced', message: `The picture had ${header.bitsAChannel} bits a channel; 8 are kept.` });
  }
  if (header.channels < 3) flags.push({ kind: 'grey', message: 'The picture has no colours.' });
  if (header.pages > 1) flags.push({ kind: 'pages', message: `The first of ${header.pages} pages was taken.` });
  return flags;
}
