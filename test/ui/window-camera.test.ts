import { afterEach, expect, test, vi } from 'vitest';
import { WindowCamera } from '../../src/ui/camera/window-camera.ts';

/** A browser of one camera, as far as a window's camera asks it. */
function browserWith({ modes = {}, cause }: { readonly modes?: Record<string, string[]>; readonly cause?: string }) {
  const applied: string[] = [];
  const asked: MediaStreamConstraints[] = [];
  const stop = vi.fn<() => void>();
  const track = Object.assign(new EventTarget(), {
    getSettings: () => ({ deviceId: 'cam-1' }),
    getCapabilities: () => modes,
    applyConstraints: ({ advanced }: { advanced: Record<string, string>[] }) => {
      const [look, mode] = Object.entries(advanced[0]!)[0]!;
      if (look === 'focusMode' && mode === 'manual') return Promise.reject(new Error('not now'));
      applied.push(`${look} ${mode}`);
      return Promise.resolve();
    },
    stop,
  });
  const stream = { getVideoTracks: () => [track], getTracks: () => [track] };
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: (constraints: MediaStreamConstraints) => {
        asked.push(constraints);
        return cause === undefined ? Promise.resolve(stream) : Promise.reject(new DOMException('', cause));
      },
    },
  });
  vi.stubGlobal(
    'ImageCapture',
    class {
      grabFrame = () => Promise.reject(new Error('none'));
    },
  );
  return { applied, asked, track, stop };
}

async function opened(id: string | null = null, size: readonly [number, number] | null = null): Promise<WindowCamera> {
  const camera = await WindowCamera.open(id, size);
  if (typeof camera === 'string') throw new Error(camera);
  return camera;
}

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each([
  ['NotAllowedError', 'refused'],
  ['SecurityError', 'refused'],
  ['NotFoundError', 'none'],
  ['NotReadableError', 'busy'],
])('%s of the browser is said as %s', async (cause, said) => {
  browserWith({ cause });
  expect(await WindowCamera.open(null, null)).toBe(said);
});

test('a page that browsers give no camera to says so', async () => {
  vi.stubGlobal('navigator', {});
  expect(await WindowCamera.open(null, null)).toBe('unsafe');
});

test('asks for the size and the camera that were told, else for the largest of any', async () => {
  const { asked } = browserWith({});
  (await opened('cam-2', [1920, 1080])).close();
  (await opened()).close();
  expect(asked).toEqual([
    { audio: false, video: { width: { ideal: 1920 }, height: { ideal: 1080 }, deviceId: { ideal: 'cam-2' } } },
    { audio: false, video: { width: { ideal: 7680 }, height: { ideal: 4320 } } },
  ]);
});

test('holds what the camera can hold once it has settled, and says what took it; settling finds it anew', async () => {
  vi.useFakeTimers();
  const both = ['continuous', 'manual'];
  const { applied } = browserWith({ modes: { exposureMode: both, focusMode: both, whiteBalanceMode: ['continuous'] } });
  const camera = await opened();
  const held: (readonly string[])[] = [];
  camera.onHeld = (looks) => held.push(looks);
  await vi.advanceTimersByTimeAsync(2000);
  expect(applied).toEqual(['exposureMode continuous', 'whiteBalanceMode continuous', 'focusMode continuous']);
  expect(held).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  // The lens refused: it is not said to be held.
  expect(applied.slice(3)).toEqual(['exposureMode manual']);
  expect(held).toEqual([['exposureMode']]);
  await camera.settle();
  await vi.advanceTimersByTimeAsync(3000);
  expect(held).toEqual([['exposureMode'], ['exposureMode']]);
  camera.close();
});

test('tells when the camera is pulled out, and gives it back when it is closed', async () => {
  const { track, stop } = browserWith({});
  const camera = await opened();
  let ended = 0;
  camera.onEnded = () => (ended += 1);
  track.dispatchEvent(new Event('ended'));
  expect(ended).toBe(1);
  camera.close();
  expect(stop).toHaveBeenCalledTimes(1);
});
