import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawHide } from '#synth/draw-hide.ts';
import { writeHide } from '#synth/write-hide.node.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-synth-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a written hide reads back as it was drawn, with no other file beside it', async () => {
  const hide = drawHide({ seed: 2, mmPerPx: 5 });
  const out = join(dir, 'new', 'hide');
  await writeHide(hide, out);
  expect((await readdir(out)).sort()).toEqual(['classes.json', 'hide.png', 'mask.png', 'truth.json']);
  const picture = await sharp(join(out, 'hide.png')).raw().toBuffer({ resolveWithObject: true });
  expect([picture.info.width, picture.info.height, picture.info.channels]).toEqual([440, 340, 3]);
  expect(Buffer.compare(picture.data, Buffer.from(hide.rgb))).toBe(0);
  const mask = await sharp(join(out, 'mask.png')).raw().toBuffer({ resolveWithObject: true });
  expect((await sharp(join(out, 'mask.png')).metadata()).channels).toBe(1);
  const indices = mask.data.filter((_, i) => i % mask.info.channels === 0);
  expect(Buffer.compare(indices, Buffer.from(hide.mask))).toBe(0);
  expect(JSON.parse(await readFile(join(out, 'truth.json'), 'utf8'))).toEqual(hide.truth);
  expect(JSON.parse(await readFile(join(out, 'classes.json'), 'utf8'))).toMatchObject({
    '0': 'good',
    '1': 'hole',
    '255': 'outside',
  });
});

test('a hide can be written as JPEG', async () => {
  const hide = drawHide({ seed: 2, mmPerPx: 8 });
  const { picture } = await writeHide(hide, join(dir, 'jpeg'), { picture: 'jpg' });
  expect(await sharp(picture).metadata()).toMatchObject({ format: 'jpeg', width: 275 });
});

test('a hide is not written over a file that stands in its way', async () => {
  await writeFile(join(dir, 'file'), '');
  await expect(writeHide(drawHide({ seed: 2, mmPerPx: 10 }), join(dir, 'file'))).rejects.toThrow('EEXIST');
});
