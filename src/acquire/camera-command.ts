import type { SourceAddress } from './source-address.ts';

/** A program that writes pictures to its standard output, one binary PPM (P6) after another: each says its own size. */
export interface CameraCommand {
  readonly program: 'ffmpeg' | 'gst-launch-1.0';
  readonly args: readonly string[];
  /** Written to its standard input, which then ends: what must not stand in the list of processes. */
  readonly input?: string;
}

export interface CameraLogin {
  readonly user: string;
  readonly password: string;
}

/** Pictures a second where nothing else is asked for: enough to tell a dead camera within a second, little to decode. */
const RATE = '5';

/** The programs to try for a camera, in turn until one gives a picture. */
export function cameraCommands(
  address: Extract<SourceAddress, { kind: 'v4l2' | 'rtsp' | 'genicam' }>,
  login?: CameraLogin,
): readonly CameraCommand[] {
  switch (address.kind) {
    case 'v4l2': {
      const { size, format, rate } = address.options;
      return [
        fromFfmpeg(
          [
            ...['-f', 'v4l2'],
            ...(size === undefined ? [] : ['-video_size', size]),
            ...(format === undefined ? [] : ['-input_format', format]),
            ...['-i', address.device],
          ],
          rate,
        ),
      ];
    }
    case 'rtsp':
      return [login === undefined ? fromFfmpeg([...RTSP, '-i', address.url]) : withLogin(address.url, login)];
    case 'genicam':
      // A camera with a colour filter gives its raw mosaic, one without grey or colour; which, only trying tells.
      return [['video/x-bayer', '!', 'bayer2rgb'], ['video/x-raw']].map((caps) => ({
        program: 'gst-launch-1.0',
        args: [
          '-q',
          'aravissrc',
          ...(address.name === '' ? [] : [`camera-name=${address.name}`]),
          ...['!', ...caps, '!', 'videorate', '!', `video/x-raw,framerate=${RATE}/1`],
          ...['!', 'videoconvert', '!', 'video/x-raw,format=RGB', '!', 'pnmenc', '!', 'fdsink'],
        ],
      }));
  }
}

/** TCP: a picture with lost packets is worse than a late one. */
const RTSP = ['-rtsp_transport', 'tcp', '-fflags', 'nobuffer', '-analyzeduration', '0'] as const;

/** FFmpeg with any input that it can read. */
export function fromFfmpeg(input: readonly string[], rate: string = RATE): CameraCommand {
  return {
    program: 'ffmpeg',
    args: ['-nostdin', '-hide_banner', '-loglevel', 'error', ...input, ...ffmpegOutput(rate)],
  };
}

function ffmpegOutput(rate: string): string[] {
  return ['-an', '-vf', `fps=${rate}`, '-f', 'image2pipe', '-codec:v', 'ppm', '-flush_packets', '1', 'pipe:1'];
}

/** The address with the login goes in as a list on standard input: arguments can be read by everybody on the machine. */
function withLogin(url: string, { user, password }: CameraLogin): CameraCommand {
  const full = url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
  // In the list a quote ends the text; encodeURIComponent leaves it alone.
  const quoted = full.replaceAll("'", '%27');
  return {
    program: 'ffmpeg',
    args: [
      ...['-hide_banner', '-loglevel', 'error', '-protocol_whitelist', 'pipe,rtsp,rtsps,tls,tcp,udp,rtp'],
      ...['-safe', '0', '-f', 'concat', '-i', 'pipe:0', ...ffmpegOutput(RATE)],
    ],
    input: `ffconcat version 1.0\nfile '${quoted}'\noption rtsp_transport tcp\n`,
  };
}
