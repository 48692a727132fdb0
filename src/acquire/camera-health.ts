import { CAMERA_TROUBLES, type CameraHealth, type CameraTrouble } from './camera.ts';
import type { FrameLook } from './frame-look.ts';

export interface HealthLimits {
  /** A camera may take so long for its first picture. */
  readonly startMs: number;
  /** Without a picture for so long it is stale. */
  readonly staleMs: number;
  /** The same bytes for so long: it stands still. No sensor gives the same noise twice, but streams leave it out (below). */
  readonly frozenMs: number;
  /** A bad look must last so long, and so must a good one before it is forgotten: a hand before the lens is no alarm. */
  readonly lastingMs: number;
  /** Brightness (0 to 255) that at least a twentieth of the picture must reach. */
  readonly leastBright: number;
  /** Share of the picture that may be burnt out. */
  readonly mostBurnt: number;
  /** Width of the sharpest edges, pixels. */
  readonly mostEdgePx: number;
}

/** Together with the period of a camera's pictures (a fifth of a second) an alarm stands within 2 s of its cause. */
export const HEALTH_LIMITS: HealthLimits = {
  startMs: 10_000,
  staleMs: 1500,
  frozenMs: 1500,
  lastingMs: 1000,
  leastBright: 40,
  mostBurnt: 0.25,
  mostEdgePx: 8,
};

/** `frozenMs` of a compressed stream: between two key frames an encoder leaves out what hardly changes, a sensor's noise too, so
 *  that a calm table is the same bytes for as long (x264 at a constant quantizer of 36: always). Key frames are 1 to 4 s apart. */
export const ENCODED_FROZEN_MS = 5000;

/** Judges a camera by the pictures that come, and by their absence. Knows no clock: it is told the time. */
export class HealthWatch {
  readonly #limits: HealthLimits;
  readonly #startedMs: number;
  #lastMs: number | null = null;
  #changedMs = 0;
  #reason = '';
  #isLost = false;
  #frameCount = 0;
  #droppedCount = 0;
  #restartCount = 0;
  /** For each look: since when it has been other than what is said of it, or null. */
  readonly #otherSince = new Map<CameraTrouble, number>();
  readonly #said = new Set<CameraTrouble>();

  constructor(limits: HealthLimits, nowMs: number) {
    this.#limits = limits;
    this.#startedMs = nowMs;
  }

  /** A picture came. `isSame`: its bytes are those of the one before. */
  noteFrame(look: FrameLook, isSame: boolean, nowMs: number): void {
    if (!isSame || this.#lastMs === null) this.#changedMs = nowMs;
    this.#lastMs = nowMs;
    this.#frameCount += 1;
    this.#isLost = false;
    this.#reason = '';
    const { leastBright, mostBurnt, mostEdgePx } = this.#limits;
    const isDark = look.bright < leastBright;
    this.#noteLook('ACQUIRE_CAMERA_DARK', isDark, nowMs);
    this.#noteLook('ACQUIRE_CAMERA_OVEREXPOSED', look.burntShare > mostBurnt, nowMs);
    const { edgePx } = look;
    // Without edges nothing is known, and what was said of the focus stays.
    if (edgePx !== null && !isDark)
      this.#noteLook('ACQUIRE_CAMERA_BLURRED', Math.max(edgePx.across, edgePx.down) > mostEdgePx, nowMs);
  }

  /** The camera, or its program, has gone. */
  noteLost(reason: string): void {
    this.#isLost = true;
    this.#reason = reason;
  }

  /** Its program was started again. */
  noteRestart(): void {
    this.#restartCount += 1;
  }

  noteDropped(count: number): void {
    this.#droppedCount += count;
  }

  at(nowMs: number): CameraHealth {
    const { startMs, staleMs, frozenMs } = this.#limits;
    const isStarting = this.#lastMs === null && !this.#isLost && nowMs - this.#startedMs <= startMs;
    const silentMs = nowMs - (this.#lastMs ?? this.#startedMs + startMs - staleMs);
    const standing = new Set(this.#said);
    if (this.#isLost) standing.add('ACQUIRE_CAMERA_LOST');
    else if (!isStarting && silentMs > staleMs) standing.add('ACQUIRE_CAMERA_STALE');
    else if (this.#lastMs !== null && this.#lastMs - this.#changedMs > frozenMs) standing.add('ACQUIRE_CAMERA_FROZEN');
    return {
      isStarting,
      troubles: CAMERA_TROUBLES.filter((trouble) => standing.has(trouble)),
      reason: this.#reason,
      frameCount: this.#frameCount,
      droppedCount: this.#droppedCount,
      restartCount: this.#restartCount,
    };
  }

  #noteLook(trouble: CameraTrouble, isBad: boolean, nowMs: number): void {
    if (isBad === this.#said.has(trouble)) {
      this.#otherSince.delete(trouble);
      return;
    }
    const since = this.#otherSince.get(trouble) ?? nowMs;
    this.#otherSince.set(trouble, since);
    if (nowMs - since < this.#limits.lastingMs) return;
    this.#otherSince.delete(trouble);
    if (isBad) this.#said.add(trouble);
    else this.#said.delete(trouble);
  }
}
