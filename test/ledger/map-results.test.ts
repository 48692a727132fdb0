import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resultsMappingSchema, type ResultsMappingInput } from '#domain/results-mapping.ts';
import { mapResults } from '#ledger/map-results.ts';
import { parseCsv } from '#orders/parse-csv.ts';
import { drawnRecord } from './drawn-record.ts';

const mapping = (name: string) =>
  resultsMappingSchema.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/results', `${name}.json`), 'utf8')),
  );
const accepted = { by: 'bob', at: '2026-11-22T07:00:00.000Z', how: 'tap', areaMm2: 2_800_000, rejected: [1] } as const;
const records = [
  drawnRecord(1),
  drawnRecord(2, { state: 'failed', order: 'shoes; "spring"', approvedBy: null, accepted }),
];

describe('results by the columns of another’s program', () => {
  test('as an ERP with semicolons and decimal commas takes them', () => {
    expect(mapResults(records, mapping('erp-semicolon'))).toBe(
      [
        'Satzart;Auftrag;Haut;Fläche m²;Güte A m²;Teile;Status;Freigabe',
        'RM;bags;j20261122T060001-1;4,000;3,000;29;FERTIG;ann',
        'RM;"shoes; ""spring""";j20261122T060002-2;4,000;3,000;29;ABBRUCH;',
        '',
      ].join('\r\n'),
    );
  });

  test('as an MES that counts pieces', () => {
    const [head, first, second, third] = mapResults(records, mapping('mes-pieces')).split('\r\n');
    expect(head).toBe('hide,article,qty_nested,qty_cut,dm2');
    expect([first, second, third]).toEqual(['1,front,20,19,10.00', '1,strap,10,10,10.00', '2,front,20,19,10.00']);
  });

  test('as a list of objects', () => {
    const list = JSON.parse(mapResults(records, mapping('cloud-list'))) as object[];
    expect(list[0]).toMatchObject({ id: records[0]?.job, yieldPercent: 75, acceptedM2: null });
    expect(list[1]).toMatchObject({ acceptedM2: 2.8, proof: records[1]?.made.layoutSha256 });
  });

  test('refuses a column that has nothing to show, and says which', () => {
    const of = (column: object, rows: 'sheet' | 'piece' = 'sheet') => {
      const given = { kerf: 1, format: 'csv', rows, columns: [{ name: 'job', from: 'job' }, column] };
      return () => mapResults(records, given as ResultsMappingInput);
    };
    expect(of({ name: 'x' })).toThrow(/columns\[1\] "x": found neither or both/);
    expect(of({ name: 'x', from: 'job', text: 'a' })).toThrow(/neither or both/);
    expect(of({ name: 'x', from: 'pieceCut' })).toThrow(/found from "pieceCut", expected a field of a sheet/);
    expect(of({ name: 'x', from: 'pieceCut' }, 'piece')).not.toThrow();
    expect(resultsMappingSchema.safeParse({ kerf: 1, format: 'csv', rows: 'sheet', columns: [] }).success).toBe(false);
    expect(of({ name: 'x', from: '__proto__' })).toThrow();
  });

  test('whatever stands in a name is one cell again for who reads it, and never a formula', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.constantFrom(',', ';', '\t'),
        (order, delimiter) => {
          const columns = [
            { name: 'order', from: 'order' },
            { name: 'seq', from: 'seq' },
          ] as const;
          const csv = mapResults([drawnRecord(1, { order })], {
            kerf: 1,
            format: 'csv',
            rows: 'sheet',
            delimiter,
            columns,
          });
          expect(csv.split('\r\n', 1)[0]).toBe(`order${delimiter}seq`);
          expect(csv.slice(`order${delimiter}seq\r\n`.length)).not.toMatch(/^"?[=+\-@]/);
          if (delimiter === '\t' || /[\0\r]/.test(order)) return;
          const row = parseCsv(csv, 'csv').rows[1];
          expect(row?.cells[0]?.trim()).toBe(/^[=+\-@\t\r]/.test(order) ? `'${order}`.trim() : order.trim());
          expect(row?.cells[1]).toBe('1');
        },
      ),
      { numRuns: 500 },
    );
  });
});
