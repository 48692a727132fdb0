import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cameraCommands, fromFfmpeg, type CameraCommand } from '#acquire/camera-command.ts';
import { ENCODED_FROZEN_MS, HEALTH_LIMITS } from '#acquire/camera-health.ts';
import { ChildCamera } from '#acquire/child-camera.node.ts';
import { openCamera } from '#acquire/open-camera.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { takeStill } from '#acquire/take-still.node.ts';
import { freePort } from '../station/free-port.ts';
import { hasCameraPrograms, serveGenicam, serveRtsp } from './camera-servers.ts';
import { untilHealth } from './until-health.ts';

const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
const isHere = hasCameraPrograms();

/** The code path of V4L2 with a drawn picture in the place of the device. */
function drawn(filter: string): CameraCommand {
  return fromFfmpeg(['-re', '-f', 'lavfi', '-i', filter], '10');
}
const BARS = 'smptebars=size=640x480:rate=10,noise=alls=6:allf=t';

function cameraOf(...commands: CameraCommand[]): ChildCamera {
  return new ChildCamera({ name: 'drawn', commands, clock });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Numbers of the programs that this process started. */
function childrenOf(program: string): number[] {
  const listed = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid=,comm=']).toString();
  return listed
    .split('\n')
    .filter((line) => line.includes(program))
    .map((line) => Number.parseInt(line, 10));
}

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-cameras-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.runIf(isHere)('a camera behind FFmpeg', () => {
  test('gives pictures with time and number, holds two at most, and leaves no program behind', async () => {
    const camera = cameraOf(drawn(BARS));
    camera.start();
    const first = await camera.next();
    expect(first).toMatchObject({ sequence: 0, widthPx: 640, heightPx: 480, name: 'drawn' });
    await wait(800);
    const second = await camera.next();
    const third = await camera.next();
    // Nobody took them, so old ones were let go; the two newest were kept, in order.
    expect(second!.sequence).toBeGreaterThan(2);
    expect(third!.sequence).toBe(second!.sequence + 1);
    expect(second!.atMs).toBeGreaterThan(first!.atMs);
    expect(camera.health()).toMatchObject({ troubles: [], isStarting: false });
    expect(camera.health().droppedCount).toBe(second!.sequence - 1);
    const [pid] = childrenOf('ffmpeg');
    await camera.close();
    await camera.close();
    expect(isRunning(pid!)).toBe(false);
    expect(await camera.next()).toBeNull();
  });

  test('whose program dies is lost at once, is started again, and is well then', async () => {
    await using camera = cameraOf(drawn(BARS));
    camera.start();
    await camera.next();
    process.kill(childrenOf('ffmpeg')[0]!, 'SIGKILL');
    expect(await untilHealth(camera, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 2000)).toBeLessThan(2000);
    expect(camera.health().reason).toContain('ffmpeg ended (killed)');
    await untilHealth(camera, (codes) => codes.length === 0, 8000);
    expect(camera.health().restartCount).toBe(1);
  });

  test('whose program hangs is stale within two seconds', async () => {
    await using camera = cameraOf(drawn(BARS));
    camera.start();
    await camera.next();
    const [pid] = childrenOf('ffmpeg');
    process.kill(pid!, 'SIGSTOP');
    expect(await untilHealth(camera, (codes) => codes[0] === 'ACQUIRE_CAMERA_STALE', 2500)).toBeLessThan(2000);
    process.kill(pid!, 'SIGCONT');
    await untilHealth(camera, (codes) => codes.length === 0, 4000);
  });

  test.each([
    ['FROZEN', 'smptebars=size=320x240:rate=10'],
    ['DARK', 'color=c=0x0a0a0a:size=320x240:rate=10,noise=alls=6:allf=t'],
    ['OVEREXPOSED', 'color=c=white:size=320x240:rate=10,drawbox=w=60:h=60:color=gray:t=fill,noise=alls=6:allf=t'],
    ['BLURRED', 'smptebars=size=640x480:rate=10,gblur=sigma=9,noise=alls=2:allf=t'],
  ])('is %s within two seconds of its first picture, and says only that', async (code, filter) => {
    await using camera = cameraOf(drawn(filter));
    camera.start();
    await camera.next();
    expect(await untilHealth(camera, (codes) => codes.length > 0, 3000)).toBeLessThan(2000);
    await wait(300);
    expect(camera.health().troubles).toEqual([`ACQUIRE_CAMERA_${code}`]);
  });

  test('that is sharp, lit and alive says nothing for three seconds', async () => {
    await using camera = cameraOf(drawn(BARS));
    camera.start();
    await camera.next();
    await wait(3000);
    expect(camera.health().troubles).toEqual([]);
  });

  test('that is not there is named by what its program says', async () => {
    const [command] = cameraCommands({ kind: 'v4l2', device: '/dev/video99', options: {} });
    await using camera = cameraOf(command!);
    camera.start();
    await untilHealth(camera, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 3000);
    expect(camera.health().reason).toMatch(/video99.*No such file/);
  });

  test('is tried another way when the first gives nothing, without an alarm', async () => {
    await using camera = cameraOf(fromFfmpeg(['-f', 'lavfi', '-i', 'nosuchfilter']), drawn(BARS));
    camera.start();
    expect((await camera.next())!.sequence).toBe(0);
    expect(camera.health()).toMatchObject({ troubles: [], restartCount: 1 });
  });

  test('is left at once by the signal', async () => {
    await using camera = cameraOf(drawn(BARS));
    await expect(camera.next({ signal: AbortSignal.timeout(50) })).rejects.toThrow('timeout');
  });
});

test('a program that is not installed is named with the command that installs it', async () => {
  await using camera = cameraOf({ program: 'no-such-ffmpeg' as 'ffmpeg', args: [] });
  camera.start();
  await untilHealth(camera, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 2000);
  expect(camera.health().reason).toContain('no-such-ffmpeg is not installed');
});

describe.runIf(isHere)('a still', () => {
  const moving = 'testsrc2=size=320x240:rate=10';

  test('is taken when nothing has moved for three pictures', async () => {
    await using camera = cameraOf(
      drawn(`${moving}:duration=1[a];smptebars=size=320x240:rate=10[b];[a][b]concat=n=2,noise=alls=3:allf=t`),
    );
    const still = await takeStill(camera);
    expect(still.sequence).toBeGreaterThan(10);
    expect(still.sequence).toBeLessThan(16);
  });

  test.each([
    ['FROZEN', 'smptebars=size=320x240:rate=10'],
    ['DARK', 'color=c=0x0a0a0a:size=320x240:rate=10,noise=alls=6:allf=t'],
  ])('is refused of a camera that is %s', async (trouble, filter) => {
    await using camera = cameraOf(fromFfmpeg(['-f', 'lavfi', '-i', filter]));
    await expect(takeStill(camera)).rejects.toMatchObject({ code: `ACQUIRE_CAMERA_${trouble}`, fault: 'device' });
  });

  test('of a slow camera waits for pictures of its own, not for those that are repeated on their way', async () => {
    // Two pictures a second, each repeated five times; in the first two something moves.
    const slow = '[a][b]concat=n=2,noise=alls=3:allf=t,fps=2,fps=10';
    const source = `color=c=gray:size=320x240:rate=10:duration=1,drawbox=w=80:h=80:color=white:t=fill[a];color=c=gray:size=320x240:rate=10[b];${slow}`;
    await using camera = cameraOf(drawn(source));
    const still = await takeStill(camera);
    expect(still.sequence).toBeGreaterThanOrEqual(18);
    expect(still.pixels.kind === 'rgb' && still.pixels.rgb[3 * (40 * 320 + 40)]!).toBeLessThan(180);
  });

  test('is refused when something always moves', async () => {
    await using camera = cameraOf(fromFfmpeg(['-f', 'lavfi', '-i', moving]));
    await expect(takeStill(camera)).rejects.toMatchObject({ code: 'ACQUIRE_CAMERA_UNSTEADY', fault: 'device' });
  });
});

describe.runIf(isHere)('a compressed stream', () => {
  const LIMITS = { frozenMs: ENCODED_FROZEN_MS };

  /** H.264 with a key frame every 2 s, between which its encoder leaves out what hardly changes. */
  function encoded(name: string, filter: string, pace: readonly string[] = ['-re']): CameraCommand {
    const path = join(dir, `${name}.mp4`);
    const source = ['-f', 'lavfi', '-i', filter, '-t', '20', '-pix_fmt', 'yuv420p', '-c:v', 'libx264'];
    const skipping = ['-preset', 'ultrafast', '-tune', 'zerolatency', '-qp', '36', '-g', '20'];
    execFileSync('ffmpeg', ['-nostdin', '-loglevel', 'error', '-y', ...source, ...skipping, path]);
    return fromFfmpeg([...pace, '-i', path], '10');
  }
  const calm = () => encoded('calm', 'smptebars=size=320x240:rate=10,noise=alls=3:allf=t');

  test('of a calm table repeats its pictures up to the next key frame, and is not frozen', async () => {
    await using sensor = cameraOf(calm());
    await using camera = new ChildCamera({ name: 'calm', commands: [calm()], clock, limits: LIMITS });
    sensor.start();
    camera.start();
    await untilHealth(sensor, (codes) => codes.includes('ACQUIRE_CAMERA_FROZEN'), 4000);
    const still = await takeStill(camera);
    // Three different pictures: the first of the third group at the earliest.
    expect(still.sequence).toBeGreaterThanOrEqual(40);
    expect(camera.health().troubles).toEqual([]);
  });

  test('that shows the same over two key frames and more is frozen, and no still is taken of it', async () => {
    const frozen = (pace: readonly string[]) => {
      const command = encoded('frozen', 'smptebars=size=320x240:rate=10', pace);
      return new ChildCamera({ name: 'frozen', commands: [command], clock, limits: LIMITS });
    };
    await using camera = frozen(['-re']);
    camera.start();
    await camera.next();
    const frozenMs = await untilHealth(camera, (codes) => codes.includes('ACQUIRE_CAMERA_FROZEN'), 8000);
    expect(frozenMs).toBeGreaterThan(ENCODED_FROZEN_MS - 500);
    await using hurried = frozen(['-stream_loop', '-1']);
    await expect(takeStill(hurried)).rejects.toMatchObject({ code: 'ACQUIRE_CAMERA_FROZEN' });
  });

  test.each([
    ['rtsp://127.0.0.1:9/table', ENCODED_FROZEN_MS],
    ['v4l2:/dev/video0?format=h264', ENCODED_FROZEN_MS],
    ['v4l2:/dev/video0?format=mjpeg', HEALTH_LIMITS.frozenMs],
    ['v4l2:/dev/video0', HEALTH_LIMITS.frozenMs],
    ['genicam:', HEALTH_LIMITS.frozenMs],
  ])('is what %s gives, or is not', async (source, frozenMs) => {
    await using camera = await openCamera(source, { clock });
    expect(camera.frozenMs).toBe(frozenMs);
  });
});

describe.runIf(isHere)('an RTSP camera', () => {
  const isAway = (codes: readonly string[]) => codes.some((code) => /LOST|STALE/.test(code));
  const login = { user: 'eye', password: "p'w/ä secret" };

  test('is scanned with a login that nothing shows, is lost when its server goes, and comes back', async () => {
    const port = await freePort();
    const served = await serveRtsp(port, login, { hasNoise: true });
    const source = `rtsp://127.0.0.1:${port}/table`;
    try {
      const outDir = join(dir, 'rtsp');
      const scan = await acquireScan(source, { mmPerPx: 1, outDir, clock, login });
      expect(scan).toMatchObject({ widthPx: 640, heightPx: 480, source });
      await using camera = await openCamera(source, { clock, login });
      camera.start();
      await camera.next();
      const command = await readFile(`/proc/${childrenOf('ffmpeg')[0]}/cmdline`, 'utf8');
      expect(command).not.toMatch(/secret|eye/);
      await served.stop();
      expect(await untilHealth(camera, isAway, 3000)).toBeLessThan(2000);
      await untilHealth(camera, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 6000);
      expect(camera.health().reason).not.toMatch(/secret/);
      const again = await serveRtsp(port, login, { hasNoise: true });
      try {
        await untilHealth(camera, (codes) => !isAway(codes), 15_000);
      } finally {
        await again.stop();
      }
    } finally {
      await served.stop();
    }
  });

  test('with a wrong login is lost, and the reason says so', async () => {
    const port = await freePort();
    const served = await serveRtsp(port, login);
    try {
      const wrong = { ...login, password: 'guess' };
      await using camera = await openCamera(`rtsp://127.0.0.1:${port}/table`, { clock, login: wrong });
      camera.start();
      await untilHealth(camera, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 5000);
      expect(camera.health().reason).toContain('401');
    } finally {
      await served.stop();
    }
  });
});

describe.runIf(isHere)('a GenICam camera', () => {
  test('gives pictures through Aravis, and is lost when it goes', async () => {
    const served = await serveGenicam();
    try {
      await using camera = await openCamera('genicam:127.0.0.1', { clock });
      camera.start();
      const frame = await camera.next({ signal: AbortSignal.timeout(20_000) });
      expect(frame).toMatchObject({ widthPx: 512, heightPx: 512, name: 'genicam:127.0.0.1' });
      await served.stop();
      expect(await untilHealth(camera, (codes) => codes.length > 0, 3000)).toBeLessThan(2000);
    } finally {
      await served.stop();
    }
  });
});
