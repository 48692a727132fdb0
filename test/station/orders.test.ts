import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '#api/routes.ts';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { codeOf, cutHide } from './small-steps.ts';
import { stationOfEach, type StationOfEach } from './station-of-each.ts';

const side = (mm: number) =>
  JSON.stringify([
    [0, 0],
    [mm, 0],
    [mm, mm],
    [0, mm],
  ]);
/** 90 patches: the small rooms lay some 70 on a hide. */
const FILES = [
  { name: 'spring 27.csv', text: 'id,file,quantity,quality,grainAngle,label\npatch,patch.json,90,B,90,Patch' },
  { name: 'patch.json', text: side(100) },
];

const small = stationOfEach();

async function cutOneHide({ station }: StationOfEach): Promise<number> {
  await cutHide(station);
  return station.job?.pieceCount ?? 0;
}

describe('orders on the station', () => {
  it('are previewed without being kept, with sizes, units and doubts', async () => {
    const { orders } = small.station;
    const preview = await orders.preview({ files: FILES });
    expect(ROUTES.previewOrder.answer.parse(preview)).toMatchObject({
      name: 'spring-27',
      unitsStated: [],
      doubts: ['unitNotStated'],
      pieceCount: 90,
      areaMm2: 900_000,
      pieces: [{ id: 'patch', width: 100, height: 100, quality: 3, grain: { angle: 90, tolerance: 5 }, quantity: 90 }],
    });
    expect(await orders.preview({ files: FILES, readAs: 'm' })).toMatchObject({
      doubts: ['unitNotStated', 'tooLarge'],
    });
    expect((await orders.list()).map((o) => o.name)).toEqual(['patches']);
    expect(await codeOf(orders.preview({ files: [{ name: 'a.svg', text: '<svg>' }] }))).toBe('ORDERS_DRAWING_REFUSED');
  });

  it(
    'are counted over their hides, say what found no place, and refuse a hide when all is cut',
    { timeout: 20_000 },
    async () => {
      const { station } = small;
      await station.orders.add({ files: FILES, name: 'spring-27', by: 'ann' });
      expect(await codeOf(station.orders.add({ files: FILES, name: 'spring-27', by: 'ann' }))).toBe(
        'STATION_ORDER_EXISTS',
      );
      expect(await codeOf(station.orders.add({ files: FILES, name: 'patches', by: 'ann' }))).toBe(
        'STATION_ORDER_EXISTS',
      );
      await station.orders.choose('spring-27');
      expect(station.status().order).toMatchObject({ name: 'spring-27', pieceCount: 90, isCounted: true });
      const first = await cutOneHide(small);
      expect(first).toBeGreaterThan(10);
      await expect.poll(() => station.status().order.pieceCount).toBe(90 - first);
      const detail = ROUTES.order.answer.parse(await station.orders.detail('spring-27'));
      expect(detail.order).toMatchObject({
        isNext: true,
        isCounted: true,
        importedBy: 'ann',
        cutCount: first,
        hideCount: 1,
      });
      expect(detail.pieces[0]).toMatchObject({ quantity: 90, cutCount: first });
      expect(detail.hides[0]).toMatchObject({
        state: 'done',
        pieceCount: first,
        unplaced: [{ id: 'patch', count: 90 - first }],
      });

      await small.restart();
      const again = small.station;
      expect(again.status().order).toMatchObject({ name: 'spring-27', pieceCount: 90 - first });
      let left = 90 - first;
      while (left > 0) left -= await cutOneHide(small);
      expect(left).toBe(0);
      await expect.poll(() => again.status().order.pieceCount).toBe(0);
      expect(await codeOf(again.startJob())).toBe('STATION_ORDER_COMPLETE');
      expect(await codeOf(again.orders.choose('spring-27'))).toBe('STATION_ORDER_COMPLETE');
      await again.orders.choose('patches');
      expect(again.status().order).toMatchObject({ name: 'patches', pieceCount: 12 });
      expect(await cutOneHide(small)).toBe(12);
      expect(await cutOneHide(small)).toBe(12);
    },
  );

  it('of another program are read by a mapping that the station keeps; results go out by one', async () => {
    const { station } = small;
    const fixtures = join(import.meta.dirname, '../fixtures');
    const text = (name: string) => readFile(join(fixtures, name), 'utf8');
    const mapping = orderMappingSchema.parse(JSON.parse(await text('order-mappings/sattler.map.json')));
    const files = await Promise.all(
      ['sattler.csv', 'patterns/blatt-17.json', 'patterns/kissen-17.json'].map(async (name) => ({
        name,
        text: await text(`order-mappings/${name}`),
      })),
    );
    const wish = { files, mapping: 'sattler', only: { order: 'A-4712' } };
    expect(await codeOf(station.orders.preview(wish))).toBe('STATION_MAPPING_UNKNOWN');
    // Tried before it is kept.
    expect(await station.orders.preview({ ...wish, mapping })).toMatchObject({ name: 'A-4712' });
    await station.mappings.put('order', 'sattler', mapping, 'eva');
    expect(ROUTES.mappings.answer.parse(await station.mappings.list())).toEqual({ order: ['sattler'], results: [] });
    expect(await station.mappings.read('order', 'sattler')).toEqual(mapping);
    expect(ROUTES.previewOrder.answer.parse(await station.orders.preview(wish))).toMatchObject({
      name: 'A-4712',
      doubts: [],
      unitsStated: ['mm'],
      pieces: [{ id: 'SATTEL-blatt-17-COGNAC', width: 210, height: 200, quantity: 5 }],
    });
    expect(await station.orders.add({ ...wish, name: 'A-4712', by: 'ann' })).toMatchObject({
      pieceCount: 5,
      isCounted: true,
    });
    expect((await station.auditRows(5)).map(({ kind, by }) => [kind, by])).toContainEqual(['mapping kept', 'eva']);
  });

  it('put into the folder by hand are listed, each hide cut for the whole; a broken one says so', async () => {
    await mkdir(join(small.dir, 'orders'));
    await writeFile(
      join(small.dir, 'orders', 'plain.json'),
      JSON.stringify({ kerf: 1, pieces: [{ id: 'a', outline: JSON.parse(side(50)) }] }),
    );
    await writeFile(join(small.dir, 'orders', 'broken.json'), '{');
    const list = ROUTES.orders.answer.parse(await small.station.orders.list());
    expect(list.map((o) => [o.name, o.isCounted, o.fault])).toEqual([
      ['broken', false, 'ORDERS_DOCUMENT_REFUSED'],
      ['patches', false, null],
      ['plain', false, null],
    ]);
    expect(await codeOf(small.station.orders.choose('nothing'))).toBe('STATION_ORDER_MISSING');
  });
});
