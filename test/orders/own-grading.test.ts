import { describe, expect, it } from 'vitest';
import { LEATHER_GRADING, type Grading } from '#domain/grading.ts';
import { orderFromFiles } from '#orders/order-from-files.node.ts';
import { orderFromJson } from '#orders/order-from-json.ts';
import { readFiles } from '#station/read-files.node.ts';

/** Two grades for soles: neither its letters nor its numbers are those of the leather scale. */
const SOLES: Grading = {
  ...LEATHER_GRADING,
  id: 'soles',
  grades: [
    { name: 'Prime', quality: 9, colour: '#ffffff', pattern: 'none' },
    { name: 'Stuffing', quality: 6, colour: '#1c66c9', pattern: 'lines' },
  ],
  otherwise: 9,
};
const RING = '[[0,0],[10,0],[10,20]]';
const csv = (quality: string) => `id,file,quality\nheel,heel.json,${quality}\nsole,heel.json,`;
const qualities = (order: { readonly pieces: readonly { readonly quality?: number | undefined }[] }) =>
  order.pieces.map((p) => p.quality);

describe('an order for an own grading', () => {
  it('asks by its letters and numbers, and for its best where it asks for nothing', async () => {
    const files = (quality: string) => [
      { name: 'week.csv', text: csv(quality) },
      { name: 'heel.json', text: RING },
    ];
    // By the thread that reads what a person hands over on the screens.
    for (const stated of ['stuffing', '6'])
      expect(qualities((await readFiles({ files: files(stated), grading: SOLES })).order)).toEqual([6, 9]);
    await expect(readFiles({ files: files('B'), grading: SOLES })).rejects.toMatchObject({
      code: 'ORDERS_CSV_REFUSED',
      message: expect.stringContaining('Prime, Stuffing') as string,
    });
  });

  it('is read by one thread at a time, and a flood of orders is refused', async () => {
    const files = [
      { name: 'week.csv', text: csv('6') },
      { name: 'heel.json', text: RING },
    ];
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => readFiles({ files, grading: SOLES })));
    const refused = asked.filter((answer) => answer.status === 'rejected');
    expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(
      Array(4).fill('STATION_READER_BUSY'),
    );
    expect(qualities((await readFiles({ files, grading: SOLES })).order)).toEqual([6, 9]);
  });

  it('is refused in JSON for a quality that the scale does not have, be it one of the leather scale', () => {
    const json = (quality: number) =>
      JSON.stringify({ kerf: 1, unit: 'mm', pieces: [{ id: 'heel', outline: JSON.parse(RING) as unknown, quality }] });
    expect(qualities(orderFromJson(json(6), 'week.json', SOLES))).toEqual([6]);
    expect(() => orderFromJson(json(3), 'week.json', SOLES)).toThrow(/ "soles" \(Prime = 9, Stuffing = 6\)/);
    expect(() => orderFromJson(json(6), 'week.json')).toThrow(/leather-default/);
  });

  it('stays as it is on the leather scale', async () => {
    const found = await orderFromFiles([
      { name: 'week.csv', text: csv('B') },
      { name: 'heel.json', text: RING },
    ]);
    expect(qualities(found.order)).toEqual([3, undefined]);
  });
});
