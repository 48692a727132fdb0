import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonInTurns } from '#station/json-in-turns.node.ts';

test('writes what JSON.stringify writes', async () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 5 }),
    fc.constant(undefined),
    fc.double(),
    fc.array(fc.integer(), { maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), value), async (document) => {
      expect(await jsonInTurns(document)).toBe(JSON.stringify(document));
    }),
    { numRuns: 1000 },
  );
});

test('leaves the event loop turns between the parts of a long document', async () => {
  const ring = Array.from({ length: 50 }, (_, k) => [k / 3, k / 7]);
  const document = { sheet: { zones: Array.from({ length: 4000 }, () => ({ ring })) } };
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const text = await jsonInTurns(document);
  isDone = true;
  expect(text).toBe(JSON.stringify(document));
  expect(text.length / turns).toBeLessThan(300_000);
});
