import { describe, expect, test } from 'vitest';
import { actsOf } from '../../src/ui/replay/acts-of.ts';
import { layoutView } from '#api/views.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Problem } from '#domain/problem.ts';
import { actHistory } from '#station/act-history.ts';
import type { Rooms } from '#station/rooms.ts';
import type { Station } from '#station/station.node.ts';
import { LockedSqlite } from '#store/locked-sqlite.node.ts';
import { MIGRATIONS } from '#store/migrations/migrations.ts';
import type { Act } from '#store/records.ts';
import { codeOf, plcIsHeard, toInspected, toNested, toState } from './small-steps.ts';
import { SMALL_ORDER, SQUARE, smallDefect, smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

const act = (n: number, action: Act['action']): Act => ({
  ...{ job: 'j', n, at: '2026-01-01T00:00:00.000Z', by: 'ann', action, of: null, label: null, pieces: [] },
  ...{ before: null, after: null, layout: `layout ${n}` },
});

describe('what can be taken back', () => {
  const all = (...actions: Act['action'][]) => actHistory(actions.map((action, k) => act(k + 1, action)));
  const ns = (acts: ReturnType<typeof all>['done']) => acts.map((a) => a.act.n);

  test('is the acts in order; a new one ends what had been taken back', () => {
    expect(ns(all('draw', 'move').done)).toEqual([1, 2]);
    const twice = all('draw', 'move', 'ban', 'undo', 'undo');
    expect([ns(twice.done), ns(twice.undone)]).toEqual([[1], [3, 2]]);
    const again = all('draw', 'move', 'ban', 'undo', 'undo', 'redo');
    expect([ns(again.done), ns(again.undone)]).toEqual([[1, 2], [3]]);
    const fresh = all('draw', 'move', 'undo', 'draw');
    expect([ns(fresh.done), ns(fresh.undone)]).toEqual([[1, 4], []]);
  });

  test('comes back to the layout that was there the last time', () => {
    expect(all('move').done.at(-1)?.layout).toBe('layout 1');
    expect(all('move', 'undo').undone.at(-1)?.layout).toBe('layout 2');
    expect(all('move', 'undo', 'redo').done.at(-1)?.layout).toBe('layout 3');
  });
});

const viewOf = async (station: Station, id: string) =>
  layoutView.nullable().parse(JSON.parse(String(await station.layoutJson(id))));
const hashNow = async (station: Station, id: string) => (await viewOf(station, id))?.sha256 ?? null;
const isShown = (station: Station, id: string, sha256: string | null) =>
  expect.poll(() => hashNow(station, id), { timeout: 10_000, interval: 5 }).toBe(sha256);
const lockAt = (x: number, y: number) => ({ piece: 'patch', x, y, rotation: 0, mirrored: false });
/** The first piece is carried to an empty part of the hide. */
const drag = async (station: Station, id: string, [x, y]: readonly [number, number] = [600, 600]) => {
  const seen = (await viewOf(station, id))!;
  const locked = [...(station.inspection?.sheet.locked ?? []).map((l) => lockAt(l.x, l.y)), lockAt(x, y)];
  const moved = [seen.pieces.findIndex((p) => !p.isLocked)];
  await station.lockPieces(id, { locked, moved, layoutSha256: seen.sha256 ?? undefined, by: 'ann' });
  return seen;
};
const forbid = (station: Station, id: string, at: number) => {
  const { outline } = smallDefect('', at, 700);
  return station.addDefect(id, { outline, class: 'person', quality: 0, by: 'bob' });
};

/** Searches that tell nothing for seconds, from when they are slowed down. */
function slowingRooms(): { readonly rooms: Rooms; readonly slowDown: () => void } {
  const [rooms, slow] = [smallRooms(), smallRooms({ nestMs: 8000 })];
  let now = rooms;
  return { rooms: { ...rooms, nest: (question) => now.nest(question) }, slowDown: () => (now = slow) };
}

describe('an arrangement', () => {
  test('is taken back to the layout before, which is shown at once and can be cut while the search goes on', async () => {
    await using dir = await temporaryDir();
    const { rooms, slowDown } = slowingRooms();
    await using running = await startSmallStation(dir.path, { rooms });
    const { station } = running;
    const id = await toNested(station);
    const seen = await drag(station, id);
    await toState(station, 'nested');
    expect(await hashNow(station, id)).not.toBe(seen.sha256);
    slowDown();
    await station.undo(id, { by: 'ann' });
    expect(station.inspection?.sheet.locked).toBeUndefined();
    await isShown(station, id, seen.sha256);
    const { pieces } = (await viewOf(station, id))!;
    expect(pieces.map((p) => [p.x, p.y])).toEqual(seen.pieces.map((p) => [p.x, p.y]));
    expect(station.job?.state).toBe('reviewed');
    await plcIsHeard(station);
    const job = await station.approve(id, { layoutSha256: seen.sha256!, by: 'ann' });
    expect([job.approvedBy, job.layoutSha256]).toEqual(['ann', seen.sha256]);
  });

  test('is taken back and done again after a restart, by any window: the station names it', async () => {
    await using dir = await temporaryDir();
    let running = await startSmallStation(dir.path);
    const again = async () => {
      await running.close();
      running = await startSmallStation(dir.path);
      return running.station;
    };
    try {
      const id = await toNested(running.station);
      const before = await drag(running.station, id);
      const locks = running.station.inspection?.sheet.locked;
      await toState(running.station, 'nested');
      const after = await hashNow(running.station, id);
      let station = await again();
      const move = { action: 'move', pieces: ['patch'] };
      expect(station.status().corrections).toEqual({ undoCount: 1, redoCount: 0, undo: move });
      await station.undo(id, { by: 'eve' });
      expect(station.status().corrections).toEqual({ undoCount: 0, redoCount: 1, redo: move });
      await isShown(station, id, before.sha256);
      await toState(station, 'nested');
      station = await again();
      await station.redo(id, { by: 'eve' });
      await isShown(station, id, after);
      expect(station.inspection?.sheet.locked).toEqual(locks);
      expect(station.status().corrections).toEqual({ undoCount: 1, redoCount: 0, undo: move });
    } finally {
      await running.close();
    }
  });

  test('that was taken back when the power went is there with the layout before', async () => {
    await using dir = await temporaryDir();
    const rooms = smallRooms();
    let running = await startSmallStation(dir.path, { rooms });
    try {
      const id = await toNested(running.station);
      const before = await drag(running.station, id);
      await toState(running.station, 'nested');
      await running.close();
      // The search after the undo never comes to a layout.
      running = await startSmallStation(dir.path, { rooms: smallRooms({ nestMs: 60_000 }) });
      await running.station.undo(id, { by: 'ann' });
      await running.close();
      const calls: string[] = [];
      running = await startSmallStation(dir.path, {
        rooms: smallRooms({ nestMs: 60_000, onCall: (room) => calls.push(room) }),
      });
      await isShown(running.station, id, before.sha256);
      expect(running.station.job?.state).toBe('reviewed');
      await expect.poll(() => calls).toContain('nest again');
    } finally {
      await running.close();
    }
  });

  test('done when the power went: its search goes on from the layout before, without what was moved', async () => {
    await using dir = await temporaryDir();
    let running = await startSmallStation(dir.path);
    try {
      const id = await toNested(running.station);
      await running.close();
      running = await startSmallStation(dir.path, { rooms: smallRooms({ nestMs: 60_000 }) });
      const { pieces } = await drag(running.station, id);
      await running.close();
      const starts: number[] = [];
      const rooms = smallRooms();
      const nest: Rooms['nest'] = (question) => {
        starts.push(question.start?.layouts[0]?.placements.length ?? 0);
        return rooms.nest(question);
      };
      running = await startSmallStation(dir.path, { rooms: { ...rooms, nest } });
      await toState(running.station, 'nested');
      expect(starts).toEqual([pieces.length - 1]);
    } finally {
      await running.close();
    }
  });

  test('moves the piece that was carried, though another copy lies nearer', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    const id = await toNested(station);
    const [first, ...others] = (await viewOf(station, id))!.pieces;
    const last = others.at(-1)!;
    await drag(station, id, [last.x, last.y + SQUARE + 10]);
    await toState(station, 'nested');
    const now = (await viewOf(station, id))!.pieces.map((p) => `${p.x} ${p.y}`);
    expect(now).toEqual(expect.arrayContaining(others.map((p) => `${p.x} ${p.y}`)));
    expect(now).not.toContain(`${first!.x} ${first!.y}`);
  });
});

describe('marks and arrangements', () => {
  test('are taken back in the order in which they were made, and done again', async () => {
    await using dir = await temporaryDir();
    const two = { ...SMALL_ORDER, pieces: [...SMALL_ORDER.pieces, { ...SMALL_ORDER.pieces[0]!, id: 'strap' }] };
    const { rooms, slowDown } = slowingRooms();
    await using running = await startSmallStation(dir.path, { order: { name: 'two', order: two }, rooms });
    const { station } = running;
    const id = await toInspected(station);
    const states: (Inspection | null)[] = [station.inspection];
    const hashes: (string | null)[] = [null];
    const note = async () => {
      states.push(station.inspection);
      if (station.job?.state === 'inspected') await station.review(id, { by: 'ann', waive: true });
      await toState(station, 'nested');
      hashes.push(await hashNow(station, id));
    };
    await station.addDefect(id, { outline: smallDefect('', 800, 700).outline, class: 'x', quality: 2, by: 'ann' });
    await note();
    await drag(station, id);
    await note();
    await forbid(station, id, 610);
    await note();
    await station.changeDefect(id, 'd1', { quality: 3, by: 'ann' });
    await note();
    await station.lockPieces(id, { locked: [lockAt(600, 600)], banned: ['strap'], by: 'ann' });
    await note();
    const names = [
      { action: 'draw', pieces: [] },
      { action: 'move', pieces: ['patch'] },
      { action: 'forbid', pieces: [] },
      { action: 'regrade', pieces: [] },
      { action: 'ban', pieces: ['strap'] },
    ];
    slowDown();
    for (const [k, name] of [...names.entries()].reverse()) {
      expect(station.status().corrections).toMatchObject({ undoCount: k + 1, undo: name });
      await station.undo(id, { by: 'eve' });
      expect(station.inspection).toEqual(states[k]);
    }
    expect(await codeOf(station.undo(id, { by: 'eve' }))).toBe('STATION_NOTHING_TO_UNDO');
    // Replay calls each by what was done, and each undo by what it took back.
    const told = [
      ...actsOf((await running.store.events(id)).map((event) => ({ ...event, by: event.by ?? null }))).values(),
    ];
    expect(told.map(({ way, act: { action, pieces } }) => ({ way, action, pieces }))).toEqual([
      ...names.map((name) => ({ way: 'done', ...name })),
      ...names.toReversed().map((name) => ({ way: 'undone', ...name })),
    ]);
    const undos = (await running.store.acts(id)).filter(({ action }) => action === 'undo');
    expect(undos.map(({ layout }) => layout)).toEqual(hashes.slice(1).reverse());
    for (const [k, name] of names.entries()) {
      expect(station.status().corrections).toMatchObject({ redoCount: names.length - k, redo: name });
      await station.redo(id, { by: 'eve' });
      expect(station.inspection).toEqual(states[k + 1]);
      // The layout that the undo took away, though another undo followed at once.
      await isShown(station, id, hashes[k + 1] ?? null);
    }
    expect(await codeOf(station.redo(id, { by: 'eve' }))).toBe('STATION_NOTHING_TO_REDO');
    // What training learns from are the marks alone.
    const labels = await station.labels(id);
    expect(labels.map((l) => l.n)).toEqual(labels.map((_, k) => k + 1));
    expect(labels.map((l) => [l.action, l.of])).toEqual([
      ['draw', null],
      ['draw', null],
      ['regrade', null],
      ['undo', 3],
      ['undo', 2],
      ['undo', 1],
      ['redo', 1],
      ['redo', 2],
      ['redo', 3],
    ]);
  });

  test('a lock that a mark has let go comes back with the mark’s undo, and so do the pieces that it drove off', async () => {
    await using dir = await temporaryDir();
    const rooms = smallRooms();
    const isOver = (problem: Problem, x: number, y: number) =>
      (problem.sheets?.[0]?.zones ?? []).some((z) => {
        const [zx, zy] = z.outline[0]!;
        return zx > x - 20 && zx < x + SQUARE && zy > y - 20 && zy < y + SQUARE;
      });
    const judgeLayout: Rooms['judgeLayout'] = (problem, result) => {
      const breaches = result.layouts.flatMap((l) =>
        l.placements.filter((p) => isOver(problem, p.x, p.y)).map(() => 'on a mark'),
      );
      return Promise.resolve({ isValid: breaches.length === 0, breaches });
    };
    await using running = await startSmallStation(dir.path, { rooms: { ...rooms, judgeLayout } });
    const { station } = running;
    const id = await toNested(station);
    await drag(station, id);
    await toState(station, 'nested');
    const before = await hashNow(station, id);
    await station.addDefect(id, { outline: smallDefect('', 640, 640).outline, class: 'x', quality: 0, by: 'ann' });
    expect(station.inspection?.sheet.locked).toBeUndefined();
    await toState(station, 'nested');
    expect(await hashNow(station, id)).not.toBe(before);
    await station.undo(id, { by: 'ann' });
    expect(station.inspection?.sheet.locked).toEqual([lockAt(600, 600)]);
    await isShown(station, id, before);
  });

  test('of a store of before are corrections alone, and can be taken back', async () => {
    await using dir = await temporaryDir();
    let running = await startSmallStation(dir.path);
    try {
      const { id } = await running.station.startJob();
      await toState(running.station, 'inspected');
      const begun = running.station.inspection;
      await forbid(running.station, id, 880);
      const drawn = running.station.inspection;
      await running.close();
      const sql = new LockedSqlite(dir.path);
      sql.run('DROP TABLE acts');
      sql.run('DROP INDEX jobs_by_time');
      sql.run('PRAGMA user_version = 8');
      sql.close();
      expect(MIGRATIONS.find(({ version }) => version === 9)).toBeDefined();
      running = await startSmallStation(dir.path);
      const { station } = running;
      expect(station.status().corrections).toMatchObject({ undoCount: 1, undo: { action: 'draw', pieces: [] } });
      await station.undo(id, { by: 'ann' });
      expect(station.inspection).toEqual(begun);
      await station.redo(id, { by: 'ann' });
      expect(station.inspection).toEqual(drawn);
    } finally {
      await running.close();
    }
  });
});
