import { describe, expect, it } from 'vitest';
import { orderMappingSchema } from '#domain/order-mapping.ts';
import { columnsOf } from '#orders/columns-of.ts';
import { mappedLines } from '#orders/mapped-lines.ts';
import { firstDraft, headOf, isUsable, mappingOf } from '../../src/ui/orders/draft-mapping.ts';

const TEXT = 'Modell;Größe;Menge;Breite;Notiz\nTasche;M;12;1.200,5;x\n';

describe('a mapping made on the screen', () => {
  it('begins with what the names of columns make likely, and reads the file it was made of', () => {
    const found = columnsOf(TEXT, 'a.csv');
    const draft = { ...firstDraft(found), decimal: ',' as const };
    expect(isUsable(draft)).toBe(true);
    const mapping = orderMappingSchema.parse(mappingOf(found, draft));
    expect(mapping.columns.map(({ name, to }) => [name, to])).toEqual([
      ['Modell', 'style'],
      ['Größe', 'size'],
      ['Menge', 'quantity'],
      ['Breite', 'width'],
    ]);
    const [line] = mappedLines(TEXT, 'a.csv', mapping);
    expect([line?.cell('style'), line?.cell('quantity'), line?.cell('width')]).toEqual(['Tasche', '12', '1200.5']);
  });

  it('reads lines wherever JSON has them', () => {
    const text = JSON.stringify({ order: { lines: [{ part: 'strap', qty: 4 }] } });
    const found = columnsOf(text, 'a.json');
    const [line] = mappedLines(text, 'a.json', orderMappingSchema.parse(mappingOf(found, firstDraft(found))));
    expect([line?.cell('part'), line?.cell('quantity')]).toEqual(['strap', '4']);
  });

  it('is of no use while nothing names a piece', () => {
    expect(isUsable({ meanings: { Menge: 'quantity' }, decimal: '.' })).toBe(false);
  });

  it('is made of the first lines of a long file, whole ones; of JSON all is needed', () => {
    const long = `a,b\n${'1,2\n'.repeat(50_000)}`;
    expect(headOf(long).length).toBeLessThan(70_000);
    expect(headOf(long).endsWith('1,2\n')).toBe(true);
    expect(headOf(TEXT)).toBe(TEXT);
    const json = `[${'{},'.repeat(50_000)}{}]`;
    expect(headOf(json)).toBe(json);
  });
});
