import { describe, expect, it } from 'vitest';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { doubtOrder } from '#orders/doubt-order.ts';
import { orderFromFiles } from '#orders/order-from-files.node.ts';

const SVG =
  '<svg width="20mm" height="10mm" viewBox="0 0 20 10"><path d="M0 5 A5 5 0 0 1 10 5 A5 5 0 0 1 0 5Z"/></svg>';
const RING = '[[0,0],[10,0],[10,20]]';
const sizes = (order: { pieces: Parameters<typeof pieceShape>[0] }) =>
  order.pieces.map((_, i) => {
    const { minX, maxX, minY, maxY } = ringBounds(pieceShape(order.pieces, i).outline);
    return [maxX - minX, maxY - minY].map((v) => Number(v.toFixed(2)));
  });

describe('files handed over', () => {
  it('as a CSV with its drawings are one order, folders aside', async () => {
    const found = await orderFromFiles([
      { name: 'spring.csv', text: 'id,file,quantity\nflap,parts/flap.svg,3\ntab,tab.json,4' },
      { name: 'flap.svg', text: SVG },
      { name: 'C:\\orders\\TAB.JSON', text: RING },
    ]);
    expect(found.name).toBe('spring');
    expect(found.order.pieces.map((p) => [p.id, p.quantity])).toEqual([
      ['flap', 3],
      ['tab', 4],
    ]);
    expect(found.unitsStated).toEqual(['mm']);
    expect(sizes(found.order)).toEqual([
      [10, 10],
      [10, 20],
    ]);
  });

  it('as drawings alone are pieces that are wanted once', async () => {
    const found = await orderFromFiles([
      { name: 'flap.svg', text: SVG },
      { name: 'tab, left.json', text: RING },
    ]);
    expect(found.order.pieces.map((p) => p.id)).toEqual(['flap', 'tab, left']);
    expect(found.name).toBe('flap');
  });

  it('are read in another unit when a person says so, curves too', async () => {
    const files = [
      { name: 'flap.svg', text: SVG },
      { name: 'tab.json', text: RING },
    ];
    const { order } = await orderFromFiles(files, { readAs: 'in' });
    expect(sizes(order)).toEqual([
      [254, 254],
      [254, 508],
    ]);
    expect(order.unit).toBe('mm');
  });

  it('say the unit of an SVG that states its height alone', async () => {
    const text = SVG.replace('width="20mm" ', '');
    const found = await orderFromFiles([{ name: 'flap.svg', text }]);
    expect(found.unitsStated).toEqual(['mm']);
    expect(sizes(found.order)).toEqual([[10, 10]]);
  });

  it('say the units that they state', async () => {
    const dxf = [
      '0',
      'SECTION',
      '2',
      'HEADER',
      '9',
      '$INSUNITS',
      '70',
      '1',
      '0',
      'ENDSEC',
      '0',
      'SECTION',
      '2',
      'ENTITIES',
    ];
    const circle = ['0', 'CIRCLE', '8', '0', '10', '0', '20', '0', '40', '1', '0', 'ENDSEC', '0', 'EOF'];
    const found = await orderFromFiles([
      { name: 'a.dxf', text: [...dxf, ...circle].join('\n') },
      { name: 'b.json', text: RING },
    ]);
    expect(found.unitsStated).toEqual(['in']);
    expect(sizes(found.order)[0]).toEqual([50.8, 50.8]);
  });

  it('say that one of them states no unit, whatever the others state', async () => {
    const flap = { name: 'flap.svg', text: SVG };
    const bare = { name: 'bare.svg', text: '<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>' };
    const doubts = async (...files: Parameters<typeof orderFromFiles>[0]) => {
      const { order, unitsStated, isUnitOpen } = await orderFromFiles(files);
      return doubtOrder(order, unitsStated, isUnitOpen);
    };
    expect(await doubts(flap, bare)).toEqual(['unitNotStated']);
    // JSON is mm.
    expect(await doubts(flap, { name: 'tab.json', text: RING })).toEqual([]);
  });

  it('are refused by name: two orders, none, a drawing that is not among them', async () => {
    const order = {
      name: 'a.json',
      text: JSON.stringify({ kerf: 1, pieces: [{ id: 'a', outline: JSON.parse(RING) }] }),
    };
    const refusal = (files: Parameters<typeof orderFromFiles>[0]) =>
      orderFromFiles(files).catch((error: { code: string }) => error.code);
    expect(await refusal([order, { ...order, name: 'b.json' }])).toBe('ORDERS_SEVERAL_ORDERS');
    expect(await refusal([{ name: 'read-me.txt', text: '' }])).toBe('ORDERS_NOTHING_TO_READ');
    expect(await refusal([{ name: 'a.csv', text: 'id,file\na,a.svg' }])).toBe('ORDERS_DRAWING_MISSING');
    expect(await refusal([{ name: 'a.dxf', text: 'nothing' }])).toBe('ORDERS_DRAWING_REFUSED');
  });
});
