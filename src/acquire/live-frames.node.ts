import type { Clock } from '#domain/ports.ts';
import { HEALTH_LIMITS, HealthWatch, type HealthLimits } from './camera-health.ts';
import type { CameraFrame, CameraHealth } from './camera.ts';
import { lookAtFrame, type RgbPicture } from './frame-look.ts';
import { FrameQueue } from './frame-queue.ts';

export interface LiveFramesOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly limits?: Partial<HealthLimits> | undefined;
  /** Pictures that wait at most; the newest stay. */
  readonly capacity?: number | undefined;
}

/** What every live camera does with the pictures that come: numbers them, judges its health by them, and keeps the newest
 *  for who takes them. Holds `capacity` pictures, and the latest to compare the next with. */
export class LiveFrames {
  readonly watch: HealthWatch;
  readonly #options: LiveFramesOptions;
  readonly #queue: FrameQueue;
  #last: RgbPicture | null = null;
  #sequence = 0;

  constructor(options: LiveFramesOptions) {
    this.#options = options;
    this.watch = new HealthWatch({ ...HEALTH_LIMITS, ...options.limits }, options.clock.monotonicMs());
    this.#queue = new FrameQueue(options.capacity ?? 2, (count) => this.watch.noteDropped(count));
  }

  /** How many came. */
  get count(): number {
    return this.#sequence;
  }

  take(picture: RgbPicture): void {
    const { clock, name } = this.#options;
    const atMs = clock.monotonicMs();
    const isSame = this.#last !== null && Buffer.compare(this.#last.rgb, picture.rgb) === 0;
    this.#last = picture;
    this.watch.noteFrame(lookAtFrame(picture), isSame, atMs);
    const { rgb, ...size } = picture;
    const sequence = this.#sequence;
    this.#sequence += 1;
    this.#queue.push({ name, sequence, takenAt: clock.now(), atMs, ...size, pixels: { kind: 'rgb', rgb } });
  }

  next(signal: AbortSignal | undefined): Promise<CameraFrame | null> {
    return this.#queue.next(signal);
  }

  health(): CameraHealth {
    return this.watch.at(this.#options.clock.monotonicMs());
  }

  /** No more will come. */
  end(): void {
    this.#queue.end();
  }
}
