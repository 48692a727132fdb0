import type { FrameLook } from './frame-look.ts';

/** One picture of a camera, with when it came. */
export interface CameraFrame {
  /** What a scan of it names as its source: the camera's address, or the name of the file. */
  readonly name: string;
  /** Counts every picture that the camera gave; a gap is pictures that were let go unseen. */
  readonly sequence: number;
  /** Wall time at which its last byte came, and the same on the monotonic clock. */
  readonly takenAt: string;
  readonly atMs: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: FramePixels;
}

/** `rgb`: interleaved, 3 bytes a pixel, row by row, never changed once handed out. `file`: stands in a picture file. */
export type FramePixels =
  | { readonly kind: 'rgb'; readonly rgb: Uint8Array }
  | { readonly kind: 'file'; readonly path: string };

/** What can be wrong with a camera; each is the code of an alarm. */
export const CAMERA_TROUBLES = [
  'ACQUIRE_CAMERA_LOST',
  'ACQUIRE_CAMERA_STALE',
  'ACQUIRE_CAMERA_FROZEN',
  'ACQUIRE_CAMERA_DARK',
  'ACQUIRE_CAMERA_OVEREXPOSED',
  'ACQUIRE_CAMERA_BLURRED',
] as const;
export type CameraTrouble = (typeof CAMERA_TROUBLES)[number];

export interface CameraHealth {
  /** Still waits for its first picture, within the time that a camera may take for it. */
  readonly isStarting: boolean;
  /** The gravest first; empty while all is well. */
  readonly troubles: readonly CameraTrouble[];
  /** What the device or its program said last, without secrets; empty while it gives pictures. */
  readonly reason: string;
  readonly frameCount: number;
  readonly droppedCount: number;
  readonly restartCount: number;
}

/** A picture for people's eyes, as the camera sees it: scaled down, neither calm nor straightened. */
export interface CameraGlance {
  readonly takenAt: string;
  /** Of the camera's own picture, which the look is of too. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly look: FrameLook;
  readonly jpeg: Uint8Array;
}

/** A source of pictures: file, folder, V4L2, RTSP, GenICam, a browser's window or a recording. Nothing runs before `start`; `close` may be
 *  called twice. */
export interface Camera {
  /** The address as it may be shown: without secrets. */
  readonly name: string;
  /** `live`: pictures come by themselves, and their absence is a fault. */
  readonly kind: 'live' | 'pictures';
  /** How long the first picture may take that a person has to see to, ms; left out: no person is needed. */
  readonly firstWaitMs?: number;
  /** How long its pictures may be the same byte for byte while it is well, ms; left out: as `HEALTH_LIMITS` says. */
  readonly frozenMs?: number;
  start(): void;
  /** The next picture, in order; a live camera lets old ones go when nobody takes them. Null: no more will come.
   *  @throws KerfError of a source that cannot give any; the signal's reason when aborted */
  next(options?: { readonly signal?: AbortSignal | undefined }): Promise<CameraFrame | null>;
  health(): CameraHealth;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The health of a source that has no device behind it. */
export function quietHealth(frameCount: number, reason = ''): CameraHealth {
  return {
    isStarting: false,
    troubles: reason === '' ? [] : ['ACQUIRE_CAMERA_LOST'],
    reason,
    frameCount,
    droppedCount: 0,
    restartCount: 0,
  };
}
