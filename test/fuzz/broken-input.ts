import fc from 'fast-check';

export interface Named<T = unknown> {
  readonly name: string;
  readonly good: T;
  readonly read: (broken: T) => unknown;
}

/** What does not belong there: numbers at the edges, wrong kinds, keys that some code trips over. */
const WRONG = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    '0',
    -1,
    0,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    [],
    {},
    [[]],
    'NaN',
    '\u0000',
    '../../etc',
  ),
  fc.double(),
  fc.string({ maxLength: 30 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
  fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as unknown),
);
const KEYS = fc.constantFrom('__proto__', 'constructor', 'toString', 'length', 'x', 'outline', 'pieces', '');

/** The document with up to four places changed, taken out or put in. */
export function mutated(good: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    how: fc.constantFrom('set', 'remove', 'add', 'repeat'),
    key: KEYS,
    value: WRONG,
  });
  return fc.oneof(
    { weight: 1, arbitrary: WRONG },
    {
      weight: 12,
      arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
        const copy = structuredClone(good);
        for (const { at, how, key, value } of changes) applied(copy, at, how, key, structuredClone(value));
        return copy;
      }),
    },
  );
}

function applied(root: unknown, at: readonly number[], how: string, key: string, value: unknown): void {
  let node = root;
  for (const [depth, n] of at.entries()) {
    if (typeof node !== 'object' || node === null) return;
    const keys = Object.keys(node);
    const name = keys[n % Math.max(1, keys.length)] ?? '0';
    const next: unknown = Reflect.get(node, name);
    if (depth < at.length - 1 && typeof next === 'object' && next !== null) {
      node = next;
      continue;
    }
    if (how === 'remove') Reflect.deleteProperty(node, name);
    // As JSON.parse would make it: an own key, whatever its name.
    // An array takes no names.
    else if (how === 'add' && Array.isArray(node)) node.push(value);
    else if (how === 'add')
      Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
    else if (how === 'repeat' && Array.isArray(node)) node.push(next, next);
    else Object.defineProperty(node, name, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
}

const PIECES = [
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  '&',
  ';',
  ',',
  '\n',
  '\r',
  '\u0000',
  '\ufeff',
  '\ud800',
  '1e999',
  '-',
  'NaN',
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
  '<!ENTITY e SYSTEM "file:///etc/passwd">',
  '&e;',
  '</svg>',
  '<g transform="scale(0)">',
  'A0 0 0 0 0 0 0',
  'M',
  'Z',
  '999999999999',
  '__proto__',
  '0\nBLOCK',
  '10\nx',
  '=HYPERLINK(1)',
];

/** The text cut, spliced, doubled and sprinkled with what its grammar gives a meaning to. */
export function grammar(good: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat({ max: good.length }),
    length: fc.nat({ max: 12 }),
    put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 }), fc.constant('')),
  });
  return fc.oneof(
    { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
    {
      weight: 10,
      arbitrary: fc
        .array(edit, { minLength: 1, maxLength: 5 })
        .map((edits) =>
          edits.reduce((text, { at, length, put }) => text.slice(0, at) + put + text.slice(at + length), good),
        ),
    },
    { weight: 1, arbitrary: fc.nat({ max: good.length }).map((end) => good.slice(0, end)) },
  );
}
