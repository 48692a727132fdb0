import { expect, test } from 'vitest';
import { withSample } from '../../src/cli/sample-hide.ts';
import { smallRooms } from '../station/small-rooms.ts';

test('a scan of the sample waits until it is drawn, one of anything else does not; who gives it up waits no longer', async () => {
  const scanned: string[] = [];
  const drawn = Promise.withResolvers<void>();
  const inner = {
    ...smallRooms(),
    acquireScan: ({ source }: { readonly source: string }) => {
      scanned.push(source);
      return Promise.reject(new Error('enough'));
    },
  };
  const rooms = withSample(inner, 'sample/hide.png', drawn.promise);
  const told: string[] = [];
  const scan = (source: string, signal = new AbortController().signal) =>
    rooms
      .acquireScan({ source, dir: 'there', signal, onProgress: ({ what }) => void told.push(what) })
      .catch((cause: unknown) => (cause instanceof Error ? cause.name : cause));
  const early = scan('sample/hide.png');
  const givenUp = new AbortController();
  const other = scan('sample/hide.png', givenUp.signal);
  await scan('camera.png');
  expect(scanned).toEqual(['camera.png']);
  expect(told).toEqual(['waiting', 'waiting']);
  givenUp.abort();
  expect(await other).toBe('AbortError');
  drawn.resolve();
  await early;
  await scan('sample/hide.png');
  expect(scanned).toEqual(['camera.png', 'sample/hide.png', 'sample/hide.png']);
});
