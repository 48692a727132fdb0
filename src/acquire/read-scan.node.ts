import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lens, TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { uniformToMm, type Scan } from '#domain/scan.ts';
import { asDiskError } from './disk-error.node.ts';
import { lensFor, straightenPoint } from './lens.ts';
import type { CameraLogin } from './camera-command.ts';
import type { Camera, CameraFrame } from './camera.ts';
import { openCamera } from './open-camera.node.ts';
import { FileCamera } from './picture-cameras.node.ts';
import type { FolderWatchOptions } from './picture-folder.node.ts';
import {
  brokenPicture,
  LEAST_SIDE_PX,
  MOST_PIXELS,
  pixelHeader,
  readPictureHeader,
  type PictureHeader,
} from './picture-header.node.ts';
import { raisePlane } from './raise-plane.ts';
import { recordCamera } from './recording.node.ts';
import { seeMarkers, straightenPicture } from './rectify-table.node.ts';
import { outToSource } from './sample-plane.ts';
import { hashFile, SCAN_IMAGE, writeScanFolder } from './scan-folder.node.ts';
import { sharp } from './sharp-limits.node.ts';
import { takeStill } from './take-still.node.ts';
import { findTable, MOST_DRIFT, type SeenMarker } from './table-pose.ts';

/** Largest side of a scan: no table is that long, so the scale must be wrong. */
export const MOST_EXTENT = 20_000;

/** Thickest material, mm: leather is 0.4 to 6. */
const MOST_THICKNESS = 50;

/** Side of the tiles of scan.tif, pixels: libvips writes tiles larger than the picture, and then refuses to read them. */
function tileSide(header: Size): number {
  return Math.min(header.widthPx, header.heightPx) >= 512 ? 512 : 64;
}

export interface AcquireOptions {
  /** Scale of a picture that is straight already; with a calibration: scale of the straightened scan (default: as fine
   *  as the camera saw the middle of the table). */
  readonly mmPerPx?: number | undefined;
  /** Known places of the table's markers: the picture is straightened to the table by them. */
  readonly calibration?: TableMarkers | undefined;
  /** Of the material, mm: its upper side lies that much above the table. Needs a calibration with the camera's lens. */
  readonly thickness?: number | undefined;
  readonly outDir: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly folder?: Omit<FolderWatchOptions, 'signal'>;
  /** Of an RTSP camera. */
  readonly login?: CameraLogin | undefined;
  /** Keeps what the camera gave in this folder: a source that gives the same scan again. */
  readonly record?: string | undefined;
}

/** Reads one picture into a scan: `source` is a picture file (JPEG, PNG, TIFF to 200 megapixels), a folder, of which the
 *  next complete new picture is taken, the address of a camera (source-address.ts), or a recording; or
 *  an open camera, or a picture that was taken of one. Turned by EXIF, brought to sRGB by its profile, laid on white where it is
 *  transparent, 8 bit; straightened to the table when a calibration tells where the table's markers are. Writes scan.json
 *  and scan.tif (tiled) into `outDir`, whole or not at all. `takenAt` is when the picture came.
 *  With the camera's lens in the calibration its bend is taken out, and `thickness` lifts the plane that is straightened.
 *  @throws KerfError ACQUIRE_… of the picture, scale and markers (input) or of disk and folder (device) */
export async function acquireScan(source: string | Camera | CameraFrame, options: AcquireOptions): Promise<Scan> {
  const { signal, onProgress, calibration } = options;
  signal?.throwIfAborted();
  if (options.mmPerPx !== undefined || calibration === undefined) checkScale(options.mmPerPx);
  checkThickness(options.thickness);
  const frame = await takeFrom(source, options);
  const header = frame.pixels.kind === 'file' ? await readPictureHeader(frame.pixels.path) : pixelHeader(frame);
  if (calibration === undefined) checkExtent(header, options.mmPerPx ?? 0);
  onProgress?.({ what: 'picture', done: 1, total: 3 });
  return writeScanFolder(options.outDir, async (dir) => {
    signal?.throwIfAborted();
    const image = join(dir, SCAN_IMAGE);
    const asSeen = calibration === undefined ? image : join(dir, 'as-seen.tif');
    await transcode(frame, asSeen, tileSide(header), options.outDir);
    signal?.throwIfAborted();
    onProgress?.({ what: 'picture', done: 2, total: 3 });
    const plane =
      calibration === undefined
        ? plainPlane(header, options.mmPerPx ?? 0)
        : await straighten(asSeen, image, header, calibration, options);
    if (asSeen !== image) await rm(asSeen);
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
      takenAt: frame.takenAt,
      source: frame.name,
      calibration: calibration?.id ?? null,
      drift: plane.drift,
      thickness: options.thickness ?? null,
      flags: [...flagsOf(header), ...plane.flags],
    };
  });
}

interface Plane {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly toMm: number[];
  readonly mmPerPx: number;
  readonly drift: number | null;
  readonly flags: Scan['flags'];
}

function plainPlane({ widthPx, heightPx }: Size, mmPerPx: number): Plane {
  return { widthPx, heightPx, toMm: uniformToMm(mmPerPx, heightPx), mmPerPx, drift: null, flags: [] };
}

/** Straightens the picture to the box round the table's markers. */
async function straighten(
  asSeen: string,
  image: string,
  { widthPx, heightPx }: Size,
  calibration: TableMarkers,
  options: AcquireOptions,
): Promise<Plane> {
  const { signal, onProgress } = options;
  const lens = lensFor(calibration, { widthPx, heightPx });
  if (options.thickness && lens === null) throw thicknessNeedsCamera(calibration);
  const seen = await seeMarkers({ image: asSeen, widthPx, heightPx }, { signal });
  const pose = findTable(lens === null ? seen : straightMarkers(seen, lens), calibration);
  const toMm = lens === null || !options.thickness ? pose.toMm : raisePlane(pose.toMm, lens, options.thickness);
  const mmPerPx = options.mmPerPx ?? Math.round(pose.mmPerPx * 1000) / 1000;
  const { minX, minY, maxX, maxY } = pose.box;
  const size = { widthPx: Math.ceil((maxX - minX) / mmPerPx), heightPx: Math.ceil((maxY - minY) / mmPerPx) };
  checkExtent(size, mmPerPx);
  checkPixels(size, mmPerPx);
  const unseenShare = await straightenPicture(
    {
      image: asSeen,
      widthPx,
      heightPx,
      out: image,
      outWidthPx: size.widthPx,
      outHeightPx: size.heightPx,
      tilePx: tileSide(size),
      toSource: outToSource(toMm, minX, maxY, mmPerPx),
      lens,
      samples: Math.min(4, Math.max(1, Math.round(mmPerPx / pose.mmPerPx))),
    },
    { signal, onProgress },
  );
  const { rms, max } = pose.residual;
  const residual = `The table's markers fit within ${max.toFixed(2)} mm (rms ${rms.toFixed(2)} mm).`;
  return {
    ...size,
    toMm: [mmPerPx, 0, minX, 0, -mmPerPx, maxY, 0, 0, 1],
    mmPerPx,
    drift: pose.drift,
    flags: [
      { kind: 'residual', message: residual, value: max },
      ...(pose.drift !== null && pose.drift > MOST_DRIFT ? [driftFlag(pose.drift)] : []),
      ...(unseenShare > 0
        ? [
            {
              kind: 'unseen',
              message: 'Part of the table is not in the picture and was filled white.',
              value: unseenShare,
            },
          ]
        : []),
    ],
  };
}

function straightMarkers(seen: readonly SeenMarker[], lens: Lens): SeenMarker[] {
  return seen.map(({ id, corners }) => ({
    id,
    corners: corners.flatMap((u, i) => (i % 2 === 0 ? straightenPoint(lens, u, corners[i + 1]!) : [])),
  }));
}

function driftFlag(drift: number): Scan['flags'][number] {
  return {
    kind: 'drift',
    message: `A marker of the table is seen ${drift.toFixed(1)} mm from where calibration saw it; at most ${MOST_DRIFT} mm is usual. Camera or marker has moved: the scan follows the markers, so check them, then calibrate the table again.`,
    value: drift,
  };
}

function checkThickness(thickness: number | undefined): void {
  if (thickness === undefined || (thickness >= 0 && thickness <= MOST_THICKNESS)) return;
  throw new KerfError(
    'ACQUIRE_THICKNESS_INVALID',
    `The material's thickness is ${thickness} mm; expected 0 to ${MOST_THICKNESS} mm.`,
    { details: { thickness: Number.isFinite(thickness) ? thickness : null } },
  );
}

function thicknessNeedsCamera({ id }: TableMarkers): KerfError {
  return new KerfError(
    'ACQUIRE_THICKNESS_NEEDS_CAMERA',
    `Calibration "${id}" knows no lens for a picture of this shape, so the height of the material's upper side can't be allowed for. Calibrate the camera (kerf calibrate camera), or leave the thickness out.`,
    { details: { calibration: id } },
  );
}

/** The picture that is scanned. A camera that was opened for it is free again when it is there; one that was given stays
 *  open. */
async function takeFrom(source: string | Camera | CameraFrame, options: AcquireOptions): Promise<CameraFrame> {
  const { clock, signal, login, folder, record, mmPerPx, thickness, calibration } = options;
  if (typeof source !== 'string' && 'pixels' in source) return source;
  const found = typeof source === 'string' ? await openCamera(source, { clock, login, folder }) : source;
  const isOurs = typeof source === 'string';
  const recorded = record === undefined ? null : await recordCamera(found, record, { mmPerPx, thickness, calibration });
  if (!(found instanceof FileCamera)) options.onProgress?.({ what: 'waiting', done: 0, total: 1 });
  try {
    return await takeStill(recorded ?? found, signal);
  } finally {
    await recorded?.close();
    if (isOurs) await found.close();
  }
}

/** Decodes once, row by row, into an uncompressed tiled TIFF: a tile of it is then read without the rest. */
async function transcode(
  { widthPx, heightPx, pixels }: CameraFrame,
  image: string,
  tilePx: number,
  outDir: string,
): Promise<void> {
  try {
    const picture =
      pixels.kind === 'file'
        ? sharp(pixels.path, { limitInputPixels: MOST_PIXELS, sequentialRead: true, failOn: 'error', page: 0 })
            .autoOrient()
            .flatten({ background: '#ffffff' })
            .toColourspace('srgb')
        : sharp(pixels.rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } });
    await picture
      .tiff({ tile: true, tileWidth: tilePx, tileHeight: tilePx, compression: 'none', predictor: 'none' })
      .toFile(image);
  } catch (cause) {
    throw asDiskError(outDir, cause) ?? brokenPicture(pixels.kind === 'file' ? pixels.path : 'camera', cause);
  }
}

function checkScale(mmPerPx: number | undefined): void {
  if (mmPerPx === undefined) {
    throw new KerfError(
      'ACQUIRE_SCALE_MISSING',
      'The picture has no scale: neither mm per pixel nor a calibration of the table was given. Give --mm-per-px or calibrate the table.',
    );
  }
  if (!Number.isFinite(mmPerPx) || mmPerPx <= 0) {
    throw new KerfError(
      'ACQUIRE_SCALE_INVALID',
      `mm per pixel is ${mmPerPx}; expected a number above 0 (0.5 is usual for a hide of 2 m at 4000 px). Measure a known length in the picture.`,
      { details: { mmPerPx: Number.isFinite(mmPerPx) ? mmPerPx : null } },
    );
  }
}

function checkPixels(size: Size, mmPerPx: number): void {
  if (size.widthPx * size.heightPx <= MOST_PIXELS && Math.min(size.widthPx, size.heightPx) >= LEAST_SIDE_PX) return;
  throw new KerfError(
    'ACQUIRE_SCALE_INVALID',
    `At ${mmPerPx} mm per pixel the straightened scan would be ${size.widthPx} x ${size.heightPx} px; expected sides of at least ${LEAST_SIDE_PX} px and at most ${MOST_PIXELS / 1e6} megapixels. Choose another mm per pixel.`,
    { details: { ...size, mmPerPx } },
  );
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

function checkExtent(header: Size, mmPerPx: number): void {
  const extent = Math.max(header.widthPx, header.heightPx) * mmPerPx;
  if (extent <= MOST_EXTENT) return;
  throw new KerfError(
    'ACQUIRE_EXTENT_ABSURD',
    `The picture would be ${Math.round(extent / 100) / 10} m long (${Math.max(header.widthPx, header.heightPx)} px at ${mmPerPx} mm per pixel); at most ${MOST_EXTENT / 1000} m are taken. Check mm per pixel.`,
    { details: { extent, mmPerPx, mostExtent: MOST_EXTENT } },
  );
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
