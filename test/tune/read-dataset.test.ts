import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { cocoDocument, paintCoco } from '../../src/tune/coco.ts';
import { pngValues } from '../../src/tune/png-values.node.ts';
import { openDataset } from '../../src/tune/read-dataset.node.ts';
import { readIndexMask } from '../../src/tune/read-mask.node.ts';
import { namesOfYaml, parseLabels } from '../../src/tune/read-yolo.node.ts';
import { exportCoco, writeCoco } from '../../src/tune/write-coco.node.ts';

const root = mkdtempSync(join(tmpdir(), 'kerf-dataset-'));
const red = (w: number, h: number) => sharp({ create: { width: w, height: h, channels: 3, background: 'red' } }).png();
const grey = ([width, height]: readonly [number, number], levels = new Uint8Array(width * height)) =>
  sharp(levels, { raw: { width, height, channels: 1 } }).png();
function folder(name: string, ...parts: string[]): string {
  for (const part of parts) mkdirSync(join(root, name, part), { recursive: true });
  return join(root, name);
}
const classes = ['good', 'cut', 'hole'];

describe('COCO', () => {
  test('what is written is read back, pixel for pixel, with its classes', async () => {
    const mask = new Uint8Array(20 * 10);
    for (let y = 2; y < 6; y += 1) mask.fill(1, y * 20 + 3, y * 20 + 9);
    mask.fill(2, 8 * 20 + 12, 8 * 20 + 15);
    const picture = {
      name: 'both_1',
      rgb: new Uint8Array(600).fill(90),
      widthPx: 20,
      heightPx: 10,
      mmPerPx: 0.5,
      mask,
    };
    const good = { ...picture, name: 'none_2', mask: new Uint8Array(200) };
    await writeCoco(join(root, 'coco'), [picture, good], classes);
    const set = await openDataset(join(root, 'coco'));
    expect(set.classNames).toEqual(['cut', 'hole']);
    expect(set.items.map((i) => [i.name, i.className])).toEqual([
      ['both_1', null],
      ['none_2', 'good'],
    ]);
    expect((await set.read(0, classes, 0.5)).mask).toEqual(mask);
    expect((await set.read(1, classes, 0.5)).mask).toEqual(good.mask);
  });

  test('a folder with masks is exported as COCO whole, pictures of one name apart, and never over another set', async () => {
    const dir = folder('to-export', 'images', 'masks', 'good');
    const raw = { width: 12, height: 9, channels: 1 as const };
    const mask = Uint8Array.from({ length: 108 }, (_, i) => (i % 12 > 2 && i % 12 < 8 && i >= 36 && i < 72 ? 255 : 0));
    await red(12, 9).toFile(join(dir, 'images', 'cut_1.png'));
    await sharp(mask, { raw })
      .png()
      .toFile(join(dir, 'masks', 'cut_1.png'));
    const ring = mask.map((v, i) => (i === 12 * 4 + 5 ? 0 : v));
    await red(12, 9).toFile(join(dir, 'images', 'hole_1.png'));
    await sharp(ring, { raw })
      .png()
      .toFile(join(dir, 'masks', 'hole_1.png'));
    await red(12, 9).toFile(join(dir, 'good', 'cut_1.png'));
    const out = join(root, 'exported');
    const written = await exportCoco(dir, out, {});
    expect(written).toEqual({ pictures: 3, annotations: 2, classes: ['cut', 'hole'] });
    const [before, after] = [await openDataset(dir), await openDataset(out)];
    expect(after.classNames).toEqual(before.classNames);
    expect(after.items.map((i) => [i.name, i.className])).toEqual([
      ['cut_1', 'cut'],
      ['cut_1-2', 'good'],
      ['hole_1', 'hole'],
    ]);
    const maskOf = async (set: typeof after, name: string) =>
      (
        await set.read(
          set.items.findIndex((i) => i.name === name && i.className !== 'good'),
          classes,
          1,
        )
      ).mask;
    for (const name of ['cut_1', 'hole_1']) expect(await maskOf(after, name)).toEqual(await maskOf(before, name));
    expect((await after.read(0, classes, 1)).rgb).toEqual((await before.read(0, classes, 1)).rgb);
    await expect(exportCoco(dir, out, {})).rejects.toMatchObject({ code: 'TUNE_EXPORT_THERE' });
  });

  test('any mask survives as polygons, holes and all', () => {
    const [widthPx, heightPx] = [9, 8];
    const plane = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 72, maxLength: 72 });
    fc.assert(
      fc.property(plane, (kinds) => {
        const mask = Uint8Array.from(kinds);
        const { annotations } = cocoDocument([{ fileName: 'a.png', widthPx, heightPx, mask }], classes);
        const back = new Uint8Array(72);
        for (const a of annotations) paintCoco(back, widthPx, heightPx, a, a.category_id);
        expect(back).toEqual(mask);
      }),
    );
  });

  test('run lengths are read plain and compressed, a box where there is no outline', () => {
    // Columns of a 3 x 4 picture: two zeros, three ones, one zero, six ones.
    const plain = new Uint8Array(12);
    paintCoco(plain, 3, 4, { segmentation: { size: [4, 3], counts: [2, 3, 1, 6] } }, 1);
    expect([...plain]).toEqual([0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
    const packed = new Uint8Array(12);
    paintCoco(packed, 3, 4, { segmentation: { size: [4, 3], counts: '2313' } }, 1);
    expect(packed).toEqual(plain);
    const box = new Uint8Array(12);
    paintCoco(box, 3, 4, { bbox: [1, 1, 2, 2] }, 1);
    expect([...box]).toEqual([0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0]);
  });

  test('what is no material goes along as "outside" and is read back as none', async () => {
    const mask = Uint8Array.from({ length: 108 }, (_, i) => (i % 12 < 2 ? 255 : i % 12 === 5 ? 1 : 0));
    const picture = { name: 'cut_1', rgb: new Uint8Array(324), widthPx: 12, heightPx: 9, mmPerPx: 1, mask };
    const written = await writeCoco(join(root, 'outside'), [picture], classes);
    expect(written.classes).toEqual(['cut', 'hole', 'outside']);
    const set = await openDataset(join(root, 'outside'));
    expect(set.classNames).toEqual(['cut']);
    expect(set.items[0]!.className).toBe('cut');
    expect((await set.read(0, classes, 1)).mask).toEqual(mask);
  });

  test('run lengths of another size than the picture’s are refused by its name', async () => {
    const dir = folder('sizes', 'images');
    await red(4, 3).toFile(join(dir, 'images', 'a.png'));
    const write = (size: readonly [number, number]) =>
      writeFileSync(
        join(dir, 'annotations.json'),
        JSON.stringify({
          images: [{ id: 1, file_name: 'a.png', width: 4, height: 3 }],
          annotations: [{ image_id: 1, category_id: 1, segmentation: { size, counts: [1, 2, 9] } }],
          categories: [{ id: 1, name: 'cut' }],
        }),
      );
    write([3, 4]);
    expect((await openDataset(dir)).classNames).toEqual(['cut']);
    write([4, 3]);
    await expect(openDataset(dir)).rejects.toMatchObject({
      code: 'TUNE_LABELS_REFUSED',
      message: expect.stringMatching(/a\.png are of a picture of 3 x 4 px, it has 4 x 3/) as string,
    });
  });

  test('boxes, and pictures of good/ that are not read, are told; groups.csv may name the latter', async () => {
    const dir = folder('boxes', 'images', 'good');
    await red(4, 4).toFile(join(dir, 'images', 'a.png'));
    await red(4, 4).toFile(join(dir, 'good', 'b.png'));
    writeFileSync(join(dir, 'groups.csv'), 'a,hide-1\nb,hide-1\n');
    writeFileSync(
      join(dir, 'annotations.json'),
      JSON.stringify({
        images: [{ id: 1, file_name: 'a.png', width: 4, height: 4 }],
        annotations: [
          { image_id: 1, category_id: 1, segmentation: [], bbox: [0, 0, 2, 2] },
          { image_id: 1, category_id: 1, segmentation: [[0, 0, 2, 0, 2, 2]], bbox: [0, 0, 2, 2] },
        ],
        categories: [{ id: 1, name: 'cut' }],
      }),
    );
    const { notes } = await openDataset(dir);
    expect(notes).toEqual([
      expect.stringMatching(/^1 of 2 marks are boxes/),
      expect.stringMatching(/good\/.*1 picture\)/),
    ]);
    expect((await openDataset(join(root, 'outside'))).notes).toEqual([]);
  });

  test('a document that names a picture which is not there is refused by its name', async () => {
    const dir = folder('lost', 'images');
    const coco = { images: [{ id: 1, file_name: 'gone.png', width: 4, height: 4 }], annotations: [], categories: [] };
    writeFileSync(join(dir, 'annotations.json'), JSON.stringify(coco));
    await expect(openDataset(dir)).rejects.toMatchObject({
      code: 'TUNE_LABELS_REFUSED',
      message: expect.stringContaining('gone.png') as string,
    });
  });
});

describe('YOLO', () => {
  test('boxes and polygons become masks; a picture without labels is good', async () => {
    const dir = folder('yolo', 'images', 'labels');
    await red(10, 10).toFile(join(dir, 'images', 'a.png'));
    await red(10, 10).toFile(join(dir, 'images', 'b.png'));
    writeFileSync(join(dir, 'labels', 'a.txt'), '1 0.5 0.5 0.4 0.2\n');
    writeFileSync(join(dir, 'data.yaml'), 'nc: 2\nnames: [cut, "hole"]\n');
    const set = await openDataset(dir);
    expect(set.items.map((i) => i.className)).toEqual(['hole', 'good']);
    const { mask } = await set.read(0, classes, 0.5);
    expect(mask.filter((k) => k === 2)).toHaveLength(8);
    expect(mask[4 * 10 + 3]).toBe(2);
    expect(set.notes).toEqual([expect.stringMatching(/^1 of 1 marks are boxes/)]);
    expect(namesOfYaml('names:\n  0: cut\n  1: hole\ntrain: x\n')).toEqual(['cut', 'hole']);
  });

  test('a line that is none is refused with its number', () => {
    expect(() => parseLabels('0 0.5 0.5 0.1 0.1\n7 0.5 0.5 0.1 0.1', 'a.txt', 2)).toThrow(/line 2/);
    expect(() => parseLabels('0 0.5 0.5', 'a.txt', 2)).toThrow(/line 1/);
    expect(() => parseLabels('0 12 30 4 5', 'a.txt', 2)).toThrow(/shares of the picture/);
  });
});

describe('folders with masks', () => {
  test('a mask of another size and a broken picture are refused by name, when they are read', async () => {
    const dir = folder('broken', 'images', 'masks');
    await red(12, 8).toFile(join(dir, 'images', 'cut_1.png'));
    await grey([8, 12]).toFile(join(dir, 'masks', 'cut_1.png'));
    const set = await openDataset(dir);
    await expect(set.read(0, classes, 0.5)).rejects.toMatchObject({ code: 'TUNE_MASK_SIZE' });
    const whole = readFileSync(join(dir, 'images', 'cut_1.png'));
    writeFileSync(join(dir, 'images', 'cut_1.png'), whole.subarray(0, whole.length - 30));
    await expect(set.read(0, classes, 0.5)).rejects.toMatchObject({ code: 'TUNE_PICTURE_BROKEN' });
  });

  test('groups.csv says which pictures show one hide; a line that is none is refused', async () => {
    const dir = folder('grouped', 'images', 'masks');
    for (const name of ['cut_1', 'cut_2']) {
      await red(8, 8).toFile(join(dir, 'images', `${name}.png`));
      await grey([8, 8]).toFile(join(dir, 'masks', `${name}.png`));
    }
    writeFileSync(join(dir, 'groups.csv'), 'cut_1,hide-7\ncut_2.png;hide-8\n');
    expect((await openDataset(dir)).items.map((i) => i.group)).toEqual(['hide-7', 'hide-8']);
    writeFileSync(join(dir, 'groups.csv'), 'cut_1\n');
    await expect(openDataset(dir)).rejects.toMatchObject({ code: 'TUNE_GROUPS_REFUSED' });
  });

  test('a row of groups.csv that names no picture is refused: a slip of the pen would tear a hide apart', async () => {
    const dir = folder('slips', 'good');
    for (const name of ['hide.1', 'hide.2', 'hide_3']) await red(8, 8).toFile(join(dir, 'good', `${name}.png`));
    const groupsOf = async (text: string) => {
      writeFileSync(join(dir, 'groups.csv'), text);
      return (await openDataset(dir)).items.map((i) => i.group);
    };
    expect(await groupsOf('\uFEFFname,hide\r\nhide.1,a\nhide.2.png,b\nhide_3.TIF,c\n')).toEqual(['a', 'b', 'c']);
    for (const [text, said] of [
      ['hide.1,a\nhide_33,a\n', /line 2: there is no picture "hide_33"/],
      ['hide.1,a\nhide.1.png,b\n', /line 2.*"b" here and "a" above/],
      ['picture,hide\n', /line 1: there is no picture "picture"/],
    ] as const)
      await expect(groupsOf(text)).rejects.toMatchObject({ code: 'TUNE_GROUPS_REFUSED', message: said });
  });

  /** A set of one picture, 4 x 2 px, with the mask that is written so. */
  async function withMask(mask: Sharp | Buffer, indices?: Readonly<Record<string, string>>) {
    const dir = mkdtempSync(join(root, 'mask-'));
    for (const part of ['images', 'masks']) mkdirSync(join(dir, part));
    await red(4, 2).toFile(join(dir, 'images', 'hole_1.png'));
    writeFileSync(join(dir, 'masks', 'hole_1.png'), Buffer.isBuffer(mask) ? mask : await mask.png().toBuffer());
    if (indices) writeFileSync(join(dir, 'classes.json'), JSON.stringify(indices));
    return [...(await (await openDataset(dir)).read(0, ['good', 'hole', 'scratch'], 0.5)).mask];
  }
  const refusal = (said: RegExp) => ({ code: 'TUNE_MASK_REFUSED', message: expect.stringMatching(said) as string });
  const bar = [0, 1, 1, 0, 0, 2, 2, 0];

  test('black and white is read at any depth, transparent is not painted; colours and greys alone are refused', async () => {
    const sizes = { width: 4, height: 2 };
    const white = [0, 1, 1, 0, 0, 1, 1, 0];
    const of = (one: number) => Uint8Array.from(white, (v) => v * one);
    expect(await withMask(grey([4, 2], of(255)))).toEqual(white);
    const deep = sharp(
      Uint16Array.from(white, (v) => v * 65535),
      { raw: { ...sizes, channels: 1 } },
    );
    expect(await withMask(deep.toColourspace('grey16'))).toEqual(white);
    const cut = Uint8Array.from(white.flatMap((v) => [255, 255, 255, v * 255]));
    expect(await withMask(sharp(cut, { raw: { ...sizes, channels: 4 } }))).toEqual(white);
    const blue = Uint8Array.from(white.flatMap((v) => [0, 0, v * 255]));
    await expect(withMask(sharp(blue, { raw: { ...sizes, channels: 3 } }))).rejects.toMatchObject(
      refusal(/pixel at 1, 0 has the colour \(0, 0, 255\)/),
    );
    await expect(withMask(grey([4, 2], of(1)))).rejects.toMatchObject(
      refusal(/lightest pixel is 1 of 255.*classes.json/),
    );
    for (const numbers of [
      png(
        0,
        16,
        white.map((v) => 255 * v),
      ),
      png(0, 16, white),
    ])
      await expect(withMask(numbers)).rejects.toMatchObject(refusal(/lightest pixel is 0 of 255 and not all are 0/));
    expect(
      await withMask(
        png(
          0,
          16,
          white.map(() => 0),
        ),
      ),
    ).toEqual(white.map(() => 0));
  });

  test('class numbers are a palette’s indices, or grey as it is written, at any depth', async () => {
    const names = { 1: 'hole', 2: 'scratch' };
    for (const bits of [2, 4, 8]) expect(await withMask(png(3, bits, bar), names)).toEqual(bar);
    for (const bits of [2, 4, 8, 16]) expect(await withMask(png(0, bits, bar), names)).toEqual(bar);
    expect(await withMask(grey([4, 2], Uint8Array.from(bar)), names)).toEqual(bar);
    const triple = Uint8Array.from(bar.flatMap((v) => [v, v, v]));
    expect(await withMask(sharp(triple, { raw: { width: 4, height: 2, channels: 3 } }), names)).toEqual(bar);
    const thousands = bar.map((v) => 1000 * v);
    expect(await withMask(png(0, 16, thousands), { 1000: 'hole', 2000: 'scratch' })).toEqual(bar);
    expect(await withMask(png(3, 8, [0, 255, 1, 0, 0, 0, 0, 0]), { ...names, 255: 'outside' })).toEqual([
      ...[0, 255, 1, 0],
      ...[0, 0, 0, 0],
    ]);
  });

  test('a number that classes.json does not name is refused with its place, as are colours and a classes.json that is none', async () => {
    await expect(withMask(png(3, 8, bar), { 1: 'hole' })).rejects.toMatchObject(
      refusal(/hole_1\.png: the pixel at 1, 1 has the class number 2/),
    );
    const colours = Uint8Array.from(bar.flatMap((v) => [v * 128, 0, 0]));
    const picture = sharp(colours, { raw: { width: 4, height: 2, channels: 3 } });
    await expect(withMask(picture, { 1: 'hole', 2: 'scratch' })).rejects.toMatchObject(refusal(/colour \(128, 0, 0\)/));
    await expect(withMask(png(3, 8, bar).subarray(0, 60), { 1: 'hole' })).rejects.toMatchObject({
      code: 'TUNE_PICTURE_BROKEN',
    });
    const refused = { code: 'TUNE_LABELS_REFUSED' };
    await expect(withMask(png(3, 8, bar), { 0: 'hole' })).rejects.toMatchObject(refused);
    await expect(withMask(png(3, 8, bar), { hole: '1' })).rejects.toMatchObject(refused);
    const dir = folder('no-json', 'images', 'masks');
    await red(4, 2).toFile(join(dir, 'images', 'hole_1.png'));
    await grey([4, 2]).toFile(join(dir, 'masks', 'hole_1.png'));
    writeFileSync(join(dir, 'classes.json'), '{"1": "hole"');
    await expect(openDataset(dir)).rejects.toMatchObject(refused);
  });

  test('a broken PNG is refused by name or read, and nothing else', async () => {
    const random = seededRandom(9);
    const path = join(root, 'spoilt.png');
    for (let i = 0; i < 200; i += 1) {
      const bytes = Buffer.from(png(i % 2 === 0 ? 0 : 3, [2, 4, 8, 16][i % 4]!, [0, 1, 1, 0, 0, 1, 1, 0]));
      for (let k = 0; k < 3; k += 1) bytes[8 + Math.floor(random() * (bytes.length - 8))] = random() * 256;
      writeFileSync(path, i % 7 === 0 ? bytes.subarray(0, random() * bytes.length) : bytes);
      const outcome = await readIndexMask(path).catch((error: unknown) => (error as { code: string }).code);
      if (typeof outcome === 'string') expect(['TUNE_PICTURE_BROKEN', 'TUNE_MASK_REFUSED']).toContain(outcome);
      else expect(outcome.values).toHaveLength(outcome.widthPx * outcome.heightPx);
    }
  });

  test('every filter of a PNG is taken back: what libvips writes of noise is read as it was', async () => {
    const [width, height] = [37, 23];
    const random = seededRandom(4);
    const levels = Uint8Array.from({ length: width * height }, (_, i) =>
      i % 9 === 0 ? random() * 256 : (i >> 3) & 63,
    );
    const bytes = await sharp(levels, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png({ adaptiveFiltering: true })
      .toBuffer();
    const { values } = pngValues(bytes)!;
    expect([...values]).toEqual([...levels]);
    const stretched = await sharp(bytes).toColourspace('grey16').png({ adaptiveFiltering: true }).toBuffer();
    expect([...pngValues(stretched)!.values].map((v) => v >> 8)).toEqual([...levels]);
  });
});

/** A PNG of one channel, 4 x 2 px, written by hand: `kind` 0 grey, 3 with the palette of VOC. */
function png(kind: 0 | 3, bits: number, values: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(4, 0);
  header.writeUInt32BE(2, 4);
  header.set([bits, kind, 0, 0, 0], 8);
  const row = (from: number) => {
    const bytes = Buffer.alloc((4 * bits) / 8);
    for (let x = 0; x < 4; x += 1)
      if (bits === 16) bytes.writeUInt16BE(values[from + x]!, 2 * x);
      else bytes[(x * bits) >> 3]! |= values[from + x]! << (8 - bits - ((x * bits) & 7));
    return [Buffer.of(0), bytes];
  };
  const palette = Buffer.alloc(3 * 2 ** Math.min(8, bits));
  palette.set([0, 0, 0, 128, 0, 0, 0, 128, 0]);
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(kind === 3 ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', deflateSync(Buffer.concat([...row(0), ...row(4)]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
