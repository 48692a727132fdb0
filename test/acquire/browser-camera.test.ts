import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { BrowserCamera } from '#acquire/browser-camera.node.ts';
import { parseSource, feedPort, isLiveSource } from '#acquire/source-address.ts';
import { watchCamera } from '#acquire/watch-camera.node.ts';
import { takeStill } from '#acquire/take-still.node.ts';
import { FEED_CLOSED, FEED_PATH, FEED_READY, FEED_WITHOUT_CAMERA, feedQuestion } from '#domain/frame-feed.ts';
import { freePort } from '../station/free-port.ts';
import { untilHealth } from './until-health.ts';

const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
const SIZE = { width: 320, height: 240 };

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-browser-camera-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(join(dir, 'camera.html'), '<p>camera</p>');
  await writeFile(join(dir, 'index.html'), '<p>station</p>');
  await writeFile(join(dir, 'assets', 'page-1.js'), 'start();');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function camera(size: readonly [number, number] | null = null) {
  const port = await freePort();
  const opened = new BrowserCamera({ name: `browser:${port}`, port, size, clock, uiDir: dir });
  opened.start();
  await untilListening(port);
  return { opened, port, [Symbol.asyncDispose]: () => opened.close() };
}

async function untilListening(port: number): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) return;
    await wait(10);
  }
  throw new Error('the camera does not listen');
}

/** A JPEG of bars with noise of its own, as no sensor gives the same picture twice. */
async function bars(seed: number): Promise<Buffer> {
  const rgb = Buffer.alloc(3 * SIZE.width * SIZE.height);
  for (let i = 0; i < rgb.length; i += 1)
    rgb[i] = (Math.floor((i / 3 / 40) % 2) === 0 ? 60 : 200) + ((i * 7 + seed * 13) % 5);
  return sharp(rgb, { raw: { ...SIZE, channels: 3 } })
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

interface WindowOptions {
  readonly headers?: Record<string, string>;
  readonly isReady?: boolean;
  readonly answer?: (nth: number) => Promise<Buffer> | Buffer | null;
}

/** A window as the page's own code is one: ready after the hello, a picture for each question. */
function openWindow(port: number, { headers, isReady = true, answer = bars }: WindowOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${FEED_PATH}`, { headers: headers ?? {} });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  const hello = new Promise<unknown>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      const question = feedQuestion.parse(JSON.parse(bytes.toString()));
      if (question.kind === 'hello') {
        if (isReady) socket.send(FEED_READY);
        resolve(question.size);
        return;
      }
      asked += 1;
      void Promise.resolve(answer(asked)).then((picture) => picture && socket.send(picture));
    });
  });
  let asked = 0;
  socket.on('error', () => undefined);
  return { socket, closed, hello, askedCount: () => asked };
}

test('an address names a port and a size, or is refused with what is meant', () => {
  expect(parseSource('browser:')).toEqual({ kind: 'browser', port: 8482, size: null });
  expect(parseSource('browser:9000?size=1920x1080')).toEqual({ kind: 'browser', port: 9000, size: [1920, 1080] });
  expect(isLiveSource('browser:')).toBe(true);
  expect([feedPort('browser:9000'), feedPort('hide.png')]).toEqual([9000, null]);
  for (const bad of [
    'browser:80',
    'browser:70000',
    'browser:x',
    'browser:9000?size=big',
    'browser:9000 ',
    'browser:123456',
  ])
    expect(() => parseSource(bad), bad).toThrow(/browser:\[PORT\]/);
});

test('asks a window for one picture after another, at most some each second, and is well', async () => {
  await using it = await camera([640, 480]);
  const window = openWindow(it.port);
  expect(await window.hello).toEqual([640, 480]);
  const first = await it.opened.next();
  expect(first).toMatchObject({ sequence: 0, widthPx: 320, heightPx: 240, name: it.opened.name });
  // Quality 100 is within some levels of what was drawn.
  const { pixels } = first!;
  expect(pixels.kind === 'rgb' && Math.abs(pixels.rgb[3 * 60]! - 202)).toBeLessThan(8);
  const start = performance.now();
  const second = await it.opened.next();
  expect(second!.sequence).toBe(1);
  expect((await it.opened.next())!.sequence).toBe(2);
  expect(performance.now() - start).toBeGreaterThan(350);
  expect(it.opened.health()).toMatchObject({ troubles: [], isStarting: false });
  window.socket.close();
});

test('a still is taken of it as of any camera', async () => {
  await using it = await camera();
  const window = openWindow(it.port);
  expect(await takeStill(it.opened)).toMatchObject({ widthPx: 320, heightPx: 240 });
  window.socket.close();
});

test('one window gives the pictures; another takes its place when it goes, without an alarm', async () => {
  await using it = await camera();
  const first = openWindow(it.port);
  await it.opened.next();
  expect(await openWindow(it.port).closed).toBe(FEED_CLOSED.taken);
  first.socket.close();
  await first.closed;
  const third = openWindow(it.port);
  const { sequence } = (await it.opened.next())!;
  expect((await it.opened.next())!.sequence).toBe(sequence + 1);
  expect(it.opened.health().troubles).toEqual([]);
  third.socket.close();
});

test('a window whose person has not answered yet is not asked, and holds no place', async () => {
  await using it = await camera();
  const waiting = openWindow(it.port, { isReady: false });
  await waiting.hello;
  const quick = openWindow(it.port);
  await it.opened.next();
  expect(waiting.askedCount()).toBe(0);
  waiting.socket.send(FEED_READY);
  expect(await waiting.closed).toBe(FEED_CLOSED.taken);
  quick.socket.close();
});

test('is lost within two seconds when its window goes, says what to open, and is well again with the next', async () => {
  await using it = await camera();
  const window = openWindow(it.port);
  await it.opened.next();
  window.socket.terminate();
  expect(await untilHealth(it.opened, (codes) => codes[0] === 'ACQUIRE_CAMERA_LOST', 3000)).toBeLessThan(2000);
  expect(it.opened.health().reason).toContain(`http://127.0.0.1:${it.port}/`);
  const next = openWindow(it.port);
  await untilHealth(it.opened, (codes) => codes.length === 0, 2000);
  next.socket.close();
});

test('a window that owes a picture is stale within two seconds', async () => {
  await using it = await camera();
  const window = openWindow(it.port, { answer: (nth) => (nth === 1 ? bars(1) : null) });
  await it.opened.next();
  expect(await untilHealth(it.opened, (codes) => codes[0] === 'ACQUIRE_CAMERA_STALE', 3000)).toBeLessThan(2000);
  window.socket.close();
});

test.each([
  ['bytes that are none', () => Buffer.from('no picture at all')],
  ['half a JPEG', async () => (await bars(1)).subarray(0, 900)],
  [
    'a PNG',
    () =>
      sharp({ create: { ...SIZE, channels: 3, background: '#888' } })
        .png()
        .toBuffer(),
  ],
  [
    'more pixels than any browser gives',
    () =>
      sharp({ create: { width: 8000, height: 4400, channels: 3, background: '#888' } })
        .jpeg()
        .toBuffer(),
  ],
])('%s in the place of a picture end that window, and the reason is kept', async (_name, make) => {
  // Made before it is asked for: a window that owes it for long is taken for one that hangs.
  const bad = await make();
  await using it = await camera();
  const window = openWindow(it.port, { answer: () => bad });
  expect(await window.closed).toBe(FEED_CLOSED.notAPicture);
  await untilHealth(it.opened, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 3000);
  expect(it.opened.health().reason).toMatch(/no JPEG picture/);
});

test.each([
  ['before it gave any', true],
  ['while it gave them', false],
])('a window whose camera is refused or gone says so, %s, and the health says it on', async (_name, isFirst) => {
  await using it = await camera();
  const window = openWindow(it.port, { isReady: !isFirst });
  if (isFirst) await window.hello;
  else await it.opened.next();
  window.socket.close(FEED_WITHOUT_CAMERA, isFirst ? 'refused' : 'none');
  await window.closed;
  if (isFirst) {
    // Ten seconds are a person's; a window that came and went tells it sooner.
    const other = openWindow(it.port);
    await it.opened.next();
    other.socket.close(FEED_WITHOUT_CAMERA, 'refused');
  }
  await untilHealth(it.opened, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 3000);
  expect(it.opened.health().reason).toContain(isFirst ? 'may not use the camera' : 'finds no camera');
});

test('a camera that is lost already, for want of a window, says that the next one was refused', async () => {
  await using it = await camera();
  const window = openWindow(it.port);
  await it.opened.next();
  window.socket.close();
  await untilHealth(it.opened, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 3000);
  expect(it.opened.health().reason).not.toContain('may not use the camera');
  const other = openWindow(it.port, { isReady: false });
  await other.hello;
  other.socket.close(FEED_WITHOUT_CAMERA, 'refused');
  await other.closed;
  await vi.waitFor(() => expect(it.opened.health().reason).toContain('may not use the camera'));
  expect(it.opened.health().troubles).toContain('ACQUIRE_CAMERA_LOST');
});

test('who watches a camera hears another reason for the same trouble', async () => {
  const port = await freePort();
  const heard: string[] = [];
  const watch = watchCamera({ source: `browser:${port}` }, ({ troubles, reason }) => {
    if (troubles.includes('ACQUIRE_CAMERA_LOST')) heard.push(reason);
  });
  try {
    await untilListening(port);
    const window = openWindow(port);
    await watch.glance();
    window.socket.close();
    await vi.waitFor(() => expect(heard).toHaveLength(1), 5000);
    const other = openWindow(port, { isReady: false });
    await other.hello;
    other.socket.close(FEED_WITHOUT_CAMERA, 'refused');
    await vi.waitFor(() => expect(heard[1]).toContain('may not use the camera'), 10_000);
    expect(heard).toHaveLength(2);
  } finally {
    await watch.close();
  }
});

test('a picture that was not asked for ends the window that sent it', async () => {
  await using it = await camera();
  const window = openWindow(it.port, { answer: () => null });
  await window.hello;
  await wait(100);
  window.socket.send(await bars(1));
  window.socket.send(await bars(2));
  expect(await window.closed).toBe(FEED_CLOSED.notAPicture);
  const early = openWindow(it.port, { isReady: false });
  await early.hello;
  early.socket.send(await bars(1));
  expect(await early.closed).toBe(FEED_CLOSED.notAPicture);
});

test.each([
  ['a page of another site', { origin: 'http://evil.example' }],
  ['a name that was made to resolve here', { host: 'evil.example:8482' }],
  ['an origin that is none', { origin: 'null' }],
])('%s is turned away', async (_name, headers) => {
  await using it = await camera();
  const window = openWindow(it.port, { headers });
  expect(await window.closed).toBe(1006);
  expect(it.opened.health().frameCount).toBe(0);
  const asked = await fetch(`http://127.0.0.1:${it.port}/`);
  expect(asked.status).toBe(200);
});

test("serves the camera's page and its assets, and nothing else", async () => {
  await using it = await camera();
  const ask = (path: string) => fetch(`http://127.0.0.1:${it.port}${path}`);
  const page = await ask('/');
  expect(await page.text()).toBe('<p>camera</p>');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  const script = await ask('/assets/page-1.js');
  expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  for (const path of [
    '/index.html',
    '/assets/../index.html',
    '/assets/..%2Findex.html',
    '/assets/',
    '/x',
    '/assets/no.js',
  ])
    expect((await ask(path)).status, path).toBe(404);
  const response = await fetch(`http://127.0.0.1:${it.port}/`, { method: 'POST' });
  expect(response.status).toBe(404);
});

test('a port that is in use is named, and taken as soon as it is free', async () => {
  const port = await freePort();
  const other: Server = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  await using it = new BrowserCamera({ name: 'browser:', port, size: null, clock, uiDir: dir });
  it.start();
  await untilHealth(it, (codes) => codes.includes('ACQUIRE_CAMERA_LOST'), 2000);
  expect(it.health().reason).toContain(`port ${port} is in use`);
  await new Promise((resolve) => other.close(resolve));
  await wait(2200);
  const window = openWindow(port);
  expect(await it.next()).toMatchObject({ sequence: 0 });
  expect(it.health().troubles).toEqual([]);
  window.socket.close();
});

test('closes while a window gives pictures, and leaves no port behind', async () => {
  const it = await camera();
  const window = openWindow(it.port);
  await it.opened.next();
  await it.opened.close();
  await it.opened.close();
  await window.closed;
  const again = createServer().listen(it.port, '127.0.0.1');
  await once(again, 'listening');
  again.close();
  expect(await untilNull(it.opened)).toBeNull();
});

test('a camera that is closed as soon as it was started leaves no port behind either', async () => {
  const port = await freePort();
  const it = new BrowserCamera({ name: 'browser:', port, size: null, clock, uiDir: dir });
  it.start();
  await it.close();
  await wait(50);
  const again = createServer().listen(port, '127.0.0.1');
  await once(again, 'listening');
  again.close();
});

async function untilNull(opened: BrowserCamera) {
  for (;;) {
    const frame = await opened.next();
    if (!frame) return null;
  }
}
