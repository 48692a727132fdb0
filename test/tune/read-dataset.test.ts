import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cocoDocument, paintCoco } from '../../src/tune/coco.ts';
import { openDataset } from '../../src/tune/read-dataset.node.ts';
import { namesOfYaml, parseLabels } from '../../src/tune/read-yolo.node.ts';
import { exportCoco, writeCoco } from '../../src/tune/write-coco.node.ts';

const root = mkdtempSync(join(tmpdir(), 'kerf-dataset-'));
const red = (w: number, h: number) => sharp({ create: { width: w, height: h, channels: 3, background: 'red' } }).png();
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
    await red(8, 12).toFile(join(dir, 'masks', 'cut_1.png'));
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
      await red(8, 8).toFile(join(dir, 'masks', `${name}.png`));
    }
    writeFileSync(join(dir, 'groups.csv'), 'cut_1,hide-7\ncut_2.png;hide-8\n');
    expect((await openDataset(dir)).items.map((i) => i.group)).toEqual(['hide-7', 'hide-8']);
    writeFileSync(join(dir, 'groups.csv'), 'cut_1\n');
    await expect(openDataset(dir)).rejects.toMatchObject({ code: 'TUNE_GROUPS_REFUSED' });
  });
});
