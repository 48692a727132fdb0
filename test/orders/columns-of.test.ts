import { describe, expect, it } from 'vitest';
import { columnsOf } from '#orders/columns-of.ts';

describe('the columns of a foreign file', () => {
  it('are those of its head, with what stands in them and what their names make likely', () => {
    const found = columnsOf('Modell;Größe;Menge;Fläche\nTasche;M;12;1,5\nTasche;L;12;2,25\n', 'a.csv');
    expect(found).toMatchObject({ format: 'csv', delimiter: ';', decimal: ',' });
    expect(found.columns).toEqual([
      { name: 'Modell', samples: ['Tasche'], guess: 'style' },
      { name: 'Größe', samples: ['M', 'L'], guess: 'size' },
      { name: 'Menge', samples: ['12'], guess: 'quantity' },
      { name: 'Fläche', samples: ['1,5', '2,25'], guess: 'areaMm2' },
    ]);
  });

  it('are told by tabs too, and a field is guessed once; heads that no mapping could name are left out', () => {
    const found = columnsOf('qty\tcount\t\tx, y; z\tx\tx\n1\t2\t3\t4.5\t5\t6\n', 'a.txt');
    expect(found.delimiter).toBe('\t');
    expect(found.columns.map(({ name, guess }) => [name, guess])).toEqual([
      ['qty', 'quantity'],
      ['count', null],
      ['x, y; z', null],
    ]);
    expect(found.decimal).toBe('.');
  });

  it('are found in JSON wherever its list of lines is, those of objects by their path', () => {
    const lines = [
      { article: { code: 'T1', size: 'M' }, qty: 3 },
      { article: { code: 'T2' }, qty: 4, note: '' },
    ];
    const found = columnsOf(JSON.stringify({ header: { no: 7, tags: ['a'] }, order: { lines } }), 'a.json');
    expect(found).toMatchObject({ format: 'json', delimiter: null, rows: 'order.lines' });
    expect(found.columns).toEqual([
      { name: 'article.code', samples: ['T1', 'T2'], guess: null },
      { name: 'article.size', samples: ['M'], guess: 'size' },
      { name: 'qty', samples: ['3', '4'], guess: 'quantity' },
      { name: 'note', samples: [], guess: null },
    ]);
    expect(columnsOf(JSON.stringify(lines), 'a.json').rows).toBe('');
  });

  it('are none where there are no lines, and broken text is refused', () => {
    expect(columnsOf('{"a": [1, 2]}', 'a.json').columns).toEqual([]);
    expect(columnsOf('', 'a.csv').columns).toEqual([]);
    expect(() => columnsOf('{"a": [', 'a.json')).toThrow(/a.json/);
    expect(() => columnsOf('a,b\n"1,2\n', 'a.csv')).toThrow(/never closed/);
  });
});
