import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOrder } from '#orders/read-order.node.ts';
import { temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

const DIR = join(import.meta.dirname, '../fixtures/order-mappings');

test('an order is shown, doubted, and written once the doubt is gone', async () => {
  await using dir = await temporaryDir();
  const out = join(dir.path, 'order.json');
  const asked = ['order', 'import', join(DIR, 'sattler.csv'), '--map', join(DIR, 'sattler.map.json'), '--out', out];
  const doubted = await kerf(asked);
  expect(doubted.code).toBe(1);
  expect(doubted.stdout).toContain('SATTEL-blatt-17-COGNAC  210.0 x 200.0 mm, 420.0 cm2, grade A');
  expect(doubted.stderr).toContain('several orders: take one with --order');
  await expect(readFile(out)).rejects.toThrow(/ENOENT/);
  const taken = await kerf([...asked, '--order', 'A-4711', '--json']);
  expect(taken).toMatchObject({ code: 0 });
  expect(JSON.parse(taken.stdout)).toMatchObject({ name: 'A-4711', doubts: [], out });
  expect((await readOrder(out)).pieces.map((p) => p.quantity)).toEqual([15, 1024]);
  // Drawings lie in or below the folder; a pattern that leads out of it is refused.
  const elsewhere = await kerf([...asked, '--order', 'A-4711', '--drawings', dir.path]);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('ORDERS_FILE_UNREADABLE') as string]);
});
