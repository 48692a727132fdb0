import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { newestPicture } from './picture-folder.node.ts';
import { isRecording } from './recording.node.ts';
import { seeMarkers } from './rectify-table.node.ts';
import { tileSide } from './scan-limits.ts';
import type { PictureOfTable } from './set-corners.ts';
import { headerOf, takePicture, transcode, type PictureSource, type TakeOptions } from './take-picture.node.ts';

/** Takes a picture of the table for people to set its corners in: as the camera gives it, upright, not straightened. Of a
 *  folder the newest that lies there. Written to `image` as a tiled TIFF, of which parts are read quickly.
 *  @throws KerfError ACQUIRE_NO_TABLE_PICTURE, ACQUIRE_PICTURE_MIRRORED, and those of the source */
export async function takeTablePicture(
  source: PictureSource,
  image: string,
  options: TakeOptions,
): Promise<Omit<PictureOfTable, 'lens' | 'known'>> {
  const frame = await takePicture(await rawSource(source), options, {});
  const header = await headerOf(frame);
  await mkdir(dirname(image), { recursive: true });
  await transcode(frame, image, tileSide(header), dirname(image));
  const { widthPx, heightPx } = header;
  const seen = await seeMarkers({ image, widthPx, heightPx }, { signal: options.signal });
  return { widthPx, heightPx, source: frame.name, takenAt: frame.takenAt, seen };
}

async function rawSource(source: PictureSource): Promise<PictureSource> {
  if (typeof source !== 'string') return source;
  const found = await stat(source).catch(() => null);
  if (!found?.isDirectory() || isRecording(source)) return source;
  if (existsSync(join(source, 'scan.json')))
    throw none(source, 'it is a scan, straightened already; expected the picture that it was made of');
  const newest = await newestPicture(source);
  if (newest === null) throw none(source, 'no picture lies in it; expected one of the table');
  return newest;
}

function none(source: string, what: string): KerfError {
  return new KerfError('ACQUIRE_NO_TABLE_PICTURE', `${source}: ${what}.`, { details: { source } });
}
