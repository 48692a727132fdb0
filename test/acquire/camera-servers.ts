import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Whether the programs of this test stand here; where KERF_SKIP names "cameras" one line says that they are left out. */
export function hasCameraPrograms(): boolean {
  if ((process.env['KERF_SKIP'] ?? '').split(',').includes('cameras')) {
    console.log('KERF_SKIP names cameras: tests against FFmpeg, an RTSP server and Aravis are left out');
    return false;
  }
  return existsSync('/usr/bin/ffmpeg');
}

export interface ServedCamera {
  readonly child: ChildProcess;
  /** Ends it at once, as a cable that is pulled does. */
  stop(): Promise<void>;
}

/** A real RTSP server with one camera, `/table`; colour bars that stand still to the byte, or with a sensor's noise, 10
 *  pictures a second. */
export async function serveRtsp(
  port: number,
  login?: { user: string; password: string },
  { hasNoise = false } = {},
): Promise<ServedCamera> {
  const size = 'video/x-raw,format=I420,width=640,height=480,framerate=10/1';
  const bars = `videotestsrc is-live=true pattern=smpte75 ! ${size}`;
  const noise = `videotestsrc is-live=true pattern=snow ! ${size}`;
  const pictures = hasNoise ? `compositor name=c sink_1::alpha=0.04 ! ${size} ! jpegenc` : `${bars} ! jpegenc`;
  const more = hasNoise ? ` ${bars} ! c.sink_0 ${noise} ! c.sink_1` : '';
  const script = `import sys, gi
gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer, GLib
Gst.init(None)
port, user, password = sys.argv[1:4]
server = GstRtspServer.RTSPServer(); server.set_address('127.0.0.1'); server.set_service(port)
factory = GstRtspServer.RTSPMediaFactory(); factory.set_shared(True)
factory.set_launch('( ${pictures} ! rtpjpegpay name=pay0 pt=26${more} )')
if user:
    auth = GstRtspServer.RTSPAuth(); token = GstRtspServer.RTSPToken()
    token.set_string('media.factory.role', 'eye')
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token); server.set_auth(auth)
    allowed = GstRtspServer.RTSPPermissions()
    allowed.add_permission_for_role('eye', 'media.factory.access', True)
    allowed.add_permission_for_role('eye', 'media.factory.construct', True)
    factory.set_permissions(allowed)
server.get_mount_points().add_factory('/table', factory)
server.attach(None)
GLib.MainLoop().run()`;
  // Debian's own python: the bindings belong to it.
  return serve('/usr/bin/python3', ['-c', script, String(port), login?.user ?? '', login?.password ?? ''], port);
}

/** Aravis's fake GigE Vision camera, at 127.0.0.1. */
export async function serveGenicam(): Promise<ServedCamera> {
  const served = await serve('arv-fake-gv-camera-0.8', ['-i', '127.0.0.1', '-s', 'GV01'], null);
  await wait(500);
  return served;
}

async function serve(program: string, args: string[], port: number | null): Promise<ServedCamera> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let isThere = port === null;
  for (let round = 0; round < 100 && !isThere && child.exitCode === null; round += 1) {
    await wait(50);
    isThere = await canConnect(port ?? 0);
  }
  if (!isThere) throw new Error(`${program} does not listen: ${said}`);
  return {
    child,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
