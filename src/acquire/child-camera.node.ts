import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { KerfError } from '#domain/kerf-error.ts';
import type { CameraCommand } from './camera-command.ts';
import { HEALTH_LIMITS } from './camera-health.ts';
import type { Camera, CameraFrame, CameraHealth } from './camera.ts';
import { LiveFrames, type LiveFramesOptions } from './live-frames.node.ts';
import { MOST_PIXELS } from './picture-limits.ts';
import { PpmStream } from './ppm-stream.ts';

export interface ChildCameraOptions extends LiveFramesOptions {
  /** Tried in turn until one gives a picture; that one is then started again whenever it ends. */
  readonly commands: readonly CameraCommand[];
  /** Words of the login, which nothing that is said may hold. */
  readonly secrets?: readonly string[];
}

/** Waits before a program is started again: doubled each time, from the first to the last. */
const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 8000;

/** A program that is asked to end gets so long before it is killed. */
const KILL_MS = 1000;

/** A program that lives and gives nothing for so many times the stale limit is started again. */
const HUNG_TIMES = 4;

/** What is kept of what a program complains about, bytes. */
const MOST_COMPLAINT = 4000;

/** A camera behind a program of its own that writes pictures to a pipe: FFmpeg for V4L2 and RTSP, GStreamer with Aravis
 *  for GenICam. The program is started again when it ends or hangs. Holds `capacity` pictures, the one that comes in, and
 *  the latest to compare it with. */
export class ChildCamera implements Camera {
  readonly name: string;
  readonly kind = 'live';
  readonly frozenMs: number;
  readonly #options: ChildCameraOptions;
  readonly #stop = new AbortController();
  readonly #frames: LiveFrames;
  #ended: Promise<void> | null = null;

  constructor(options: ChildCameraOptions) {
    this.name = options.name;
    this.frozenMs = options.limits?.frozenMs ?? HEALTH_LIMITS.frozenMs;
    this.#options = options;
    this.#frames = new LiveFrames(options);
  }

  start(): void {
    this.#ended ??= this.#run();
  }

  next({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<CameraFrame | null> {
    return this.#frames.next(signal);
  }

  health(): CameraHealth {
    return this.#frames.health();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#frames.end();
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    const { commands } = this.#options;
    const { signal } = this.#stop;
    let at = 0;
    let waitMs = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const before = this.#frames.count;
      const reason = await this.#runOnce(commands[at]!);
      if (signal.aborted) return;
      const gavePictures = this.#frames.count > before;
      if (gavePictures) waitMs = FIRST_WAIT_MS;
      else at = (at + 1) % commands.length;
      // Another way of asking the same camera is tried at once, and is no trouble.
      const isNextWay = !gavePictures && at !== 0;
      if (!isNextWay) {
        this.#frames.watch.noteLost(reason);
        await wait(waitMs, undefined, { signal }).catch(() => undefined);
        if (!gavePictures) waitMs = Math.min(2 * waitMs, LAST_WAIT_MS);
      }
      this.#frames.watch.noteRestart();
    }
  }

  /** One life of the program. @returns why it ended */
  async #runOnce(command: CameraCommand): Promise<string> {
    const { signal } = this.#stop;
    const child = spawn(command.program, command.args, {
      stdio: [command.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const { staleMs, startMs } = { ...HEALTH_LIMITS, ...this.#options.limits };
    const stream = new PpmStream({ mostPixels: MOST_PIXELS });
    let complaint = '';
    let ownReason = '';
    let deadline: NodeJS.Timeout | undefined;
    const giveUp = (why: string) => {
      ownReason ||= why;
      endChild(child);
    };
    const expectWithin = (ms: number) => {
      clearTimeout(deadline);
      deadline = setTimeout(() => giveUp(`gave no picture for ${Math.round(ms / 1000)} s`), ms);
    };
    const onAbort = () => giveUp('was closed');
    signal.addEventListener('abort', onAbort, { once: true });
    expectWithin(startMs + HUNG_TIMES * staleMs);
    child.stdout?.on('data', (bytes: Uint8Array) => {
      if (ownReason !== '') return;
      try {
        for (const picture of stream.push(bytes)) {
          expectWithin(HUNG_TIMES * staleMs);
          this.#frames.take(picture);
        }
      } catch (cause) {
        giveUp(cause instanceof Error ? cause.message : String(cause));
      }
    });
    child.stderr?.on('data', (bytes: Buffer) => {
      complaint = (complaint + bytes.toString('utf8')).slice(-MOST_COMPLAINT);
    });
    if (command.input !== undefined) {
      // A program that is gone already takes no input; why, its end says.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(command.input);
    }
    const reason = await new Promise<string>((resolve) => {
      child.on('error', (cause) => resolve(missingOr(command.program, cause)));
      child.on('close', (code) => resolve(`${command.program} ended (${code ?? 'killed'})`));
    });
    clearTimeout(deadline);
    signal.removeEventListener('abort', onAbort);
    return this.#withoutSecrets(ownReason || [reason, lastLineOf(complaint)].filter(Boolean).join(': '));
  }

  #withoutSecrets(text: string): string {
    return (this.#options.secrets ?? []).reduce((said, secret) => said.replaceAll(secret, '…'), text);
  }
}

/** Asks a program to end, and kills it by its number when it does not. */
function endChild(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), KILL_MS);
  child.once('close', () => clearTimeout(late));
}

/** What to install where a program is not there. */
export const CAMERA_PROGRAMS = {
  ffmpeg: 'apt-get install -y ffmpeg',
  'gst-launch-1.0':
    'apt-get install -y gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-bad libaravis-0.8-0',
} as const;

function missingOr(program: CameraCommand['program'], cause: Error): string {
  if (!('code' in cause) || cause.code !== 'ENOENT') return `${program} could not be started: ${cause.message}`;
  return `${program} is not installed (${CAMERA_PROGRAMS[program]})`;
}

function lastLineOf(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').at(-1) ?? '';
}

/** The error of a camera that gives nothing. */
export function cameraLost(name: string, { reason }: CameraHealth): KerfError {
  return new KerfError(
    'ACQUIRE_CAMERA_LOST',
    `${name}: no picture came from the camera${reason === '' ? '' : ` (${reason})`}. Expected pictures within some seconds: look at its plug, power and address.`,
    { fault: 'device', details: { source: name, reason } },
  );
}
