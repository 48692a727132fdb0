import type { FeedTrouble } from '#domain/frame-feed.ts';

/** What a camera may hold still, as the browser's constraints call it. */
export type HeldLook = (typeof LOOKS)[number];
const LOOKS = ['exposureMode', 'whiteBalanceMode', 'focusMode'] as const;

/** From when the camera is opened: its light, colours and focus have been found. */
const SETTLE_MS = 2500;
/** The largest that is asked for where no size is told; a camera gives the nearest that it has. */
const LARGEST = [7680, 4320] as const;

interface TakenJpeg {
  readonly jpeg: Blob;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What browsers know of a camera beyond what the DOM's types say (W3C MediaStream Image Capture). */
interface GrabbingCapture {
  grabFrame(): Promise<ImageBitmap>;
}
type LookModes = { readonly [L in HeldLook]?: readonly string[] };

/** A camera of this browser: its pictures whole, and its look held still once it has settled, for a picture that changes
 *  its focus is no longer the one that the lens was calibrated in. */
export class WindowCamera {
  readonly stream: MediaStream;
  readonly id: string | null;
  onEnded: () => void = () => undefined;
  onHeld: (held: readonly HeldLook[]) => void = () => undefined;
  readonly #track: MediaStreamTrack;
  readonly #grab: () => Promise<ImageBitmap>;
  #timer: ReturnType<typeof setTimeout> | null = null;

  private constructor(stream: MediaStream, track: MediaStreamTrack) {
    this.stream = stream;
    this.#track = track;
    this.id = track.getSettings().deviceId ?? null;
    this.#grab = grabber(stream, track);
    track.addEventListener('ended', () => this.onEnded());
    void this.settle();
  }

  /** @param id as the browser names the camera; null, or one that is not there any more: the browser's own choice
   *  @param size of the pictures, px; null: the largest */
  static async open(id: string | null, size: readonly [number, number] | null): Promise<WindowCamera | FeedTrouble> {
    if (!('mediaDevices' in navigator)) return 'unsafe';
    const [width, height] = size ?? LARGEST;
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          width: { ideal: width },
          height: { ideal: height },
          ...(id === null ? {} : { deviceId: { ideal: id } }),
        },
      });
      return new WindowCamera(stream, stream.getVideoTracks()[0]!);
    } catch (cause) {
      const name = cause instanceof DOMException ? cause.name : '';
      if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
      return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'none';
    }
  }

  static async list(): Promise<readonly { readonly id: string; readonly name: string }[]> {
    const all = await navigator.mediaDevices.enumerateDevices();
    return all
      .filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  }

  /** What the camera sees now. Quality 1 keeps the colours at full resolution. */
  async takeJpeg(): Promise<TakenJpeg> {
    const picture = await this.#grab();
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext('2d', { alpha: false })!.drawImage(picture, 0, 0);
    picture.close();
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 });
    return { jpeg, widthPx: canvas.width, heightPx: canvas.height };
  }

  async settle(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#apply('continuous');
    this.#timer = setTimeout(() => void this.#apply('manual').then((held) => this.onHeld(held)), SETTLE_MS);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const track of this.stream.getTracks()) track.stop();
  }

  /** @returns what took it */
  async #apply(mode: 'continuous' | 'manual'): Promise<readonly HeldLook[]> {
    const modes = this.#track.getCapabilities() as LookModes;
    const able = LOOKS.filter((look) => modes[look]?.includes(mode));
    const took: HeldLook[] = [];
    for (const look of able) {
      const done = await this.#track
        .applyConstraints({ advanced: [{ [look]: mode } as MediaTrackConstraintSet] })
        .then(() => true)
        .catch(() => false);
      if (done) took.push(look);
    }
    return took;
  }
}

/** Chromium grabs the frame itself, hidden window or not; other browsers draw what a player shows. */
function grabber(stream: MediaStream, track: MediaStreamTrack): () => Promise<ImageBitmap> {
  const Capture = (globalThis as { ImageCapture?: new (track: MediaStreamTrack) => GrabbingCapture }).ImageCapture;
  if (Capture) {
    const capture = new Capture(track);
    return () => capture.grabFrame();
  }
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  const playing = video.play();
  return async () => {
    await playing;
    return createImageBitmap(video);
  };
}
