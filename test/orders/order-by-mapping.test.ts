import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { orderMappingSchema, type OrderMappingInput } from '#domain/order-mapping.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { orderByMapping, type OnlyLines } from '#orders/order-by-mapping.node.ts';

const DIR = join(import.meta.dirname, '../fixtures/order-mappings');
const drawing = async (name: string) => ({ name, text: await readFile(join(DIR, name), 'utf8') });
const mappingOf = async (name: string) =>
  orderMappingSchema.parse(JSON.parse(await readFile(join(DIR, `${name}.map.json`), 'utf8')));
async function customer(name: string, file: string, only?: OnlyLines) {
  const mapping = await mappingOf(name);
  const text = new TextDecoder(mapping.encoding).decode(await readFile(join(DIR, file)));
  return orderByMapping(text, file, mapping, { readFile: drawing, only });
}
const sizeOf = (order: { pieces: Parameters<typeof pieceShape>[0] }, k: number) => {
  const { minX, maxX, minY, maxY } = ringBounds(pieceShape(order.pieces, k).outline);
  return [maxX - minX, maxY - minY].map((v) => Number(v.toFixed(1)));
};

describe('another program’s order lines', () => {
  it('of a saddler: semicolons, decimal commas, thousands, line kinds, grades by other words, drawings by pattern', async () => {
    const { name, order, doubts, unitsStated } = await customer('sattler', 'sattler.csv', { order: 'A-4711' });
    expect({ name, doubts, unitsStated }).toEqual({ name: 'A-4711', doubts: [], unitsStated: ['mm'] });
    // Two lines ask for the flap: 12 and 3; "1.024" is a thousand and twenty-four.
    expect(order.pieces.map((p) => [p.id, p.quantity, p.quality])).toEqual([
      ['SATTEL-blatt-17-NERO', 15, 4],
      ['SATTEL-kissen-17-NERO', 1024, 3],
    ]);
    expect(sizeOf(order, 0)).toEqual([210, 200]);
  });

  it('of a bag maker: nested JSON, kits, rectangles in inches', async () => {
    const { name, order, doubts } = await customer('tote', 'tote.json');
    expect({ name, doubts }).toEqual({ name: '90017', doubts: [] });
    expect(order.kits).toEqual([{ id: 'tote', quantity: 40 }]);
    expect(order.pieces.map((p) => [p.id, p.quantity, p.quality, p.label])).toEqual([
      ['TOTE-BODY', 2, 4, 'Body'],
      ['TOTE-STRAP', 2, 4, 'Strap'],
      ['TOTE-POCKET', 1, 2, undefined],
    ]);
    expect(sizeOf(order, 1)).toEqual([31.8, 660.4]);
  });

  it('may say how thick the material is, the same in all lines that say it', async () => {
    const thick = { ...{ name: 'mm', to: 'thickness' }, decimal: ',' } as const;
    const order = async (lines: readonly string[], decimal: ',' | '.' = ',') => {
      const columns = ['name', 'width', 'height'].map((name) => ({ name, to: name === 'name' ? 'id' : name }));
      const mapping = orderMappingSchema.parse({
        ...{ kerf: 1, format: 'csv', decimal, delimiter: ';', unit: 'mm' },
        columns: [...columns, { name: thick.name, to: thick.to }],
      });
      const text = ['name;width;height;mm', ...lines].join('\n');
      return (await orderByMapping(text, 'o.csv', mapping, { readFile: drawing })).order;
    };
    expect((await order(['a;100;50;1,4', 'b;80;50;'])).thickness).toBe(1.4);
    expect(await order(['a;100;50;'])).not.toHaveProperty('thickness');
    await expect(order(['a;100;50;1,4', 'b;80;50;1,6'])).rejects.toMatchObject({
      code: 'ORDERS_LINE_REFUSED',
      message: expect.stringContaining('1.4, as other lines say') as string,
    });
    await expect(order(['a;100;50;thin'])).rejects.toMatchObject({ code: 'ORDERS_LINE_REFUSED' });
    await expect(order(['a;100;50;70'])).rejects.toMatchObject({ code: 'ORDERS_THICKNESS_INVALID' });
  });

  it('of a shoe maker: tabs, another encoding, drawings in inches that do not say so, fixed texts', async () => {
    const { order, doubts, unitsStated } = await customer('shoes', 'shoes.txt');
    expect({ doubts, unitsStated }).toEqual({ doubts: [], unitsStated: ['in'] });
    expect(order.pieces[0]).toMatchObject({
      id: 'DERBY-vamp-42',
      quantity: 24,
      quality: 3,
      mirror: 'allowed',
      grain: { angle: 90, tolerance: 10 },
    });
    // The curve of the vamp is kept, and grown with the rest.
    expect(order.pieces[0]?.path).toBeDefined();
    expect(sizeOf(order, 0)).toEqual([152.4, 127]);
  });

  it('of several orders, of colours, or with drawings of another size are asked about', async () => {
    expect((await customer('sattler', 'sattler.csv')).doubts).toEqual(['ordersDiffer', 'coloursDiffer']);
    const mapping = { ...(await mappingOf('sattler')), unit: 'in' } as const;
    const text = await readFile(join(DIR, 'sattler.csv'), 'utf8');
    const inches = await orderByMapping(text, 'sattler.csv', mapping, { readFile: drawing, only: { order: 'A-4711' } });
    expect(inches.doubts).toEqual(['tooLarge', 'areasDiffer']);
  });

  it('of drawings of which one states no unit are asked about, unless the mapping says it', async () => {
    const body = '<path d="M0 0h50v50h-50z"/></svg>';
    const texts: Record<string, string> = {
      'a.svg': `<svg width="50mm" height="50mm" viewBox="0 0 50 50">${body}`,
      'b.svg': `<svg viewBox="0 0 50 50">${body}`,
    };
    const columns = [
      { name: 'id', to: 'id' },
      { name: 'f', to: 'file' },
    ] as const;
    const doubts = async (more: Partial<OrderMappingInput>) => {
      const mapping = orderMappingSchema.parse({ kerf: 1, format: 'csv', columns, ...more });
      const readOne = (name: string) => ({ name, text: texts[name]! });
      return (await orderByMapping('id,f\na,a.svg\nb,b.svg', 'in.csv', mapping, { readFile: readOne })).doubts;
    };
    expect(await doubts({})).toEqual(['unitNotStated']);
    expect(await doubts({ unit: 'mm' })).toEqual([]);
  });

  const refusal = async (
    text: string,
    columns: OrderMappingInput['columns'],
    more: Partial<OrderMappingInput> = {},
  ) => {
    const mapping = orderMappingSchema.parse({ kerf: 1, format: 'csv', columns, ...more });
    return orderByMapping(text, 'in.csv', mapping, { readFile: drawing }).then(
      () => 'none',
      (cause: unknown) =>
        cause instanceof Error && 'code' in cause ? `${String(cause.code)} ${cause.message}` : cause,
    );
  };
  const box = [
    { name: 'art', to: 'style' },
    { name: 'w', to: 'width' },
    { name: 'h', to: 'height' },
    { name: 'n', to: 'quantity' },
  ] as const;

  it('that cannot be read are refused by line and column, in the words of the program that wrote them', async () => {
    expect(await refusal('art,w,h,n\na,10,20,x', box)).toBe(
      'ORDERS_LINE_REFUSED in.csv: row 2, column "n": found "x", expected a whole number of at least 1.',
    );
    expect(await refusal('art,w,h,n\na,10,20,', box)).toContain('row 2, column "n": found nothing');
    expect(await refusal('art,w,h,n\na,10,20,1.5', box)).toContain('row 2, column "n": found "1.5"');
    expect(await refusal('art,w,h,n\na,10,20,12,000', box)).toBe('none');
    expect(await refusal('art,w,h,n\na,10,0,1', box)).toContain(
      'row 2, column "h": found "0", expected a length above 0',
    );
    expect(await refusal('art,w,h,n\na,10,20,1\na,10,21,1', box)).toMatch(
      /LINE_REFUSED .*row 3, column "art": found "a" again/,
    );
    expect(await refusal('art,w,h,m\na,10,20,1', box)).toBe(
      'ORDERS_MAPPING_REFUSED in.csv: row 1: found the columns art, w, h, m, expected one "n", as the mapping says.',
    );
    const json = { format: 'json', rows: 'data.lines' } as const;
    expect(await refusal('{"data":{}}', box, json)).toContain('in.csv: data.lines: found nothing');
    expect(await refusal('{"data":{"lines":[{"art":"a","w":1,"h":2}]}}', box, json)).toContain(
      'found no line with "n"',
    );
    expect(
      await refusal('{"data":{"lines":[{"art":"a","w":10,"h":20,"n":1},{"art":"b","w":10,"h":20}]}}', box, json),
    ).toContain('data.lines[1].n: found nothing');
    expect(await refusal('art,w,h,n\n', box)).toMatch(/^ORDERS_NO_LINES .*found 0 lines/);
  });

  it('are not read by a mapping that is unsound', async () => {
    const art = box[0];
    expect(await refusal('art\na', [{ name: 'art', text: 'x', to: 'style' }])).toContain('both of name and text');
    expect(await refusal('art\na', [{ name: 'art' }])).toContain('neither or both of to and is');
    expect(await refusal('art\na', [art, art])).toContain('"style" twice');
    expect(await refusal('art\na', [art, { text: '{file}', to: 'file' }])).toContain('found "{file}"');
    expect(await refusal('art\na', [{ name: 'art', to: 'file' }])).toContain('found no id');
    expect(orderMappingSchema.safeParse({ kerf: 1, format: 'csv', columns: [], extra: 1 }).success).toBe(false);
  });
});
