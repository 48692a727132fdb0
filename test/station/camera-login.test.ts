import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { RealRooms } from '#station/real-rooms.node.ts';
import { temporaryDir } from './small-station.ts';

const SKIPPED = new Set((process.env['KERF_SKIP'] ?? '').split(','));

/** An RTSP server that asks everybody for a password, and remembers what it was told. */
async function nosyServer() {
  const told: string[] = [];
  let askedCount = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const text = String(data);
      askedCount += 1;
      told.push(...(/^Authorization: .*$/im.exec(text) ?? []));
      const n = /^CSeq: *(\d+)/im.exec(text)?.[1] ?? '1';
      socket.write(`RTSP/1.0 401 Unauthorized\r\nCSeq: ${n}\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/hides`;
  return {
    url,
    told,
    askedCount: () => askedCount,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

test.skipIf(SKIPPED.has('cameras'))("a camera's login is told to that camera alone", async () => {
  await using dir = await temporaryDir();
  await using own = await nosyServer();
  await using other = await nosyServer();
  const bench = new RealRooms({
    ...{ packDir: dir.path, grading: LEATHER_GRADING, mmPerPx: 1 },
    ...{ login: { user: 'ann', password: 'secret' }, loginFor: own.url },
  });
  for (const { url, askedCount } of [own, other]) {
    const stop = new AbortController();
    const { signal } = stop;
    const scanned = bench.acquireScan({ source: url, dir: `${dir.path}/scan`, signal, onProgress() {} });
    const refused = expect(scanned).rejects.toThrow();
    await expect.poll(askedCount, { timeout: 20_000 }).toBeGreaterThan(0);
    // With a login the second request brings it.
    await sleep(1000);
    stop.abort();
    await refused;
  }
  expect(own.told).toContain(`Authorization: Basic ${Buffer.from('ann:secret').toString('base64')}`);
  expect(other.told).toEqual([]);
  await bench.close();
});
