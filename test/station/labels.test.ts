import { describe, expect, test } from 'vitest';
import type { Defect } from '#domain/inspection.ts';
import { labelOf, withDefectSet } from '#station/correction-label.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Point } from '#domain/ring.ts';
import { RealRooms } from '#station/real-rooms.node.ts';
import type { Label } from '#store/records.ts';
import { codeOf, toInspected, toNested, toState } from './small-steps.ts';
import { smallDefect, smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

describe('a label', () => {
  test('says what was done, and setting it back and forth is exact', () => {
    const list = ['a', 'b', 'c'].map((id, k) => smallDefect(id, 50 * k, 0));
    const regraded: Defect = { ...list[1]!, quality: 3 };
    const edits: readonly (readonly [Label['action'], readonly Defect[]])[] = [
      ['draw', [...list, smallDefect('new', 9, 9)]],
      ['regrade', [list[0]!, regraded, list[2]!]],
      ['erase', [list[0]!, list[2]!]],
    ];
    for (const [action, after] of edits) {
      const did = labelOf(list, after);
      expect(did?.action).toBe(action);
      expect(withDefectSet(after, did!, did!.before)).toEqual(list);
      expect(withDefectSet(list, did!, did!.after)).toEqual(after);
    }
    expect(labelOf(list, [...list])).toBeNull();
  });
});

describe('corrections at the station', () => {
  test('are labels with who, when, before and after; undo goes to the start of the job, across a restart', async () => {
    await using dir = await temporaryDir();
    let first = await startSmallStation(dir.path);
    try {
      const { id } = await first.station.startJob();
      await toState(first.station, 'inspected');
      const begun = first.station.inspection?.defects;
      const { outline } = smallDefect('', 700, 700);
      const drawn = await first.station.addDefect(id, { outline, class: 'person', quality: 0, by: 'ann' });
      await first.station.changeDefect(id, 'd1', { quality: 3, by: 'bob' });
      await first.station.changeDefect(id, 'd1', { quality: null, by: 'bob' });
      const erased = { undoCount: 3, redoCount: 0, undo: { action: 'erase', pieces: [] } };
      expect(first.station.status().corrections).toEqual(erased);
      await first.close();
      first = await startSmallStation(dir.path);
      const { station } = first;
      expect(station.status().corrections).toEqual(erased);
      const labels = await station.labels(id);
      expect(labels.map((l) => [l.n, l.action, l.by])).toEqual([
        [1, 'draw', 'ann'],
        [2, 'regrade', 'bob'],
        [3, 'erase', 'bob'],
      ]);
      expect(labels[0]).toMatchObject({ before: null, after: { outline, source: 'person' } });
      expect(labels[1]).toMatchObject({ before: { id: 'd1', quality: 0 }, after: { id: 'd1', quality: 3, by: 'bob' } });
      expect(labels[2]).toMatchObject({ before: { id: 'd1', quality: 3 }, after: null });
      for (let k = 0; k < 3; k += 1) await station.undo(id, { by: 'eve' });
      expect(station.inspection?.defects).toEqual(begun);
      expect(await codeOf(station.undo(id, { by: 'eve' }))).toBe('STATION_NOTHING_TO_UNDO');
      await station.redo(id, { by: 'eve' });
      expect(station.inspection?.defects).toEqual(drawn.defects);
      expect(station.status().corrections).toEqual({
        ...{ undoCount: 1, undo: { action: 'draw', pieces: [] } },
        ...{ redoCount: 2, redo: { action: 'regrade', pieces: [] } },
      });
      await station.changeDefect(id, 'd1', { quality: 2, by: 'ann' });
      expect(await codeOf(station.redo(id, { by: 'eve' }))).toBe('STATION_NOTHING_TO_REDO');
      expect((await station.labels(id)).map((l) => [l.action, l.of])).toEqual([
        ['draw', null],
        ['regrade', null],
        ['erase', null],
        ['undo', 3],
        ['undo', 2],
        ['undo', 1],
        ['redo', 1],
        ['regrade', null],
      ]);
    } finally {
      await first.close();
    }
  });

  test('after nesting are taken back with a new layout, and not after the release', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    const id = await toNested(station);
    const before = station.job?.inspectionSha256;
    const { outline } = smallDefect('', 40, 40);
    await station.addDefect(id, { outline, class: 'person', quality: 0, by: 'ann' });
    await station.undo(id, { by: 'ann' });
    await toState(station, 'nested');
    expect(station.job?.inspectionSha256).toBe(before);
    await station.until(() => station.status().plc.isConnected, AbortSignal.timeout(20_000));
    await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
    expect(await codeOf(station.redo(id, { by: 'ann' }))).toBe('STATION_WRONG_STATE');
  });

  test('that leave nothing of the hide are refused, and the job goes on as it was', async () => {
    await using dir = await temporaryDir();
    const rooms = smallRooms();
    const bench = new RealRooms({ packDir: dir.path, grading: LEATHER_GRADING, mmPerPx: 1 });
    await using running = await startSmallStation(dir.path, {
      rooms: { ...rooms, withDefects: (inspection, defects) => bench.withDefects(inspection, defects) },
    });
    const { station } = running;
    const id = await toInspected(station);
    const before = station.inspection;
    const all = before!.outline;
    const marking = station.addDefect(id, { outline: all, class: 'person', quality: 0, by: 'ann' });
    expect(await codeOf(marking)).toBe('INSPECT_NOTHING_LEFT');
    expect([station.inspection, station.job?.state]).toEqual([before, 'inspected']);
    expect(station.status().corrections).toEqual({ undoCount: 0, redoCount: 0 });
    // A cut right through is taken, told, and taken back.
    const [[left, low], , [right, high]] = all as [Point, Point, Point];
    const middle = (left + right) / 2;
    const through = [
      [middle, low - 9],
      [middle + 5, low - 9],
      [middle + 5, high + 9],
      [middle, high + 9],
    ] as const;
    const cut = await station.addDefect(id, { outline: through, class: 'person', quality: 0, by: 'ann' });
    expect(cut.leftOut?.areaMm2).toBeGreaterThan(1e4);
    const undone = await station.undo(id, { by: 'ann' });
    expect(undone.leftOut).toBeUndefined();
    await station.review(id, { by: 'ann', waive: true });
    await toState(station, 'nested');
  });

  test('are not asked for where the eyes leave nothing: the job ends and says why, and the next hide is taken', async () => {
    await using dir = await temporaryDir();
    const rooms = smallRooms();
    let isRejected = true;
    const bench = new RealRooms({ packDir: dir.path, grading: LEATHER_GRADING, mmPerPx: 1 });
    const inspectScan: typeof rooms.inspectScan = async (question) => {
      const seen = await rooms.inspectScan(question);
      const all = { ...smallDefect('all', 0, 0), outline: seen.outline, quality: 0 };
      return isRejected ? bench.withDefects(seen, [all]) : seen;
    };
    await using running = await startSmallStation(dir.path, { rooms: { ...rooms, inspectScan } });
    const { station } = running;
    await station.startJob();
    await toState(station, 'failed');
    expect(station.job?.reason).toBe('INSPECT_NOTHING_LEFT');
    expect(station.status().alarms.map((a) => a.code)).toContain('STATION_JOB_FAILED');
    isRejected = false;
    await toInspected(station);
  });
});
