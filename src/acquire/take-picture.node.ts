import type { CameraLogin } from './camera-command.ts';
import type { Camera, CameraFrame } from './camera.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { asDiskError } from './disk-error.node.ts';
import { openCamera } from './open-camera.node.ts';
import { FileCamera } from './picture-cameras.node.ts';
import type { FolderWatchOptions } from './picture-folder.node.ts';
import { brokenPicture, pixelHeader, readPictureHeader, type PictureHeader } from './picture-header.node.ts';
import { MOST_PIXELS } from './picture-limits.ts';
import { recordCamera, recordStill, type RecordedOptions } from './recording.node.ts';
import { sharp } from './sharp-limits.node.ts';
import { takeStill } from './take-still.node.ts';

/** An address, an open camera, or a picture that was taken of one. */
export type PictureSource = string | Camera | CameraFrame;

export interface TakeOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly folder?: Omit<FolderWatchOptions, 'signal'> | undefined;
  /** Of an RTSP camera. */
  readonly login?: CameraLogin | undefined;
  /** Keeps what the camera gave in this folder: a source that gives the same scan again. */
  readonly record?: string | undefined;
}

/** The picture that is scanned. A camera that was opened for it is free again when it is there; one that was given stays
 *  open. */
export async function takePicture(
  source: PictureSource,
  options: TakeOptions,
  scan: RecordedOptions,
): Promise<CameraFrame> {
  const { clock, signal, login, folder, record } = options;
  if (typeof source !== 'string' && 'pixels' in source) {
    if (record !== undefined) await recordStill(source, record, scan);
    return source;
  }
  const isOurs = typeof source === 'string';
  const found = isOurs ? await openCamera(source, { clock, login, folder }) : source;
  const recorded = record === undefined ? null : await recordCamera(found, record, scan);
  if (!(found instanceof FileCamera)) options.onProgress?.({ what: 'waiting', done: 0, total: 1 });
  try {
    return await takeStill(recorded ?? found, signal);
  } finally {
    await recorded?.close();
    if (isOurs) await found.close();
  }
}

/** What a picture says of itself, and whether it may be scanned. */
export function headerOf(frame: CameraFrame): Promise<PictureHeader> {
  return frame.pixels.kind === 'file' ? readPictureHeader(frame.pixels.path) : Promise.resolve(pixelHeader(frame));
}

/** Decodes once, row by row, into an uncompressed tiled TIFF: a tile of it is then read without the rest. */
export async function transcode(
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
