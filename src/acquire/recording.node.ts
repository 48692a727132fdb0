import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { tableMarkersSchema, type TableMarkers } from '#domain/calibration.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { finite, isoTime, nonNegative, positive, sha256 } from '#domain/shapes.ts';
import { quietHealth, type Camera, type CameraFrame, type CameraHealth } from './camera.ts';
import { writingTo } from './disk-error.node.ts';
import { hashFile } from './scan-folder.node.ts';
import { sharp } from './sharp-limits.node.ts';

const RECORDING_FILE = 'recording.json';

/** recording.json: what a camera gave while a scan was taken, and what the scan was taken with. `rgb` pictures are PNG
 *  files of the very bytes, `file` pictures the files as they were found, or the one still that another chose. Version 2
 *  may say `stripStep` and `isWhole`; what says neither is written as version 1. */
const recordingSchema = z.strictObject({
  kerf: z.union([z.literal(1), z.literal(2)]),
  source: z.string(),
  scan: z.strictObject({
    mmPerPx: positive.optional(),
    thickness: nonNegative.optional(),
    calibration: tableMarkersSchema.optional(),
    stripStep: finite.optional(),
    isWhole: z.boolean().optional(),
  }),
  frames: z
    .array(
      z.strictObject({
        name: z.string(),
        sequence: z.int().nonnegative(),
        takenAt: isoTime,
        atMs: nonNegative,
        kind: z.enum(['rgb', 'file']),
        image: z.string().regex(/^[^/\\]+$/, 'a file name'),
        sha256,
        widthPx: z.int().positive(),
        heightPx: z.int().positive(),
      }),
    )
    .readonly(),
});
type Recording = z.infer<typeof recordingSchema>;

/** What a recorded scan was taken with; what is missing was not given. */
export interface RecordedOptions {
  readonly mmPerPx?: number | undefined;
  readonly thickness?: number | undefined;
  readonly calibration?: TableMarkers | undefined;
  readonly stripStep?: number | undefined;
  readonly isWhole?: boolean | undefined;
}

/** Whether a folder is a recording of ours. */
export function isRecording(path: string): boolean {
  return existsSync(join(path, RECORDING_FILE));
}

/** @throws KerfError ACQUIRE_RECORDING_REFUSED */
export async function recordedOptions(dir: string): Promise<RecordedOptions> {
  return (await readRecording(dir)).scan;
}

/** What a scan of recordings is taken with: what is given, and for the rest what they were taken with. Several give one
 *  calibration each. Of other sources what is given. @throws KerfError ACQUIRE_RECORDING_REFUSED */
export async function withRecorded<
  T extends Omit<RecordedOptions, 'calibration'> & {
    readonly calibration?: TableMarkers | readonly TableMarkers[] | undefined;
  },
>(sources: readonly unknown[], given: T): Promise<T> {
  const played = sources.filter((source) => typeof source === 'string' && isRecording(source)) as string[];
  if (played.length === 0 || played.length !== sources.length) return given;
  const all = await Promise.all(played.map(recordedOptions));
  const { mmPerPx, thickness, stripStep, isWhole } = all[0]!;
  const calibrations = all.flatMap(({ calibration }) => (calibration === undefined ? [] : [calibration]));
  return {
    ...given,
    mmPerPx: given.mmPerPx ?? mmPerPx,
    thickness: given.thickness ?? thickness,
    stripStep: given.stripStep ?? stripStep,
    isWhole: given.isWhole ?? isWhole,
    calibration: given.calibration ?? (calibrations.length === all.length ? calibrations : undefined),
  };
}

/** Keeps the one still that another reader of the camera chose: played back, it is the still again, as a picture file is.
 *  @throws KerfError ACQUIRE_DISK_FULL, ACQUIRE_CANNOT_WRITE */
export async function recordStill(frame: CameraFrame, dir: string, scan: RecordedOptions): Promise<void> {
  const { name } = frame;
  await writingTo(dir, async () => {
    await mkdir(dir, { recursive: true });
    await rm(join(dir, RECORDING_FILE), { force: true });
    const kept = await keepFrame(frame, 0, dir);
    await writeRecording(dir, name, scan, [{ ...kept, kind: 'file' }]);
  });
}

/** Gives on the pictures of `camera`, and keeps each in `dir` before: `close` writes recording.json, and
 *  leaves the camera open. Every picture costs
 *  its writing, so a live camera lets more of them go. An older recording in `dir` is overwritten.
 *  @throws KerfError ACQUIRE_DISK_FULL, ACQUIRE_CANNOT_WRITE */
export async function recordCamera(camera: Camera, dir: string, scan: RecordedOptions): Promise<Camera> {
  const frames: Recording['frames'][number][] = [];
  let closing: Promise<void> | null = null;
  await writingTo(dir, async () => {
    await mkdir(dir, { recursive: true });
    await rm(join(dir, RECORDING_FILE), { force: true });
  });
  const finish = async () => {
    await writingTo(dir, () => writeRecording(dir, camera.name, scan, frames));
  };
  const close = () => (closing ??= finish());
  return {
    name: camera.name,
    kind: camera.kind,
    start: () => camera.start(),
    health: () => camera.health(),
    async next(options) {
      const frame = await camera.next(options);
      if (frame) frames.push(await writingTo(dir, () => keepFrame(frame, frames.length, dir)));
      return frame;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function writeRecording(
  dir: string,
  source: string,
  scan: RecordedOptions,
  frames: Recording['frames'],
): Promise<void> {
  const { isWhole, ...said } = scan;
  const isNew = said.stripStep !== undefined || isWhole === true;
  const kept = { ...said, ...(isWhole === true ? { isWhole } : {}) };
  const recording: Recording = { kerf: isNew ? 2 : 1, source, scan: kept, frames };
  return writeFile(join(dir, RECORDING_FILE), `${JSON.stringify(recording, null, 2)}\n`);
}

async function keepFrame(frame: CameraFrame, count: number, dir: string): Promise<Recording['frames'][number]> {
  const { pixels, ...said } = frame;
  const number = String(count).padStart(6, '0');
  const image = pixels.kind === 'rgb' ? `${number}.png` : `${number}${extname(pixels.path)}`;
  const path = join(dir, image);
  if (pixels.kind === 'file') await copyFile(pixels.path, path);
  else
    await sharp(pixels.rgb, { raw: { width: frame.widthPx, height: frame.heightPx, channels: 3 } })
      .png({ compressionLevel: 1 })
      .toFile(path);
  return { ...said, kind: pixels.kind, image, sha256: await hashFile(path) };
}

/** Plays a recording back: the same pictures with the same times, each checked against its hash. */
export class RecordedCamera implements Camera {
  readonly name: string;
  readonly kind = 'pictures';
  readonly #dir: string;
  readonly #recording: Recording;
  #at = 0;

  private constructor(dir: string, recording: Recording) {
    this.name = recording.source;
    this.#dir = dir;
    this.#recording = recording;
  }

  /** @throws KerfError ACQUIRE_RECORDING_REFUSED */
  static async open(dir: string): Promise<RecordedCamera> {
    return new RecordedCamera(dir, await readRecording(dir));
  }

  start(): void {
    // It gives a picture whenever one is asked for.
  }

  /** @throws KerfError ACQUIRE_RECORDING_REFUSED where a picture is not the one that was recorded */
  async next({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<CameraFrame | null> {
    signal?.throwIfAborted();
    const frame = this.#recording.frames[this.#at];
    if (!frame) return null;
    this.#at += 1;
    const { kind, image, sha256: wanted, ...said } = frame;
    const path = join(this.#dir, image);
    const found = await hashFile(path, signal).catch(() => {
      signal?.throwIfAborted();
      return null;
    });
    if (found !== wanted)
      throw new KerfError(
        'ACQUIRE_RECORDING_REFUSED',
        `${path}: found ${found === null ? 'no such picture' : 'another picture'}, expected the one that ${RECORDING_FILE} names by its hash. Copy the whole recording again.`,
        { details: { path } },
      );
    const pixels =
      kind === 'file' ? ({ kind, path } as const) : ({ kind, rgb: await sharp(path).raw().toBuffer() } as const);
    return { ...said, pixels };
  }

  health(): CameraHealth {
    return quietHealth(this.#at);
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function readRecording(dir: string): Promise<Recording> {
  const where = join(dir, RECORDING_FILE);
  const code = 'ACQUIRE_RECORDING_REFUSED';
  const text = await readFile(where, 'utf8').catch((cause: unknown) => {
    throw new KerfError(code, `${where}: cannot be read, expected a recording of \`kerf scan --record\`.`, { cause });
  });
  return parseDocument(recordingSchema, parseJson(text, where, code), { name: 'recording', where, code });
}
