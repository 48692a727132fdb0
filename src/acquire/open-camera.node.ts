import { stat } from 'node:fs/promises';
import type { Clock } from '#domain/ports.ts';
import { BrowserCamera } from './browser-camera.node.ts';
import { ENCODED_FROZEN_MS } from './camera-health.ts';
import { cameraCommands, type CameraLogin } from './camera-command.ts';
import type { Camera } from './camera.ts';
import { ChildCamera } from './child-camera.node.ts';
import { FileCamera, FolderCamera } from './picture-cameras.node.ts';
import type { FolderWatchOptions } from './picture-folder.node.ts';
import { isRecording, RecordedCamera } from './recording.node.ts';
import { parseSource, type SourceAddress } from './source-address.ts';

export interface OpenCameraOptions {
  readonly clock: Clock;
  /** Of an RTSP camera. */
  readonly login?: CameraLogin | undefined;
  readonly folder?: Omit<FolderWatchOptions, 'signal'> | undefined;
}

/** The camera at an address; nothing runs before its `start`.
 *  @throws KerfError ACQUIRE_SOURCE_REFUSED, and those of a recording */
export async function openCamera(source: string, options: OpenCameraOptions): Promise<Camera> {
  const address = parseSource(source);
  const { clock, login } = options;
  if (address.kind === 'path') {
    const { path } = address;
    if (isRecording(path)) return RecordedCamera.open(path);
    const found = await stat(path).catch(() => null);
    return found?.isDirectory() ? new FolderCamera(path, clock, options.folder) : new FileCamera(path, clock);
  }
  if (address.kind === 'browser') return new BrowserCamera({ name: source, ...address, clock });
  return new ChildCamera({
    name: source,
    commands: cameraCommands(address, login),
    clock,
    ...(isEncoded(address) && { limits: { frozenMs: ENCODED_FROZEN_MS } }),
    secrets: login === undefined ? [] : [login.password, encodeURIComponent(login.password)],
  });
}

/** Whether pictures come as a stream that is told by what changes. */
function isEncoded(address: SourceAddress): boolean {
  if (address.kind === 'v4l2') return /26[45]|hevc/i.test(address.options.format ?? '');
  return address.kind === 'rtsp';
}
