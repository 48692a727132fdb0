import { FEED_PORT } from '#domain/frame-feed.ts';
import { KerfError } from '#domain/kerf-error.ts';

/** Where pictures come from, as `kerf scan SOURCE` takes it. */
export type SourceAddress =
  | { readonly kind: 'path'; readonly path: string }
  /** `v4l2:/dev/video0?size=1920x1080&format=mjpeg&rate=5` */
  | { readonly kind: 'v4l2'; readonly device: string; readonly options: VideoOptions }
  /** `rtsp://HOST[:PORT]/PATH` or `rtsps://…`; the login comes apart. */
  | { readonly kind: 'rtsp'; readonly url: string }
  /** `genicam:NAME`, the name or address as Aravis knows it; `genicam:` alone: the first camera found. */
  | { readonly kind: 'genicam'; readonly name: string }
  /** `browser:[PORT][?size=1920x1080]`: a window on this machine gives the pictures of a camera of its browser. */
  | { readonly kind: 'browser'; readonly port: number; readonly size: readonly [number, number] | null };

export interface VideoOptions {
  readonly size?: string;
  readonly format?: string;
  readonly rate?: string;
}

/** What each option of `v4l2:` may hold: they become arguments of another program. */
const VIDEO_OPTIONS: Readonly<Record<keyof VideoOptions, RegExp>> = {
  size: /^\d{2,5}x\d{2,5}$/,
  format: /^[a-z0-9]{2,12}$/,
  rate: /^\d{1,3}(\.\d{1,3})?$/,
};

/** Lower ones belong to the system. */
const LEAST_PORT = 1024;

/** @throws KerfError ACQUIRE_SOURCE_REFUSED; a login in the address is refused, for addresses are shown and kept */
export function parseSource(text: string): SourceAddress {
  const scheme = /^([a-z0-9]+):/.exec(text)?.[1];
  switch (scheme) {
    case 'rtsp':
    case 'rtsps':
      if (/^rtsps?:\/\/[^\s@/?'\\]+(\/[^\s@'\\]*)?$/.test(text)) return { kind: 'rtsp', url: text };
      throw refused(
        withoutLogin(text),
        text.includes('@')
          ? 'no login in the address: name it by --user-from and --password-from'
          : 'rtsp://HOST[:PORT]/PATH',
      );
    case 'v4l2': {
      const [device = '', query = ''] = text.slice('v4l2:'.length).split('?');
      if (!/^\/dev\/[\w/.-]+$/.test(device)) throw refused(text, 'v4l2:/dev/videoN');
      return { kind: 'v4l2', device, options: videoOptions(text, query) };
    }
    case 'genicam': {
      const name = text.slice('genicam:'.length);
      if (!/^[\w.:()-]*$/.test(name)) throw refused(text, "genicam:NAME with the camera's name or address");
      return { kind: 'genicam', name };
    }
    case 'browser': {
      const found = /^browser:(?<port>\d{0,5})(?:\?size=(?<width>\d{2,5})x(?<height>\d{2,5}))?$/.exec(text)?.groups;
      const port = Number(found?.['port'] || FEED_PORT);
      if (!found || port < LEAST_PORT || port > 65_535)
        throw refused(text, `browser:[PORT][?size=1920x1080] with a port from ${LEAST_PORT} to 65535`);
      const { width, height } = found;
      return { kind: 'browser', port, size: width === undefined ? null : [Number(width), Number(height)] };
    }
    default:
      return { kind: 'path', path: text };
  }
}

/** Whether pictures of this source come from a running camera. */
export function isLiveSource(text: string): boolean {
  return /^(rtsps?|v4l2|genicam|browser):/.test(text);
}

/** Port at 127.0.0.1 where a window gives the pictures of a source; null where it is no browser's camera. */
export function feedPort(text: string): number | null {
  const address = parseSource(text);
  return address.kind === 'browser' ? address.port : null;
}

/** What a person does to give a browser's camera. */
export function openFeedPage(port: number): string {
  return `open http://127.0.0.1:${port}/ in a browser on this machine and allow the camera`;
}

function videoOptions(text: string, query: string): VideoOptions {
  const options: Record<string, string> = {};
  for (const part of query.split('&').filter((p) => p !== '')) {
    const [name = '', value = ''] = part.split('=');
    const allowed = Object.entries(VIDEO_OPTIONS).find(([known]) => known === name)?.[1];
    if (!allowed?.test(value)) throw refused(text, 'size=1920x1080, format=mjpeg and rate=5 as options');
    options[name] = value;
  }
  return options;
}

function withoutLogin(text: string): string {
  return text.replace(/\/\/[^@]*@/, '//…@');
}

function refused(found: string, expected: string): KerfError {
  return new KerfError('ACQUIRE_SOURCE_REFUSED', `Source: found ${JSON.stringify(found)}, expected ${expected}.`, {
    details: { source: found },
  });
}
