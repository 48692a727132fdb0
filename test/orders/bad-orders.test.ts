import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { readOrder } from '#orders/read-order.node.ts';

const SQUARE = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];
const piece = { id: 'p', outline: SQUARE, quantity: 2, quality: 3 };
const order = (more: object, first: object = {}) =>
  JSON.stringify({ kerf: 1, pieces: [{ ...piece, ...first }], ...more });
const pieces = (...rows: object[]) => JSON.stringify({ kerf: 1, pieces: rows });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kerf-orders-'));
  await writeFile(join(folder, 'square.json'), JSON.stringify(SQUARE));
  await writeFile(join(folder, 'tie.json'), '[[0,0],[10,10],[10,0],[0,10]]');
  await writeFile(
    join(folder, 'minus.svg'),
    '<svg width="-10mm" height="10mm" viewBox="0 0 10 10"><rect width="5" height="5"/></svg>',
  );
  await writeFile(join(folder, 'rect.svg'), '<svg viewBox="0 0 10 10"><rect width="-5" height="5"/></svg>');
  await writeFile(
    join(folder, 'turned.svg'),
    '<svg viewBox="0 0 10 10"><g style="transform:rotate(3deg)"><rect width="5" height="5"/></g></svg>',
  );
  await writeFile(
    join(folder, 'two.svg'),
    '<svg viewBox="0 0 90 90"><rect width="5" height="5"/><rect x="20" width="6" height="6"/></svg>',
  );
  await writeFile(join(folder, 'open.svg'), '<svg viewBox="0 0 90 90"><path d="M 0 0 L 5 5 L 0 9"/></svg>');
  await writeFile(join(folder, 'text.dxf'), 'hello');
  await writeFile(join(folder, 'picture.png'), 'x');
  await symlink('/etc/hostname', join(folder, 'link.json'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function errorOf(name: string, text: string | Uint8Array): Promise<KerfError> {
  const file = join(folder, name);
  await writeFile(file, text);
  try {
    await readOrder(file);
  } catch (error) {
    if (error instanceof KerfError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('an order in JSON is refused with one line that names file, place, found and expected', () => {
  it.each<[string, string, string, string]>([
    ['no JSON', '{"kerf": 1,', 'ORDERS_DOCUMENT_REFUSED', 'order.json: found text that is no JSON'],
    ['NaN', '{"kerf":1,"pieces":[{"id":"p","outline":[[0,0],[NaN,0],[1,1]]}]}', 'ORDERS_DOCUMENT_REFUSED', 'no JSON'],
    [
      'infinity',
      '{"kerf":1,"pieces":[{"id":"p","outline":[[0,0],[1e999,0],[1,1]]}]}',
      'ORDERS_DOCUMENT_REFUSED',
      'order.pieces[0].outline[1][0]: found Infinity, expected number',
    ],
    [
      'another version',
      JSON.stringify({ kerf: 2, pieces: [piece] }),
      'ORDERS_DOCUMENT_REFUSED',
      'order.kerf: found 2, expected 1',
    ],
    ['no pieces', JSON.stringify({ kerf: 1, pieces: [] }), 'ORDERS_DOCUMENT_REFUSED', 'order.pieces'],
    [
      'an unknown key',
      order({}, { colour: 'red' }),
      'ORDERS_DOCUMENT_REFUSED',
      'order.pieces[0].colour: found an unknown key',
    ],
    ['sheets in an order', order({ sheets: [] }), 'ORDERS_DOCUMENT_REFUSED', 'order.sheets: found an unknown key'],
    [
      'quantity 0',
      order({}, { quantity: 0 }),
      'ORDERS_QUANTITY_ZERO',
      'order.pieces[0].quantity: found 0, expected at least 1',
    ],
    [
      'negative quantity',
      order({}, { quantity: -2 }),
      'ORDERS_DOCUMENT_REFUSED',
      'order.pieces[0].quantity: found -2, expected at least 0',
    ],
    [
      'material as thick as a plank',
      order({ thickness: 51 }),
      'ORDERS_THICKNESS_INVALID',
      'thickness: found 51 mm, expected 0 to 50 mm',
    ],
    ['half a piece', order({}, { quantity: 1.5 }), 'ORDERS_DOCUMENT_REFUSED', 'order.pieces[0].quantity: found 1.5'],
    [
      'negative spacing',
      order({ spacing: -1 }),
      'ORDERS_DOCUMENT_REFUSED',
      'order.spacing: found -1, expected at least 0',
    ],
    [
      'a self-crossing piece',
      order(
        {},
        {
          outline: [
            [0, 0],
            [10, 10],
            [10, 0],
            [0, 10],
          ],
        },
      ),
      'ORDERS_OUTLINE_CROSSES_ITSELF',
      'order.pieces[0].outline: found a ring that crosses itself at (5, 5)',
    ],
    [
      'a self-crossing path',
      order({}, { outline: undefined, path: 'M 0 0 L 10 10 L 10 0 L 0 10 Z' }),
      'ORDERS_OUTLINE_CROSSES_ITSELF',
      'order.pieces[0].path',
    ],
    [
      'a crossing hole',
      order(
        {},
        {
          holes: [
            [
              [1, 1],
              [3, 3],
              [3, 1],
              [1, 3],
            ],
          ],
        },
      ),
      'ORDERS_OUTLINE_CROSSES_ITSELF',
      'order.pieces[0].holes[0]',
    ],
    [
      'a hole outside',
      order(
        {},
        {
          holes: [
            [
              [1, 1],
              [30, 1],
              [1, 3],
            ],
          ],
        },
      ),
      'ORDERS_HOLE_OUTSIDE',
      'order.pieces[0].holes[0]: found a point outside the piece at (30, 1)',
    ],
    [
      'a line for a piece',
      order(
        {},
        {
          outline: [
            [0, 0],
            [5, 0],
            [10, 0],
          ],
        },
      ),
      'ORDERS_OUTLINE_WITHOUT_AREA',
      'order.pieces[0].outline',
    ],
    [
      'a broken path',
      order({}, { outline: undefined, path: 'M 0 0 L 1' }),
      'ORDERS_PATH_REFUSED',
      'order.pieces[0].path',
    ],
    [
      'neither outline nor path',
      order({}, { outline: undefined }),
      'ORDERS_OUTLINE_MISSING',
      'order.pieces[0]: found neither outline nor path',
    ],
    ['both', order({}, { path: 'M 0 0 L 1 0 L 1 1 Z' }), 'ORDERS_OUTLINE_MISSING', 'order.pieces[0]: found both'],
    [
      'an unknown grade',
      order({}, { quality: 7 }),
      'ORDERS_UNKNOWN_GRADE',
      'order.pieces[0].quality: found 7, expected a grade of "leather-default" (A = 4',
    ],
    [
      'a letter for a grade',
      order({}, { quality: 'E' }),
      'ORDERS_DOCUMENT_REFUSED',
      'order.pieces[0].quality: found "E"',
    ],
    [
      'an unknown grade in a zone',
      order({}, { zones: [{ quality: 9, outline: SQUARE }] }),
      'ORDERS_UNKNOWN_GRADE',
      'order.pieces[0].zones[0].quality: found 9',
    ],
    ['an id twice', pieces(piece, piece), 'ORDERS_ID_TWICE', 'order.pieces[1].id: found "p" again'],
    [
      'a pair of nobody',
      pieces(piece, { id: 'q', mirror: { pairOf: 'r' } }),
      'ORDERS_UNKNOWN_PAIR',
      'order.pieces[1].mirror.pairOf: found "r"',
    ],
    [
      'a pair of a pair',
      pieces(piece, { id: 'q', mirror: { pairOf: 'p' } }, { id: 'r', mirror: { pairOf: 'q' } }),
      'ORDERS_UNKNOWN_PAIR',
      'order.pieces[2].mirror.pairOf',
    ],
    [
      'a pair of itself',
      pieces({ id: 'q', mirror: { pairOf: 'q' } }),
      'ORDERS_UNKNOWN_PAIR',
      'order.pieces[0].mirror.pairOf',
    ],
    [
      'a pair with an outline',
      pieces(piece, { ...piece, id: 'q', mirror: { pairOf: 'p' } }),
      'ORDERS_PAIR_DIFFERS',
      'order.pieces[1].outline',
    ],
    [
      'a pair in another quantity',
      pieces(piece, { id: 'q', quantity: 3, mirror: { pairOf: 'p' } }),
      'ORDERS_PAIR_DIFFERS',
      'order.pieces[1].quantity: found 3, expected 2',
    ],
    ['an unknown kit', order({}, { kit: 'k' }), 'ORDERS_UNKNOWN_KIT', 'order.pieces[0].kit: found "k"'],
    ['an empty kit', order({ kits: [{ id: 'k' }] }), 'ORDERS_KIT_EMPTY', 'order.kits[0]'],
    [
      'no kit at all',
      order({ kits: [{ id: 'k', quantity: 0 }] }, { kit: 'k' }),
      'ORDERS_QUANTITY_ZERO',
      'order.kits[0].quantity',
    ],
    ['a strip without height', order({ objective: 'strip' }), 'ORDERS_STRIP_WITHOUT_HEIGHT', 'order.stripHeight'],
  ])('%s', async (_, text, code, part) => {
    const error = await errorOf('order.json', text);
    expect(error.message).toContain(part);
    expect(error).toMatchObject({ code, fault: 'input' });
    expect(error.message).toMatch(/^order\.json: /);
    expect(error.message).not.toContain('\n');
  });

  it.each<[string, string, string | Uint8Array, string]>([
    ['bytes', 'order.json', Uint8Array.of(0x89, 0x50, 0xff, 0xfe), 'ORDERS_NOT_TEXT'],
    ['another ending', 'order.xlsx', 'x', 'ORDERS_UNKNOWN_FORMAT'],
  ])('%s', async (_, name, text, code) => {
    expect(await errorOf(name, text)).toMatchObject({ code });
  });

  it('a file that is not there, and a folder', async () => {
    await expect(readOrder(join(folder, 'none.json'))).rejects.toThrow('none.json: found no such file');
    await expect(readOrder(folder)).rejects.toThrow('found a folder');
  });
});

describe('an order in CSV is refused with row and column', () => {
  const head = 'id,file,quantity,quality,rotation,mirror';
  it.each<[string, string, string, string]>([
    ['nothing', '', 'ORDERS_CSV_REFUSED', 'row 1: found nothing'],
    ['no rows', `${head}\n`, 'ORDERS_CSV_REFUSED', 'row 2: found no row'],
    ['an unknown column', 'id,file,colour\np,square.json,red', 'ORDERS_CSV_REFUSED', 'row 1, column 3: found "colour"'],
    ['a column twice', 'id,id\np,q', 'ORDERS_CSV_REFUSED', 'the column "id" twice'],
    ['no id column', 'file\nsquare.json', 'ORDERS_CSV_REFUSED', 'row 1'],
    [
      'too many cells',
      `${head}\np,square.json,1,A,free,never,8`,
      'ORDERS_CSV_REFUSED',
      'row 2: found 7 cells, expected 6',
    ],
    ['an open quote', `${head}\n"p,square.json`, 'ORDERS_CSV_REFUSED', 'row 2: found a quote that is never closed'],
    ['no id', `${head}\n,square.json,1`, 'ORDERS_CSV_REFUSED', 'row 2, column id: found nothing'],
    [
      'an unknown grade',
      `${head}\n\np,square.json,1,E`,
      'ORDERS_CSV_REFUSED',
      'row 3, column quality: found "E", expected a grade (A, B, C, D, 0)',
    ],
    ['grade 0', `${head}\np,square.json,1,0`, 'ORDERS_CSV_REFUSED', 'row 2, column quality'],
    ['quantity 0', `${head}\np,square.json,0,A`, 'ORDERS_QUANTITY_ZERO', 'row 2.quantity: found 0'],
    ['a negative quantity', `${head}\np,square.json,-1,A`, 'ORDERS_CSV_REFUSED', 'row 2, column quantity: found "-1"'],
    ['NaN', `${head}\np,square.json,NaN,A`, 'ORDERS_CSV_REFUSED', 'row 2, column quantity: found "NaN"'],
    [
      'a strange rotation',
      `${head}\np,square.json,1,A,sometimes`,
      'ORDERS_CSV_REFUSED',
      'row 2, column rotation: found "sometimes"',
    ],
    ['a strange mirror', `${head}\np,square.json,1,A,free,perhaps`, 'ORDERS_CSV_REFUSED', 'row 2, column mirror'],
    ['no file', `${head}\np,,1,A`, 'ORDERS_CSV_REFUSED', 'row 2, column file: found nothing'],
    [
      'a file beside pairOf',
      `${head}\np,square.json\nq,square.json,,,,pairOf:p`,
      'ORDERS_CSV_REFUSED',
      'row 3, column file',
    ],
    ['a missing drawing', `${head}\np,none.json`, 'ORDERS_FILE_UNREADABLE', 'order.csv: none.json: found no such file'],
    [
      'a drawing elsewhere',
      `${head}\np,../../../etc/hostname`,
      'ORDERS_DRAWING_ELSEWHERE',
      'expected a file beside the order',
    ],
    ['a drawing behind a link', `${head}\np,link.json`, 'ORDERS_DRAWING_ELSEWHERE', 'expected a file beside the order'],
    ['a picture as drawing', `${head}\np,picture.png`, 'ORDERS_UNKNOWN_FORMAT', 'picture.png'],
    [
      'a self-crossing drawing',
      `${head}\np,tie.json`,
      'ORDERS_OUTLINE_CROSSES_ITSELF',
      'row 2.outline: found a ring that crosses itself at (5, 5)',
    ],
    ['an SVG of negative width', `${head}\np,minus.svg`, 'ORDERS_DRAWING_REFUSED', 'minus.svg: found width "-10mm"'],
    [
      'a rect of negative width',
      `${head}\np,rect.svg`,
      'ORDERS_DRAWING_REFUSED',
      'rect.svg: found <rect> with width -5',
    ],
    [
      'an SVG with transforms by style',
      `${head}\np,turned.svg`,
      'ORDERS_DRAWING_REFUSED',
      'turned.svg: found a style "transform: rotate(3deg)" on <g>',
    ],
    ['an SVG of two pieces', `${head}\np,two.svg`, 'ORDERS_DRAWING_REFUSED', 'two.svg: found a second outline'],
    ['an open outline', `${head}\np,open.svg`, 'ORDERS_DRAWING_REFUSED', 'open.svg: found an open line at (0, 90)'],
    ['a text called .dxf', `${head}\np,text.dxf`, 'ORDERS_DRAWING_REFUSED', 'text.dxf: found no DXF section'],
  ])('%s', async (_, text, code, part) => {
    const error = await errorOf('order.csv', text);
    expect(error.message).toContain(part);
    expect(error).toMatchObject({ code, fault: 'input' });
    expect(error.message).not.toContain('\n');
  });

  it('takes semicolons, a byte order mark, CRLF, quotes, decimal commas, letters and numbers for grades', async () => {
    const rows = [
      '\uFEFFid;quality;file;quantity;grainAngle;grainTolerance;rotation;label;value;kit',
      '"front; ""left""";A;square.json;2;2,5;10;0 180;"two',
      'lines";12,5;bag',
      'back;3;square.json;;;;90+-5;;;bag',
      'twin;b;square.json;;;;fixed;;;',
      '',
    ];
    const file = join(folder, 'good.csv');
    await writeFile(file, rows.join('\r\n'));
    const { pieces: read, kits } = await readOrder(file);
    expect(read[0]).toEqual({
      id: 'front; "left"',
      quality: 4,
      outline: SQUARE,
      quantity: 2,
      grain: { angle: 2.5, tolerance: 10 },
      rotation: [0, 180],
      label: 'two\r\nlines',
      value: 12.5,
      kit: 'bag',
    });
    expect(read[1]).toMatchObject({ quality: 3, rotation: { around: 90, tolerance: 5 } });
    expect(read[2]).toMatchObject({ quality: 3, rotation: 'fixed' });
    expect(kits).toEqual([{ id: 'bag', quantity: 1 }]);
  });
});

it('lengths in inches are read as mm, path data and angles stay', async () => {
  const file = join(folder, 'inch.json');
  const inch = {
    unit: 'in',
    spacing: 0.1,
    pieces: [
      { ...piece, grain: { angle: 30 } },
      { id: 'q', path: 'M 0 0 L 10 0 L 10 10 Z' },
    ],
  };
  await writeFile(file, JSON.stringify({ kerf: 1, ...inch }));
  const read = await readOrder(file);
  expect(read.unit).toBe('mm');
  expect(read.spacing).toBeCloseTo(2.54, 12);
  expect(read.pieces[0]).toMatchObject({ grain: { angle: 30 }, quantity: 2 });
  expect(read.pieces[0]!.outline![2]).toEqual([254, 254]);
  expect(read.pieces[1]!.path).toBe('M 0 0 L 10 0 L 10 10 Z');
});
