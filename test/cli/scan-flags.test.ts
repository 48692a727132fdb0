import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kerf } from './kerf.node.ts';
import { writeSmallPack } from './small-pack.node.ts';

let dir = '';
const at = (...names: string[]) => join(dir, ...names);
const PICTURE = ['two.png', '--mm-per-px', '2', '--model', 'pack'];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-flags-'));
  await writeSmallPack(at('pack'));
  const square = [
    [0, 0],
    [60, 0],
    [60, 60],
    [0, 60],
  ];
  await writeFile(
    at('order.json'),
    JSON.stringify({ kerf: 1, pieces: [{ id: 'patch', outline: square, quantity: 2 }] }),
  );
  const leather = (x: number) => `<ellipse cx="${x}" cy="150" rx="100" ry="90" fill="#784a30"/>`;
  const arm = '<path d="M300 480 L310 330 L350 330 L345 480Z" fill="#d8a888"/>';
  const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">${leather(160)}${leather(470)}${arm}</svg>`;
  await sharp({ create: { width: 640, height: 480, channels: 3, background: '#cdd2d6' } })
    .composite([{ input: Buffer.from(drawn) }])
    .removeAlpha()
    .png()
    .toFile(at('two.png'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('what a scan says of itself', () => {
  it('is said by kerf inspect of a picture and of a scan, also beside --json, and by kerf run', async () => {
    const inspected = await kerf(['inspect', ...PICTURE, '--out', 'i.json'], { cwd: dir });
    expect(inspected).toMatchObject({ code: 0, stderr: expect.stringMatching(/flag: .*reaches in[^]*flag: 2 things/) });
    await kerf(['scan', 'two.png', '--mm-per-px', '2', '--out', 'scan'], { cwd: dir });
    const asJson = await kerf(['inspect', 'scan', '--model', 'pack', '--out', 'i.json', '--json'], { cwd: dir });
    expect(asJson).toMatchObject({ code: 0, stderr: expect.stringMatching(/flag: .*reaches in[^]*flag: 2 things/) });
    const whole = await kerf(['inspect', ...PICTURE, '--whole', '--out', 'i.json'], { cwd: dir });
    expect(whole.stderr).not.toContain('flag:');
    const ran = await kerf(['run', ...PICTURE, '--order', 'order.json', '--seconds', '0.2', '--out', 'job'], {
      cwd: dir,
    });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/flag .*reaches in[^]*flag .*2 things/) });
  });

  it('keeps kerf run from releasing', async () => {
    const released = ['--release', '--by', 'Ann', '--data', 'data', '--mqtt-port', '0'];
    const ran = await kerf(
      ['run', ...PICTURE, '--order', 'order.json', '--seconds', '0.2', '--out', 'out', ...released],
      {
        cwd: dir,
      },
    );
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/Nothing was released: .*reaches in.*2 things.*\[STATION_SCAN_DOUBTFUL\]/);
  });
});

describe('kerf scan of several pictures', () => {
  it('joins strips of a line scan', async () => {
    const noise = await sharp({
      create: {
        width: 300,
        height: 280,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .blur(3)
      .normalise()
      .raw()
      .toBuffer();
    const names = ['s0.png', 's1.png', 's2.png'];
    for (const [i, name] of names.entries())
      await sharp(noise, { raw: { width: 300, height: 280, channels: 3 } })
        .extract({ left: 0, top: 80 * i, width: 300, height: 120 })
        .png()
        .toFile(at(name));
    const scanned = await kerf(['scan', ...names, '--strip-step', '80', '--mm-per-px', '1', '--out', 'strips'], {
      cwd: dir,
    });
    expect(scanned).toMatchObject({ code: 0, stdout: expect.stringContaining('300 x 280 px, 300 x 280 mm') });
  });

  it('says what is missing where nothing tells how they lie', async () => {
    const apart = await kerf(['scan', 'two.png', 'two.png', '--mm-per-px', '2', '--out', 'both'], { cwd: dir });
    expect(apart).toMatchObject({ code: 2, stderr: expect.stringContaining('ACQUIRE_STITCH_NEEDS_MARKERS') });
  });
});
