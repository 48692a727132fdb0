import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nestResultSchema } from '#domain/nest-result.ts';
import { sheetsSchema } from '#domain/problem.ts';
import type { Remnant } from '#domain/remnant.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { blankJob } from '#station/blank-job.ts';
import { openDatabase } from '#store/database.node.ts';
import { SMALL_ORDER } from '../station/small-rooms.ts';
import { temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

const AT = '2026-11-22T15:00:00.000Z';

test('an order is nested on remnants of the stock as on any sheet', async () => {
  await using dir = await temporaryDir();
  const store = openDatabase(dir.path);
  const blank = blankJob({ source: 'hide.png', order: 'patches', machine: 'simulated', createdAt: AT });
  const { id: job } = store.createJob(blank, { kind: 'new', at: AT, by: null, details: {} }, {});
  const remnants = [0, 1, 2].map((k): Remnant => {
    const id = `${job}-r${k + 1}`;
    const side = 320 - 60 * k;
    const outline = [
      [0, 0],
      [side, 0],
      [side, side],
      [0, side],
    ] as [number, number][];
    return {
      ...{ kerf: 1, id, job, hide: null, at: AT, state: 'free', endedBy: null, endedAt: null },
      ...{ areaMm2: side * side, usableMm2: { '4': side * side }, sheet: { id, outline, margin: 3 } },
    };
  });
  store.putSheet({ job, at: AT, document: '{}', isChange: false, remnants });
  store.endRemnant(`${job}-r2`, { state: 'used', by: 'ann', at: AT });
  store.close();

  const sheetFile = join(dir.path, 'sheet.json');
  const listed = await kerf(['stock', '--data', dir.path, '--out', sheetFile]);
  expect(listed.code, listed.stderr).toBe(0);
  expect(listed.stdout).toContain(`${job}-r1  0.102 m2 (A 0.102)  no code`);
  const { sheets } = sheetsSchema.parse(JSON.parse(await readFile(sheetFile, 'utf8')));
  expect(sheets.map((s) => [s.id, s.cost])).toEqual([
    [`${job}-r1`, 0.1024],
    [`${job}-r3`, 0.04],
  ]);

  const order = join(dir.path, 'order.json');
  await writeFile(order, JSON.stringify({ ...SMALL_ORDER, pieces: [{ ...SMALL_ORDER.pieces[0], quantity: 6 }] }));
  const out = join(dir.path, 'result.json');
  const asked = ['nest', '--stock', '--data', dir.path, '--order', order, '--evaluations', '2000', '--out', out];
  const nested = await kerf(asked);
  expect(nested.code, nested.stderr).toBe(0);
  const result = nestResultSchema.parse(JSON.parse(await readFile(out, 'utf8')));
  expect(result.layouts.flatMap((l) => l.placements).length).toBeGreaterThanOrEqual(4);
  const problem = { ...SMALL_ORDER, pieces: [{ ...SMALL_ORDER.pieces[0], quantity: 6 }], sheets };
  expect(validateLayout(problem, result)).toMatchObject({ valid: true });
});
