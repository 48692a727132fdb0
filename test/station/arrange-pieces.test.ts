import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Order } from '#domain/problem.ts';
import { layoutView } from '../../src/api/views.ts';
import { codeOf, toInspected, toNested, toState } from './small-steps.ts';
import { SMALL_ORDER, smallDefect, smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

const viewOf = async (station: { layoutJson(id: string): Promise<string | Uint8Array> }, id: string) => {
  const json = await station.layoutJson(id);
  return layoutView.parse(JSON.parse(typeof json === 'string' ? json : new TextDecoder().decode(json)));
};

test('locked pieces are part of the hide: a new search goes on with them, and a restart keeps them', async () => {
  await using dir = await temporaryDir();
  let first = await startSmallStation(dir.path);
  try {
    const id = await toNested(first.station);
    const before = first.station.status().job!;
    const piece = (await viewOf(first.station, id)).pieces[0]!;
    const lock = { piece: piece.id, x: piece.x, y: piece.y, rotation: piece.rotation, mirrored: piece.mirrored };
    await first.station.lockPieces(id, { locked: [lock], by: 'ann' });
    expect(first.station.status().job!.inspectionSha256).not.toBe(before.inspectionSha256);
    await toState(first.station, 'nested');
    expect(first.station.inspection?.sheet.locked).toEqual([lock]);
    const again = first.station.status().job!.inspectionSha256;
    // The same list again is no new step.
    await first.station.lockPieces(id, { locked: [lock], by: 'ann' });
    expect(first.station.status().job!.inspectionSha256).toBe(again);
    // A mark drawn elsewhere keeps the lock.
    const { outline } = smallDefect('', 700, 700);
    await first.station.addDefect(id, { outline, class: 'person', quality: 0, by: 'ann' });
    await toState(first.station, 'nested');
    expect(first.station.inspection?.sheet.locked).toEqual([lock]);
    await first.close();
    first = await startSmallStation(dir.path);
    expect(first.station.inspection?.sheet.locked).toEqual([lock]);
    await first.station.lockPieces(id, { locked: [], by: 'ann' });
    await toState(first.station, 'nested');
    expect(first.station.inspection?.sheet.locked).toBeUndefined();
  } finally {
    await first.close();
  }
});

test('a place that breaks a rule is refused, and nothing has changed', async () => {
  await using dir = await temporaryDir();
  const judge = (result: { layouts: readonly { placements: readonly { x: number }[] }[] }) =>
    result.layouts.some((l) => l.placements.some((p) => p.x < 0)) ? ['outside'] : [];
  await using small = await startSmallStation(dir.path, { rooms: smallRooms({ judge }) });
  const { station } = small;
  const id = await toNested(station);
  const before = station.status().job;
  const off = { piece: (await viewOf(station, id)).pieces[0]!.id, x: -50, y: 0, rotation: 0, mirrored: false };
  expect(await codeOf(station.lockPieces(id, { locked: [off], by: 'ann' }))).toBe('STATION_PLACE_NOT_FREE');
  expect(await codeOf(station.lockPieces(id, { locked: [{ ...off, piece: 'none' }], by: 'ann' }))).toBe(
    'STATION_REQUEST_REFUSED',
  );
  expect(station.status().job).toEqual(before);
});

const TWO: Order = {
  ...SMALL_ORDER,
  pieces: [{ ...SMALL_ORDER.pieces[0]!, id: 'strap', label: 'Strap', quantity: 2 }, ...SMALL_ORDER.pieces],
};

test('a banned piece is kept off the hide, over marks and restarts, until it is allowed again', async () => {
  await using dir = await temporaryDir();
  const options = { order: { name: 'two', order: TWO } };
  let first = await startSmallStation(dir.path, options);
  const placed = async (id: string) => new Set((await viewOf(first.station, id)).pieces.map((p) => p.id));
  try {
    const id = await toNested(first.station);
    expect(await placed(id)).toContain('strap');
    await first.station.lockPieces(id, { locked: [], banned: ['strap', 'strap'], by: 'ann' });
    expect(first.station.inspection?.banned).toEqual(['strap']);
    await toState(first.station, 'nested');
    expect(await placed(id)).toEqual(new Set(['patch']));
    const { outline } = smallDefect('', 700, 700);
    await first.station.addDefect(id, { outline, class: 'person', quality: 0, by: 'ann' });
    await toState(first.station, 'nested');
    expect(await placed(id)).toEqual(new Set(['patch']));
    await first.close();
    first = await startSmallStation(dir.path, options);
    expect(first.station.inspection?.banned).toEqual(['strap']);
    const none = first.station.lockPieces(id, { locked: [], banned: ['strap', 'patch'], by: 'ann' });
    expect(await codeOf(none)).toBe('STATION_ALL_BANNED');
    expect(await codeOf(first.station.lockPieces(id, { locked: [], banned: ['none'], by: 'ann' }))).toBe(
      'STATION_REQUEST_REFUSED',
    );
    await first.station.lockPieces(id, { locked: [], by: 'ann' });
    await toState(first.station, 'nested');
    expect(await placed(id)).toContain('strap');
  } finally {
    await first.close();
  }
});

test('a piece is banned while the search runs: it goes on with the others', async () => {
  await using dir = await temporaryDir();
  const rooms = smallRooms({ nestMs: 1500, steps: 10 });
  await using small = await startSmallStation(dir.path, { order: { name: 'two', order: TWO }, rooms });
  const { station } = small;
  const id = await toInspected(station);
  await station.review(id, { by: 'ann', waive: true });
  const hasPieces = async () => ((await viewOf(station, id).catch(() => null))?.pieceCount ?? 0) > 0;
  await expect.poll(hasPieces, { timeout: 20_000 }).toBe(true);
  expect(station.status().job?.state).toBe('reviewed');
  await station.lockPieces(id, { locked: [], banned: ['strap'], by: 'ann' });
  await toState(station, 'nested');
  const { pieces } = await viewOf(station, id);
  expect(new Set(pieces.map((p) => p.id))).toEqual(new Set(['patch']));
  expect(pieces).toHaveLength(12);
});

test('a layout that is not there yet is null, and alternatives are layouts that can be cut', async () => {
  await using dir = await temporaryDir();
  await using small = await startSmallStation(dir.path);
  const { station } = small;
  const id = await toInspected(station);
  expect(await station.layoutJson(id)).toBe('null');
  expect(await station.alternativesJson(id)).toBe('[]');
  await station.review(id, { by: 'ann', waive: true });
  await toState(station, 'nested');
  const found = z.array(layoutView).parse(JSON.parse(await station.alternativesJson(id)));
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThan(4);
  for (const { job, sha256 } of found) expect([job, sha256?.length]).toEqual([id, 64]);
});
