import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asDiskError } from '#acquire/disk-error.node.ts';
import { openScan } from '#acquire/open-scan.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { ramp, rampPicture, writePngClaim } from './picture-fixtures.ts';

const run = promisify(execFile);
const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-acquire-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('a picture becomes a scan', () => {
  test('with the very pixels of the file, its size, scale and hash', async () => {
    await rampPicture(700, 530).png().toFile(join(dir, 'ramp.png'));
    const outDir = join(dir, 'plain', 'scan');
    const scan = await acquireScan(join(dir, 'ramp.png'), { mmPerPx: 0.5, outDir, clock });
    expect(scan).toMatchObject({
      kerf: 1,
      image: 'scan.tif',
      widthPx: 700,
      heightPx: 530,
      mmPerPx: 0.5,
      toMm: [0.5, 0, 0, 0, -0.5, 265, 0, 0, 1],
      takenAt: '2026-01-02T03:04:05.000Z',
      source: 'ramp.png',
      calibration: null,
      flags: [],
    });
    expect(await readdir(outDir)).toEqual(['scan.json', 'scan.tif']);
    const opened = await openScan(outDir, { verify: true });
    expect(opened.scan).toEqual(scan);
    const whole = ramp(700, 530);
    const tile = await opened.tile(500, 300, 200, 230);
    for (const [u, v] of [
      [0, 0],
      [199, 229],
      [13, 100],
    ] as const) {
      const from = 3 * ((300 + v) * 700 + 500 + u);
      expect([...tile.subarray(3 * (v * 200 + u), 3 * (v * 200 + u) + 3)]).toEqual([...whole.subarray(from, from + 3)]);
    }
    const overview = await opened.overview(100);
    expect([overview.widthPx, overview.heightPx, overview.rgb.length]).toEqual([100, 76, 22800]);
    await expect(opened.tile(600, 0, 101, 10)).rejects.toMatchObject({ code: 'ACQUIRE_TILE_OUTSIDE' });
  });

  test.each([
    ['grey', (p: Sharp) => p.toColourspace('b-w').png(), ['grey']],
    ['alpha', (p: Sharp) => p.ensureAlpha(0).png(), ['flattened']],
    ['16 bit', (p: Sharp) => p.toColourspace('rgb16').png(), ['reduced']],
    ['cmyk', (p: Sharp) => p.toColourspace('cmyk').jpeg(), []],
    ['tiff', (p: Sharp) => p.tiff(), []],
    ['palette', (p: Sharp) => p.png({ palette: true }), []],
  ])('as three channels of 8 bit sRGB, from %s', async (name, make, flags) => {
    const path = join(dir, `from ${name}`);
    await writeFile(path, await make(rampPicture(80, 90)).toBuffer());
    const outDir = join(dir, `scan ${name}`);
    const scan = await acquireScan(path, { mmPerPx: 1, outDir, clock });
    const meta = await sharp(join(outDir, 'scan.tif')).metadata();
    expect(meta).toMatchObject({ width: 80, height: 90, channels: 3, depth: 'uchar', space: 'srgb' });
    expect(scan.flags.map((flag) => flag.kind)).toEqual(flags);
    const pixels = await (await openScan(outDir)).tile(0, 0, 80, 90);
    expect(pixels.length).toBe(80 * 90 * 3);
    if (name === 'alpha') expect(pixels.every((level) => level === 255)).toBe(true);
  });

  test('upright, as EXIF says', async () => {
    const path = join(dir, 'turned.jpg');
    await rampPicture(96, 64).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(path);
    const outDir = join(dir, 'turned');
    const scan = await acquireScan(path, { mmPerPx: 1, outDir, clock });
    expect([scan.widthPx, scan.heightPx]).toEqual([64, 96]);
    // Orientation 6: the file's first row is the right-hand column.
    const [red, green] = await (await openScan(outDir)).tile(63, 0, 1, 1);
    expect(red).toBeLessThan(24);
    expect(green).toBeLessThan(24);
  });

  test('in sRGB when the file has another profile', async () => {
    const path = join(dir, 'p3.png');
    const red = sharp({ create: { width: 64, height: 64, channels: 3, background: { r: 200, g: 40, b: 40 } } });
    await red.withIccProfile('p3').png().toFile(path);
    const raw = await sharp(path).metadata();
    expect(raw.icc).toBeDefined();
    const outDir = join(dir, 'p3');
    await acquireScan(path, { mmPerPx: 1, outDir, clock });
    const pixel = await (await openScan(outDir)).tile(3, 3, 1, 1);
    expect(Math.abs(pixel[0]! - 200)).toBeLessThanOrEqual(2);
    expect(Math.abs(pixel[1]! - 40)).toBeLessThanOrEqual(2);
  });

  test('in place of an older scan, which stays when the new one fails', async () => {
    const outDir = join(dir, 'again');
    await rampPicture(64, 64).png().toFile(join(dir, 'first.png'));
    await rampPicture(128, 64).png().toFile(join(dir, 'second.png'));
    await acquireScan(join(dir, 'first.png'), { mmPerPx: 1, outDir, clock });
    await writeFile(join(dir, 'broken.png'), (await readFile(join(dir, 'second.png'))).subarray(0, 900));
    await expect(acquireScan(join(dir, 'broken.png'), { mmPerPx: 1, outDir, clock })).rejects.toThrow(KerfError);
    expect((await openScan(outDir, { verify: true })).scan.widthPx).toBe(64);
    expect((await acquireScan(join(dir, 'second.png'), { mmPerPx: 1, outDir, clock })).widthPx).toBe(128);
    expect((await openScan(outDir, { verify: true })).scan.widthPx).toBe(128);
    expect(await readdir(outDir)).toEqual(['scan.json', 'scan.tif']);
  });
});

describe('what is no usable picture is refused, and nothing is left behind', () => {
  const cases: [string, (path: string) => Promise<unknown>, { mmPerPx?: number }, string, RegExp][] = [
    ['a missing file', async () => undefined, {}, 'ACQUIRE_NO_SUCH_FILE', /there is no such file.*check the path/],
    ['text named .jpg', (p) => writeFile(p, 'hello'), {}, 'ACQUIRE_NOT_A_PICTURE', /68 65 6c 6c.*JPEG, PNG or TIFF/],
    ['an empty file', (p) => writeFile(p, ''), {}, 'ACQUIRE_NOT_A_PICTURE', /an empty file/],
    ['an SVG', (p) => writeFile(p, '<svg xmlns="http://www.w3.org/2000/svg"/>'), {}, 'ACQUIRE_NOT_A_PICTURE', /JPEG/],
    [
      'a truncated JPEG',
      async (p) => writeFile(p, (await rampPicture(400, 400).jpeg().toBuffer()).subarray(0, 9000)),
      {},
      'ACQUIRE_PICTURE_BROKEN',
      /not complete.*copy it again/,
    ],
    [
      'a truncated PNG',
      async (p) => writeFile(p, (await rampPicture(400, 400).png().toBuffer()).subarray(0, 3000)),
      {},
      'ACQUIRE_PICTURE_BROKEN',
      /not complete/,
    ],
    [
      'a truncated TIFF',
      async (p) => writeFile(p, (await rampPicture(400, 400).tiff().toBuffer()).subarray(0, 3000)),
      {},
      'ACQUIRE_PICTURE_BROKEN',
      /not complete/,
    ],
    ['a header alone', (p) => writeFile(p, Buffer.from('ffd8ffe0', 'hex')), {}, 'ACQUIRE_PICTURE_BROKEN', /damaged/],
    [
      'a picture of 1 x 1',
      (p) => rampPicture(1, 1).png().toFile(p),
      {},
      'ACQUIRE_PICTURE_TOO_SMALL',
      /1 x 1 px.*at least 64/,
    ],
    [
      'a claim of 3 gigapixels',
      (p) => writePngClaim(p, 60_000, 50_000),
      {},
      'ACQUIRE_PICTURE_TOO_LARGE',
      /3000 megapixels; at most 200/,
    ],
    ['no scale', (p) => rampPicture(64, 64).png().toFile(p), {}, 'ACQUIRE_SCALE_MISSING', /--mm-per-px/],
    [
      'a scale of 0',
      (p) => rampPicture(64, 64).png().toFile(p),
      { mmPerPx: 0 },
      'ACQUIRE_SCALE_INVALID',
      /is 0; expected/,
    ],
    ['a scale below 0', (p) => rampPicture(64, 64).png().toFile(p), { mmPerPx: -1 }, 'ACQUIRE_SCALE_INVALID', /is -1/],
    ['a scale of NaN', (p) => rampPicture(64, 64).png().toFile(p), { mmPerPx: NaN }, 'ACQUIRE_SCALE_INVALID', /is NaN/],
    [
      'a hide of 40 m',
      (p) => rampPicture(400, 64).png().toFile(p),
      { mmPerPx: 100 },
      'ACQUIRE_EXTENT_ABSURD',
      /40 m long.*at most 20 m/,
    ],
  ];

  test.each(cases)('%s', async (name, make, scale, code, message) => {
    const path = join(dir, `${name}.jpg`);
    await make(path);
    const outDir = join(dir, `out ${name}`);
    const given = code.startsWith('ACQUIRE_SCALE') || code.startsWith('ACQUIRE_EXTENT') ? scale : { mmPerPx: 1 };
    const error: unknown = await acquireScan(path, { ...given, outDir, clock }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KerfError);
    expect(error).toMatchObject({ code, fault: 'input' });
    expect((error as KerfError).message).toMatch(message);
    await expect(readdir(outDir)).rejects.toThrow('ENOENT');
  });

  test('a claim of 3 gigapixels within a second and without its memory', async () => {
    const path = join(dir, 'claim.png');
    await writePngClaim(path, 60_000, 50_000);
    const before = process.memoryUsage().rss;
    await acquireScan(path, { mmPerPx: 1, outDir: join(dir, 'claim'), clock }).catch(() => undefined);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('an aborted scan', async () => {
    const path = join(dir, 'aborted.png');
    await rampPicture(64, 64).png().toFile(path);
    const outDir = join(dir, 'aborted');
    const stop = new AbortController();
    const scan = acquireScan(path, { mmPerPx: 1, outDir, clock, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(scan).rejects.toThrow('abort');
    await expect(readdir(outDir)).rejects.toThrow('ENOENT');
  });
});

describe('a disk that fails', () => {
  test.each([
    ['ENOSPC: no space left on device, write', 'ACQUIRE_DISK_FULL'],
    [
      'scan.tif: unable to write to file\nwbuffer_write: write failed\nunix error: No space left on device',
      'ACQUIRE_DISK_FULL',
    ],
    ['EACCES: permission denied, mkdir', 'ACQUIRE_CANNOT_WRITE'],
  ])('says "%s": a fault of the device', (message, code) => {
    expect(asDiskError('scans', new Error(message))).toMatchObject({ code, fault: 'device' });
  });

  test('that is really full refuses the scan and keeps nothing of it', async ({ skip }) => {
    const small = join(dir, 'small disk');
    await mkdir(small);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', small]).then(
      () => true,
      () => false,
    );
    if (!mounted) skip('a small disk can only be mounted by root');
    try {
      const path = join(dir, 'large.png');
      await rampPicture(1200, 1200).png().toFile(path);
      const error: unknown = await acquireScan(path, { mmPerPx: 1, outDir: join(small, 'scan'), clock }).catch(
        (e: unknown) => e,
      );
      expect(error).toMatchObject({ code: 'ACQUIRE_DISK_FULL', fault: 'device' });
      expect((error as KerfError).message).toMatch(/is full.*Free some space/);
      expect(await readdir(small)).toEqual([]);
    } finally {
      await run('umount', [small]);
    }
  });

  test('leaves errors that it does not know alone', () => {
    expect(asDiskError('scans', new Error('something else'))).toBeNull();
  });

  test('as an output folder that is a file is refused by name', async () => {
    const path = join(dir, 'plain.png');
    await rampPicture(64, 64).png().toFile(path);
    await writeFile(join(dir, 'a file'), '');
    const scan = acquireScan(path, { mmPerPx: 1, outDir: join(dir, 'a file', 'scan'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_CANNOT_WRITE', fault: 'device' });
  });
});

describe('a watched folder', () => {
  const folder = { pollMs: 20, settleMs: 120 };

  test('gives the next picture once it has stopped growing, not one that was there', async () => {
    const watched = join(dir, 'watched');
    await mkdir(watched);
    await rampPicture(64, 64).png().toFile(join(watched, 'old.png'));
    const bytes = await rampPicture(300, 200).png().toBuffer();
    const scanning = acquireScan(watched, { mmPerPx: 1, outDir: join(dir, 'watched scan'), clock, folder });
    await wait(60);
    await writeFile(join(watched, '.hidden.png'), bytes);
    await writeFile(join(watched, 'note.txt'), 'no picture');
    for (let part = 0; part < 5; part += 1) {
      await writeFile(
        join(watched, 'new.png'),
        bytes.subarray(Math.floor((bytes.length * part) / 5), Math.floor((bytes.length * (part + 1)) / 5)),
        { flag: 'a' },
      );
      await wait(60);
    }
    expect(await scanning).toMatchObject({ source: 'new.png', widthPx: 300, heightPx: 200 });
  });

  test('can be left by the signal', async () => {
    const watched = join(dir, 'left');
    await mkdir(watched);
    const signal = AbortSignal.timeout(80);
    const scanning = acquireScan(watched, { mmPerPx: 1, outDir: join(dir, 'left scan'), clock, folder, signal });
    await expect(scanning).rejects.toThrow('timeout');
  });

  test('that disappears is a fault of the device', async () => {
    const watched = join(dir, 'gone');
    await mkdir(watched);
    const scanning = acquireScan(watched, { mmPerPx: 1, outDir: join(dir, 'gone scan'), clock, folder });
    await wait(50);
    await rm(watched, { recursive: true });
    await expect(scanning).rejects.toMatchObject({ code: 'ACQUIRE_FOLDER_LOST', fault: 'device' });
  });
});

test('a scan folder whose picture was exchanged is refused', async () => {
  const path = join(dir, 'exchange.png');
  await rampPicture(64, 64).png().toFile(path);
  const outDir = join(dir, 'exchange');
  await acquireScan(path, { mmPerPx: 1, outDir, clock });
  await rampPicture(64, 64).negate().tiff().toFile(join(outDir, 'scan.tif'));
  await expect(openScan(outDir, { verify: true })).rejects.toMatchObject({ code: 'ACQUIRE_SCAN_CHANGED' });
  await writeFile(join(outDir, 'scan.json'), '{"kerf":1}');
  await expect(openScan(outDir)).rejects.toMatchObject({ code: 'ACQUIRE_SCAN_REFUSED' });
  await expect(openScan(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'ACQUIRE_NO_SCAN' });
});
